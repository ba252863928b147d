/* Addresses lead back to names and files: program, library, libc. */
//: links libplugin-dladdr.so plugin.c
//: ldflags -rdynamic
#include "probe.h"
#include <dlfcn.h>
int plugin_state(void);
int exported(void) { return plugin_state(); }
static void look(void *p, const char *symbol, const char *file)
{
	Dl_info i;
	struct stat a, b;
	check(dladdr(p, &i) && i.dli_sname && !strcmp(i.dli_sname, symbol) && i.dli_saddr == p);
	check(!memcmp(i.dli_fbase, "\177ELF", 4));
	printf("%s in %s\n", i.dli_sname, strrchr(i.dli_fname, '/') ? strrchr(i.dli_fname, '/') + 1 : i.dli_fname);
	check(!stat(i.dli_fname, &a) && !stat(file, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev);
}
int main(void)
{
	Dl_info i;
	look((void *)exported, "exported", own(0));
	look((void *)dlsym(RTLD_DEFAULT, "plugin_state"), "plugin_state", own("libplugin-dladdr.so"));
	look((void *)dlsym(RTLD_DEFAULT, "qsort"), "qsort", loader(0, 0));
	check(!dladdr((void *)&i, &i));
}
