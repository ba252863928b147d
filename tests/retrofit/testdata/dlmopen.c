/* Loads a library into a namespace of its own, after it has changed the folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	void *plugin;

	if (chdir("/"))
		return 1;
	plugin = dlmopen(LM_ID_NEWLM, "libplugin.so", RTLD_NOW);
	puts(plugin ? "loaded" : dlerror());
	return !plugin;
}
