package elfimg

import (
	"debug/elf"
	"fmt"
)

// maxProblems is how many sentences Check gives at most: more are no news, but cost memory.
const maxProblems = 1000

// Check gives what is wrong with the image, one sentence each, maxProblems at most, in an order that does not depend
// on anything but the image. What a linker writes has nothing; some programs that run have something.
func (m *Image) Check() []string {
	c := &checker{Image: m}
	c.tables()
	c.loads()
	c.entry()
	c.dynamic()
	if len(m.Sections) > 0 {
		c.sections()
	}
	return c.list
}

// NewProblems gives what Check finds in m and does not find in old: what a change has broken.
func (m *Image) NewProblems(old *Image) []string {
	was := map[string]bool{}
	for _, p := range old.Check() {
		was[p] = true
	}
	var list []string
	now := m.Check()
	for _, p := range now {
		if !was[p] {
			list = append(list, p)
		}
	}
	if len(now) == maxProblems {
		list = append(list, "too many problems to tell new ones")
	}
	return list
}

type checker struct {
	*Image
	list []string
}

func (c *checker) expect(ok bool, format string, args ...any) {
	if !ok && len(c.list) < maxProblems {
		c.list = append(c.list, fmt.Sprintf(format, args...))
	}
}

func (c *checker) tables() {
	c.expect(c.SectionsError == nil, "unreadable section headers: %v", c.SectionsError)
	if len(c.Progs) == 0 {
		return
	}
	size := uint64(len(c.Progs)) * uint64(c.progSize())
	addr, loaded := c.Address(c.Header.Phoff, size)
	c.expect(loaded, "the program headers are in no PT_LOAD")
	if p, err := c.one(elf.PT_PHDR); err != nil {
		c.expect(false, "more than one PT_PHDR")
	} else if p != nil {
		c.expect(p.Off == c.Header.Phoff && p.Vaddr == addr && p.Filesz == size, "PT_PHDR does not describe the program headers")
	}
}

// loads checks what the kernel and the loaders rely on: gABI chapter 5, "Program Header".
func (c *checker) loads() {
	var end uint64
	for _, p := range c.Progs {
		switch elf.ProgType(p.Type) {
		case elf.PT_LOAD:
			c.load(p, end)
			end = p.Vaddr + p.Memsz
		case elf.PT_GNU_STACK:
		default:
			inside := p.Off <= uint64(c.Size()) && p.Filesz <= uint64(c.Size())-p.Off
			c.expect(inside, "%v lies outside the file", elf.ProgType(p.Type))
		}
	}
}

func (c *checker) load(p elf.Prog64, end uint64) {
	const what = "a PT_LOAD with "
	c.expect(p.Off <= uint64(c.Size()) && p.Filesz <= uint64(c.Size())-p.Off, what+"bytes outside the file")
	c.expect(p.Filesz <= p.Memsz, what+"more bytes in the file than in memory")
	c.expect(p.Vaddr+p.Memsz >= p.Vaddr, what+"an end behind the last address")
	c.expect(p.Vaddr >= end, what+"an address below the end of the one before")
	c.expect(p.Align&(p.Align-1) == 0, what+"an alignment that is no power of two")
	c.expect(p.Align < 2 || p.Vaddr%p.Align == p.Off%p.Align, what+"offset and address that differ modulo its alignment")
	wx := uint32(elf.PF_W | elf.PF_X)
	c.expect(p.Flags&wx != wx, what+"writable code")
}

func (c *checker) entry() {
	if c.Header.Entry == 0 {
		return
	}
	for _, p := range c.Progs {
		if p.Type == uint32(elf.PT_LOAD) && p.Flags&uint32(elf.PF_X) != 0 && c.Header.Entry-p.Vaddr < p.Filesz {
			return
		}
	}
	c.expect(false, "the entry is not in code")
}

