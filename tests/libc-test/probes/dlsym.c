/* Look-ups: the program's names first, by handle a library's own, RTLD_DEFAULT, a missing name. */
//: library libplugin-dlsym.so plugin.c
//: ldflags -rdynamic
#include "probe.h"
#include <dlfcn.h>
int shared_name(void) { return 1; }
int main(void)
{
	void *h = dlopen("libplugin-dlsym.so", RTLD_NOW | RTLD_LOCAL);
	check(h);
	check(((int (*)(void))dlsym(h, "shared_name"))() == 2);
	check(((int (*)(void))dlsym(h, "plugin_calls"))() == 1);
	check(((int (*)(void))dlsym(RTLD_DEFAULT, "shared_name"))() == 1);
	check(!dlsym(RTLD_DEFAULT, "plugin_state"));
	check(dlopen("libplugin-dlsym.so", RTLD_NOW | RTLD_GLOBAL) == h && dlsym(RTLD_DEFAULT, "plugin_state"));
	check(!dlsym(h, "no_such_name"));
	puts(dlerror());
}
