package wrapper

import "sort"

// Form says how an option takes its value.
type Form uint8

// The four value forms of a compiler's options.
const (
	Flag             Form = iota // -c
	Joined                       // -Wl,x
	Separate                     // -Xlinker x
	JoinedOrSeparate             // -ox, -o x
)

// Meaning says what an option means to us. Most mean nothing: they stand in the table because
// the word behind them is their value.
type Meaning uint8

// The meanings that the plan depends on.
const (
	Plain Meaning = iota
	Output
	Compile    // stops before the link
	Preprocess // stops before the compiler
	Shared
	PIE
	NoPIE
	StaticPIE
	Static
	Relocatable
	NoStartFiles
	Profile
	UseLinker
	LinkerWords // -Wl,a,b
	LinkerWord  // -Xlinker a
	Script
	Library    // -lfoo
	OwnRunpath // -rpath of clang
	DumpMachine
	PrintSysroot
	PrintDirs
	PrintFile
	Query  // answers and exits
	Target // the machine, for clang
	ShowPlan
	Relinterp
	Runpath
	Loader
	Fallback
)

// Row is one option: adding -ffoo VALUE is one row.
type Row struct {
	Name  string
	Form  Form
	Means Meaning
}

// table is sorted by name. Options that take no separate value and mean nothing to us need no row.
var table = []Row{
	{"-###", Flag, ShowPlan},
	{"--assemble", Flag, Compile},
	{"--compile", Flag, Compile},
	{"--config", Separate, Plain},
	{"--dumpmachine", Flag, DumpMachine},
	{"--entry", Separate, Plain},
	{"--for-linker", Separate, LinkerWord},
	{"--for-linker=", Joined, LinkerWord},
	{"--help", Joined, Query},
	{"--include", Separate, Plain},
	{"--language", Separate, Plain},
	{"--ld-path=", Joined, UseLinker},
	{"--no-standard-libraries", Flag, NoStartFiles},
	{"--output", Separate, Output},
	{"--output=", Joined, Output},
	{"--param", Separate, Plain},
	{"--pie", Flag, PIE},
	{"--preprocess", Flag, Preprocess},
	{"--print-", Joined, Query},
	{"--print-file-name=", Joined, PrintFile},
	{"--print-multiarch", Flag, DumpMachine},
	{"--print-search-dirs", Flag, PrintDirs},
	{"--print-sysroot", Flag, PrintSysroot},
	{"--profile", Flag, Profile},
	{"--shared", Flag, Shared},
	{"--specs", Separate, Plain},
	{"--static", Flag, Static},
	{"--sysroot", Separate, Plain},
	{"--target", Separate, Target},
	{"--target-help", Flag, Query},
	{"--target=", Joined, Target},
	{"--version", Flag, Query},
	{"-A", JoinedOrSeparate, Plain},
	{"-B", JoinedOrSeparate, Plain},
	{"-D", JoinedOrSeparate, Plain},
	{"-E", Flag, Preprocess},
	{"-F", JoinedOrSeparate, Plain},
	{"-I", JoinedOrSeparate, Plain},
	{"-L", JoinedOrSeparate, Plain},
	{"-M", Flag, Preprocess},
	{"-MF", JoinedOrSeparate, Plain},
	{"-MM", Flag, Preprocess},
	{"-MQ", JoinedOrSeparate, Plain},
	{"-MT", JoinedOrSeparate, Plain},
	{"-S", Flag, Compile},
	{"-T", JoinedOrSeparate, Script},
	{"-Tbss", JoinedOrSeparate, Plain},
	{"-Tdata", JoinedOrSeparate, Plain},
	{"-Ttext", JoinedOrSeparate, Plain},
	{"-U", JoinedOrSeparate, Plain},
	{"-Wl,", Joined, LinkerWords},
	{"-Xassembler", Separate, Plain},
	{"-Xclang", Separate, Plain},
	{"-Xlinker", Separate, LinkerWord},
	{"-Xpreprocessor", Separate, Plain},
	{"-arch", Separate, Plain},
	{"-aux-info", Separate, Plain},
	{"-c", Flag, Compile},
	{"-dumpbase", Separate, Plain},
	{"-dumpbase-ext", Separate, Plain},
	{"-dumpdir", Separate, Plain},
	{"-dumpfullversion", Flag, Query},
	{"-dumpmachine", Flag, DumpMachine},
	{"-dumpspecs", Flag, Query},
	{"-dumpversion", Flag, Query},
	{"-e", JoinedOrSeparate, Plain},
	{"-fsyntax-only", Flag, Compile},
	{"-fuse-ld=", Joined, UseLinker},
	{"-gcc-toolchain", Separate, Plain},
	{"-idirafter", JoinedOrSeparate, Plain},
	{"-iframework", JoinedOrSeparate, Plain},
	{"-imacros", JoinedOrSeparate, Plain},
	{"-imultilib", JoinedOrSeparate, Plain},
	{"-include", JoinedOrSeparate, Plain},
	{"-include-pch", Separate, Plain},
	{"-iprefix", JoinedOrSeparate, Plain},
	{"-iquote", JoinedOrSeparate, Plain},
	{"-isysroot", JoinedOrSeparate, Plain},
	{"-isystem", JoinedOrSeparate, Plain},
	{"-isystem-after", JoinedOrSeparate, Plain},
	{"-ivfsoverlay", JoinedOrSeparate, Plain},
	{"-iwithprefix", JoinedOrSeparate, Plain},
	{"-iwithprefixbefore", JoinedOrSeparate, Plain},
	{"-iwithsysroot", JoinedOrSeparate, Plain},
	{"-l", JoinedOrSeparate, Library},
	{"-mllvm", Separate, Plain},
	{"-no-pie", Flag, NoPIE},
	{"-nopie", Flag, NoPIE},
	{"-nostartfiles", Flag, NoStartFiles},
	{"-nostdlib", Flag, NoStartFiles},
	{"-o", JoinedOrSeparate, Output},
	{"-p", Flag, Profile},
	{"-pg", Flag, Profile},
	{"-pie", Flag, PIE},
	{"-print-", Joined, Query},
	{"-print-file-name=", Joined, PrintFile},
	{"-print-multiarch", Flag, DumpMachine},
	{"-print-search-dirs", Flag, PrintDirs},
	{"-print-sysroot", Flag, PrintSysroot},
	{"-profile", Flag, Profile},
	{"-r", Flag, Relocatable},
	{"-relinterp", Joined, Relinterp},
	{"-relinterp-fallback=", Joined, Fallback},
	{"-relinterp-loader=", Joined, Loader},
	{"-relinterp-runpath=", Joined, Runpath},
	{"-resource-dir", Separate, Plain},
	{"-rpath", Separate, OwnRunpath},
	{"-shared", Flag, Shared},
	{"-specs", Separate, Plain},
	{"-static", Flag, Static},
	{"-static-pie", Flag, StaticPIE},
	{"-target", Separate, Target},
	{"-u", JoinedOrSeparate, Plain},
	{"-working-directory", Separate, Plain},
	{"-wrapper", Separate, Plain},
	{"-x", JoinedOrSeparate, Plain},
	{"-z", JoinedOrSeparate, Plain},
}

// find gives the row for a word: the longest name that fits, as the compilers do it.
func find(word string) *Row {
	for n := len(word); n > 1; n-- {
		i := sort.Search(len(table), func(i int) bool { return table[i].Name >= word[:n] })
		if i == len(table) || table[i].Name != word[:n] {
			continue
		}
		row := &table[i]
		if n == len(word) || row.Form == Joined || row.Form == JoinedOrSeparate {
			return row
		}
	}
	return nil
}