func (c *checker) dynamic() {
	if c.FindProg(elf.PT_DYNAMIC) < 0 {
		return
	}
	null := false
	for _, d := range c.Dynamic {
		null = null || d.Tag == int64(elf.DT_NULL)
	}
	c.expect(null, ".dynamic has no DT_NULL")
	off, size, err := c.DynStrings()
	if err != nil {
		c.expect(false, ".dynstr is in no PT_LOAD")
		return
	}
	last, err := c.Bytes(off+size-min(1, size), min(1, size))
	c.expect(err == nil && size > 0 && last[0] == 0, ".dynstr does not end with a NUL byte")
	for _, tag := range []elf.DynTag{elf.DT_NEEDED, elf.DT_SONAME, elf.DT_RPATH, elf.DT_RUNPATH} {
		_, err := c.DynTexts(tag)
		c.expect(err == nil, "%v names no string in .dynstr", tag)
	}
}

func (c *checker) sections() {
	names, err := c.SectionNames()
	if err != nil {
		c.expect(false, "sections without names")
		names = make([]string, len(c.Sections))
	}
	for i := 1; i < len(c.Sections); i++ {
		c.section(&c.Sections[i], names[i])
	}
	if p, _ := c.one(elf.PT_DYNAMIC); p != nil {
		c.same(names, elf.SHT_DYNAMIC, p.Vaddr, p.Off, p.Filesz, "PT_DYNAMIC")
	}
	c.at(names, elf.SHT_DYNSYM, elf.DT_SYMTAB)
	c.at(names, elf.SHT_HASH, elf.DT_HASH)
	c.at(names, elf.SHT_GNU_HASH, elf.DT_GNU_HASH)
	if off, size, err := c.DynStrings(); err == nil {
		addr, _ := c.DynValue(elf.DT_STRTAB)
		c.same(names, elf.SHT_STRTAB, addr, off, size, "DT_STRTAB")
	}
}

// at expects a section of a type to be where an entry of .dynamic says.
func (c *checker) at(names []string, typ elf.SectionType, tag elf.DynTag) {
	addr, ok := c.DynValue(tag)
	for i := range c.Sections {
		if s := &c.Sections[i]; ok && s.Type == uint32(typ) && s.Flags&uint64(elf.SHF_ALLOC) != 0 {
			c.expect(s.Addr == addr, "section %.64s is not where %v says", names[i], tag)
		}
	}
}

// same expects a section of a type at an address to be what .dynamic or a segment says. Files whose
// sections do not name the thing at all are passed.
func (c *checker) same(names []string, typ elf.SectionType, addr, off, size uint64, what string) {
	for i := range c.Sections {
		s := &c.Sections[i]
		if s.Type == uint32(typ) && s.Flags&uint64(elf.SHF_ALLOC) != 0 {
			c.expect(s.Addr == addr && s.Off == off && s.Size == size, "section %.64s is not what %s says", names[i], what)
		}
	}
}

func (c *checker) section(s *elf.Section64, name string) {
	if s.Type == uint32(elf.SHT_NULL) {
		return
	}
	fault := func(bad bool, what string) {
		if bad {
			c.expect(false, "section %.64s %s", name, what)
		}
	}
	bits := s.Type != uint32(elf.SHT_NOBITS)
	size := uint64(c.Size())
	fault(s.Link >= uint32(len(c.Sections)), "is linked to one that does not exist")
	fault(bits && (s.Off > size || s.Size > size-s.Off), "lies outside the file")
	fault(s.Addralign > 1 && s.Addralign&(s.Addralign-1) == 0 && s.Addr%s.Addralign != 0, "is not aligned")
	if s.Flags&uint64(elf.SHF_ALLOC) == 0 || s.Flags&uint64(elf.SHF_TLS) != 0 || s.Size == 0 {
		return
	}
	for i := range c.Progs {
		p := &c.Progs[i]
		if p.Type == uint32(elf.PT_LOAD) && s.Addr >= p.Vaddr && s.Addr-p.Vaddr <= p.Memsz && s.Size <= p.Memsz-(s.Addr-p.Vaddr) {
			fault(bits && s.Off-p.Off != s.Addr-p.Vaddr, "has other bytes in the file than in memory")
			return
		}
	}
	fault(true, "is in no PT_LOAD")
}
