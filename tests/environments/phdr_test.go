package environments

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os/exec"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// movedTable moves the program header table of an x86_64 file behind everything, into a segment whose
// address is not its offset: as tools do that need room for one header more. Some header that is no
// matter (PT_NOTE) makes way for the new segment's.
func movedTable(t *testing.T, data []byte) []byte {
	t.Helper()
	var h elf.Header64
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, &h); err != nil {
		t.Fatal(err)
	}
	table := make([]elf.Prog64, h.Phnum)
	if err := binary.Read(bytes.NewReader(data[h.Phoff:]), binary.LittleEndian, table); err != nil {
		t.Fatal(err)
	}
	var moved []elf.Prog64
	var end uint64
	dropped := false
	for _, p := range table {
		switch elf.ProgType(p.Type) {
		case elf.PT_LOAD:
			end = p.Vaddr + p.Memsz
		case elf.PT_NOTE:
			if !dropped {
				dropped = true
				continue
			}
		}
		moved = append(moved, p)
	}
	if !dropped {
		t.Fatal("no PT_NOTE to drop")
	}
	const page = 4096
	offset := uint64(len(data)+page-1) &^ (page - 1)
	vaddr := (end+page-1)&^(page-1) + 16*page
	size := uint64(h.Phnum) * uint64(h.Phentsize)
	segment := elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Off: offset, Vaddr: vaddr, Paddr: vaddr, Filesz: size, Memsz: size, Align: page}
	for i := len(moved); ; i-- {
		if elf.ProgType(moved[i-1].Type) == elf.PT_LOAD {
			moved = append(moved[:i:i], append([]elf.Prog64{segment}, moved[i:]...)...)
			break
		}
	}
	for i := range moved {
		if elf.ProgType(moved[i].Type) == elf.PT_PHDR {
			moved[i].Off, moved[i].Vaddr, moved[i].Paddr = offset, vaddr, vaddr
		}
	}
	h.Phoff = offset
	var head, tail bytes.Buffer
	_ = binary.Write(&head, binary.LittleEndian, h)
	_ = binary.Write(&tail, binary.LittleEndian, moved)
	out := append(bytes.Clone(data), make([]byte, int(offset)-len(data))...)
	copy(out, head.Bytes())
	return append(out, tail.Bytes()...)
}

// Kernels before 5.18 (5.17.2, 5.16.19, 5.15.33, 5.10.110) give AT_PHDR as the file's address plus e_phoff, and so
// does qemu-user 7: wrong where the table was moved. The stub knows where the table is.
func TestMovedHeaderTable(t *testing.T) {
	t.Parallel()
	qemu := need.Tool(t, "qemu-x86_64", "qemu-user")
	f := musl(t)
	dir := filepath.Join(f.folder, "moved")
	trial.Write(t, dir+"/interp", movedTable(t, []byte(read(t, f.folder+"/bin/interp"))))
	patch := exec.Command(tool(t, "relinterp-patch"), "moved/interp", "--loader-dir", "lib", "-o", "moved/retrofit")
	patch.Dir = f.folder
	if out, err := patch.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", patch, err, out)
	}
	run := func(words ...string) trial.Result { return trial.Run(t, trial.Command(append(words, "word")...)) }
	for _, form := range []string{"interp", "retrofit"} {
		if got := run(dir + "/" + form); got.Status != 7 || got.Out != working {
			t.Errorf("%s: %s", form, got)
		}
	}
	if got := run(qemu, dir+"/interp"); got.Status == 7 {
		t.Skip("this qemu finds a moved table: " + got.String())
	}
	if got := run(qemu, dir+"/retrofit"); got.Status != 7 {
		t.Errorf("retrofit, AT_PHDR wrong: %s", got)
	}
}
