/* libgcc's unwinder, where it was built for glibc 2.35 or later, finds unwind tables by this
 * function of glibc alone.  musl has dl_iterate_phdr.  This object stands beside libgcc_eh.a in
 * the toolchain folder, so that a program with cleanups, exceptions or backtraces links and
 * unwinds.  Hidden: each program and library that unwinds has its own. */
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>

/* glibc's layout, of which the unwinder reads eh_frame, and on i386 eh_dbase. */
struct dl_find_object {
	unsigned long long flags;
	void *map_start, *map_end;
	void *link_map;
	void *eh_frame;
#ifdef __i386__
	void *eh_dbase;
	void *pad;
#endif
	unsigned long long reserved[7];
};

struct query {
	ElfW(Addr) pc;
	struct dl_find_object *found;
};

static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct query *q = arg;
	struct dl_find_object *f = q->found;
	ElfW(Addr) low = 0, high = 0, tables = 0;

	(void)size;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		ElfW(Addr) start = info->dlpi_addr + ph->p_vaddr;
		if (ph->p_type == PT_LOAD && q->pc - start < ph->p_memsz)
			low = start, high = start + ph->p_memsz;
		else if (ph->p_type == PT_GNU_EH_FRAME)
			tables = start;
#ifdef __i386__
		else if (ph->p_type == PT_DYNAMIC)
			for (const ElfW(Dyn) *d = (void *)start; d->d_tag; d++)
				if (d->d_tag == DT_PLTGOT)
					f->eh_dbase = (void *)d->d_un.d_ptr;
#endif
	}
	if (!high || !tables)
		return 0;
	f->map_start = (void *)low;
	f->map_end = (void *)high;
	f->eh_frame = (void *)tables;
	return 1;
}

__attribute__((visibility("hidden"))) int _dl_find_object(void *pc, struct dl_find_object *found)
{
	struct query q = { (ElfW(Addr))pc, found };

	*found = (struct dl_find_object){ 0 };
	return dl_iterate_phdr(look, &q) ? 0 : -1;
}
