/* The auxiliary vector as getauxval shows it. */
#include "probe.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));
int main(int argc, char **argv)
{
	check(getauxval(AT_PAGESZ) == (unsigned long)sysconf(_SC_PAGESIZE));
	check(getauxval(AT_UID) == getuid() && getauxval(AT_EUID) == geteuid() && getauxval(AT_GID) == getgid());
	check(getauxval(AT_SECURE) == 0);
	check(getauxval(AT_RANDOM) && getauxval(AT_PHENT) == sizeof(ElfW(Phdr)));
	check(!strcmp((char *)getauxval(AT_EXECFN), own(0)));
	const ElfW(Phdr) *p = (void *)getauxval(AT_PHDR);
	check(p && getauxval(AT_PHNUM) >= __ehdr_start.e_phnum);
	int covers = 0;
	uintptr_t bias = 0;
	for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
		if (p[i].p_type == PT_LOAD && p[i].p_offset == 0)
			bias = (uintptr_t)&__ehdr_start - p[i].p_vaddr;
	for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
		covers += p[i].p_type == PT_LOAD && (p[i].p_flags & PF_X) && getauxval(AT_ENTRY) - bias - p[i].p_vaddr < p[i].p_memsz;
	check(covers == 1);
	errno = 0;
	check(getauxval(12345) == 0 && errno == ENOENT);
	char **e = environ;
	while (*e)
		e++;
	check(((unsigned long *)(e + 1))[0] != AT_NULL);
	printf("AT_CLKTCK %lu AT_PHDR %s\n", getauxval(AT_CLKTCK), (uintptr_t)p == (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff ? "of the file" : "elsewhere");
}
