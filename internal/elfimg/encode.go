package elfimg

import "debug/elf"

// Table is one of an image's tables as bytes, and where it belongs.
type Table struct {
	Offset uint64
	Bytes  []byte
}

// Tables gives the section headers, .dynamic, the program headers and the header, encoded, in this
// order: where they overlap, the later is right. A number that does not fit into a 32-bit file is an error.
func (m *Image) Tables() ([]Table, error) {
	w := &writer{form: m.form, b: make([]byte, 0, len(m.Sections)*int(m.sectionSize()))}
	var list []Table
	take := func(off uint64) {
		list = append(list, Table{off, w.b})
		w.b = nil
	}
	for i := range m.Sections {
		w.section(&m.Sections[i])
	}
	take(m.Header.Shoff)
	if p := m.FindProg(elf.PT_DYNAMIC); p >= 0 {
		for i := range m.Dynamic {
			w.dyn(&m.Dynamic[i])
		}
		take(m.Progs[p].Off)
	}
	for i := range m.Progs {
		w.prog(&m.Progs[i])
	}
	take(m.Header.Phoff)
	w.header(&m.Header)
	take(0)
	return list, w.err
}

// Encode gives the file with all tables written in their places, which must exist in it.
func (m *Image) Encode() (*Rope, error) {
	tables, err := m.Tables()
	if err != nil {
		return nil, err
	}
	out := m.body
	for _, t := range tables {
		if len(t.Bytes) == 0 {
			continue // its offset may mean nothing
		}
		if out, err = out.Apply([]Edit{{Offset: int64(t.Offset), Data: t.Bytes}}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EncodeSyms gives symbols as they stand in a symbol table of the file.
func (m *Image) EncodeSyms(list ...elf.Sym64) ([]byte, error) {
	w := &writer{form: m.form}
	for i := range list {
		w.sym(&list[i])
	}
	return w.b, w.err
}
