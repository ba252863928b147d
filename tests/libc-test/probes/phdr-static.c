/* dl_iterate_phdr also in a static program; no segment is writable and executable. */
#include "probe.h"
#include <link.h>
#include <sys/auxv.h>
static int found;
static int look(struct dl_phdr_info *i, size_t size, void *data)
{
	uintptr_t vdso = getauxval(AT_SYSINFO_EHDR); /* qemu 8 gives one whose segment is both */

	for (int k = 0; k < i->dlpi_phnum; k++) {
		const ElfW(Phdr) *p = &i->dlpi_phdr[k];
		if (p->p_type != PT_LOAD)
			continue;
		check((p->p_flags & (PF_W | PF_X)) != (PF_W | PF_X) || (vdso && vdso - i->dlpi_addr - p->p_vaddr < p->p_memsz));
		if ((uintptr_t)&found - i->dlpi_addr - p->p_vaddr < p->p_memsz)
			found++;
	}
	return 0;
}
int main(void)
{
	check(dl_iterate_phdr(look, 0) == 0 && found == 1);
	puts("found");
}
