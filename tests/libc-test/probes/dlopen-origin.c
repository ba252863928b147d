/* A name without a slash is found beside the program, whatever the current folder is. */
//: library libplugin-origin.so plugin.c
#include "probe.h"
#include <dlfcn.h>
int main(void)
{
	check(!chdir("/"));
	void *h = dlopen("libplugin-origin.so", RTLD_NOW | RTLD_LOCAL);
	check(h);
	check(((int (*)(void))dlsym(h, "plugin_state"))() == 11);
	check(dlopen("libplugin-origin.so", RTLD_NOW) == h && dlopen(own("libplugin-origin.so"), RTLD_NOW) == h);
	puts("one library");
}
