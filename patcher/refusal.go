package patcher

// Kind is why a file is refused, as a word for scripts.
type Kind string

// The kinds of refusal.
const (
	NotELF        Kind = "not-elf"        // no ELF file, nor a script
	Script        Kind = "script"         // begins with #!
	Relocatable   Kind = "relocatable"    // ET_REL: an object file
	Core          Kind = "core"           // ET_CORE
	SharedLibrary Kind = "shared-library" // ET_DYN without PT_INTERP
	Static        Kind = "static"         // no loader wanted
	Wrapper       Kind = "wrapper"        // starts its loader by other means already
	DebugFile     Kind = "debug-file"     // debug information without the program
	NoStub        Kind = "no-stub"        // a machine without a stub
	Damaged       Kind = "damaged"        // headers that make no sense
	NoSlot        Kind = "no-slot"        // no room in .dynamic or the program headers
	HasPayload    Kind = "payload"        // bytes behind the image, and the wish to leave them be
	BadOptions    Kind = "options"        // options that cannot be had, for this file or at all
	NotPatched    Kind = "not-patched"    // restore: was never patched
	Changed       Kind = "changed"        // restore: was changed since it was patched
	OtherVersion  Kind = "other-version"  // patched by a version whose undo record is another
)

// Refusal is the error for a file that cannot be patched or restored as asked; nothing is wrong
// with this program or the machine.
type Refusal struct {
	Kind Kind   `json:"kind"`
	What string `json:"what"` // what the file is, or lacks
	Hint string `json:"hint"` // how to mend it
}

func (r *Refusal) Error() string { return r.What }

func refuse(kind Kind, what, hint string) error { return &Refusal{kind, what, hint} }
