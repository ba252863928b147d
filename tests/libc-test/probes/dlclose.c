/* Closing and opening again keeps a library's state, as musl has it; handles stay good. */
//: library libplugin-close.so plugin.c
#include "probe.h"
#include <dlfcn.h>
int main(void)
{
	void *h = dlopen("libplugin-close.so", RTLD_NOW);
	check(h && ((int (*)(void))dlsym(h, "plugin_state"))() == 11);
	check(!dlclose(h));
	void *two = dlopen("libplugin-close.so", RTLD_NOW);
	check(two == h && ((int (*)(void))dlsym(two, "plugin_state"))() == 12);
	check(dlclose((void *)&two) != 0 && dlerror());
	puts("state kept");
}
