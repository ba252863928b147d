/*
 * A program, a library of its own and a plugin. Build it, with the loader beside the libraries:
 *
 *   mkdir -p app/lib
 *   musl-cc -shared -fPIC -o app/lib/libgreet.so greet.c
 *   musl-cc -shared -fPIC -o app/lib/plugin.so plugin.c
 *   musl-cc -relinterp=portable -o app/hello hello.c -Lapp/lib -lgreet
 *   cp "$(musl-cc -print-file-name=ld-musl-x86_64.so.1)" app/lib/
 *
 * Then move app/ to wherever you like and run app/hello.
 */
#include <dlfcn.h>
#include <stdio.h>
#include "greet.h"

int main(void)
{
	void *plugin = dlopen("plugin.so", RTLD_NOW);
	int (*answer)(void) = plugin ? (int (*)(void))dlsym(plugin, "answer") : 0;
	if (!answer) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	printf("%s, the plugin answers %d\n", greet(), answer());
	return 0;
}
