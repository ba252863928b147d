package patcher

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
)

func TestAPayloadStaysAtTheEnd(t *testing.T) {
	const payload = "PK\x03\x04 an archive"
	for name, p := range variants() {
		p.Payload = []byte(payload)
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			made := plan(t, data, beside)
			out := contents(t, made.Output())
			if !bytes.HasSuffix(out, []byte(payload)) || made.Payload == nil || made.Payload.Size != int64(len(payload)) {
				t.Errorf("%+v, the file ends with %q", made.Payload, out[len(out)-20:])
			}
			if !bytes.Equal(restored(t, out), data) {
				t.Error("restored to another file")
			}
		})
	}
}

// Some formats are mounted or mapped from where the section headers end.
func TestAPayloadStillFollowsTheSectionHeaders(t *testing.T) {
	p := program()
	p.Payload = []byte("squashfs")
	made := plan(t, p.Bytes(), beside)
	m := image(t, contents(t, made.Output()))
	if end := m.Header.Shoff + uint64(len(m.Sections))*m.SectionSize(); int64(end) != made.Payload.Offset {
		t.Errorf("the section headers end at %#x, the payload begins at %#x", end, made.Payload.Offset)
	}
}

// A payload that begins at a sector or a page may be mounted or mapped from there.
func TestAPayloadKeepsItsAlignment(t *testing.T) {
	p := program()
	for len(p.Bytes())%512 != 0 {
		p.Comment += "x"
	}
	p.Payload = []byte("payload")
	if made := plan(t, p.Bytes(), beside); made.Payload.Offset%512 != 0 {
		t.Errorf("%+v", made.Payload)
	}
}

func TestAPayloadIsRefusedOnRequest(t *testing.T) {
	p := program()
	p.Payload = []byte("payload")
	o := beside
	o.Payload = RefusePayload
	_, err := MakePlan(bytes.NewReader(p.Bytes()), int64(len(p.Bytes())), o)
	refusal(t, err, HasPayload)
	o.Payload = KeepOffset // a small file has no room
	_, err = MakePlan(bytes.NewReader(p.Bytes()), int64(len(p.Bytes())), o)
	refusal(t, err, HasPayload)
}

// A program linked for large pages has unused bytes between its segments.
func TestAPayloadKeepsItsOffset(t *testing.T) {
	dir, cc := t.TempDir(), need.Tool(t, "gcc", "gcc")
	source, program := filepath.Join(dir, "a.c"), filepath.Join(dir, "a")
	if err := os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, source, "-o", program, "-Wl,-z,max-page-size=65536", "-Wl,-z,separate-code").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, "payload"...)
	o := beside
	o.Payload = KeepOffset
	out := patched(t, data, o)
	if len(out) != len(data) || !bytes.HasSuffix(out, []byte("payload")) || readELF(t, out).Entry == readELF(t, data).Entry {
		t.Errorf("%d bytes, before %d", len(out), len(data))
	}
	if runpath, err := readELF(t, out).DynString(elf.DT_RUNPATH); err != nil || len(runpath) != 1 {
		t.Error(runpath, err)
	}
	if !bytes.Equal(restored(t, out), data) {
		t.Error("restored to another file")
	}
}
