/* The list of what is loaded: the program first, a header table that fits it, libc and library once. */
//: links libplugin-iterate.so plugin.c
#include "probe.h"
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
int plugin_state(void);
static int n, libc, library;
static int covers(struct dl_phdr_info *i, uintptr_t p)
{
	for (int k = 0; k < i->dlpi_phnum; k++)
		if (i->dlpi_phdr[k].p_type == PT_LOAD && p - i->dlpi_addr - i->dlpi_phdr[k].p_vaddr < i->dlpi_phdr[k].p_memsz)
			return 1;
	return 0;
}
static int look(struct dl_phdr_info *i, size_t size, void *data)
{
	int dynamic = 0;
	for (int k = 0; k < i->dlpi_phnum; k++)
		dynamic += i->dlpi_phdr[k].p_type == PT_DYNAMIC;
	check(size >= sizeof *i && dynamic == 1 && i->dlpi_name);
	if (n++ == 0)
		check(covers(i, (uintptr_t)&n) && covers(i, (uintptr_t)look));
	libc += covers(i, (uintptr_t)dlsym(RTLD_DEFAULT, "qsort"));
	library += covers(i, (uintptr_t)dlsym(RTLD_DEFAULT, "plugin_state"));
	return 0;
}
int main(void)
{
	plugin_state();
	check(dl_iterate_phdr(look, 0) == 0);
	check(libc == 1 && library == 1);
	puts("each once");
}
