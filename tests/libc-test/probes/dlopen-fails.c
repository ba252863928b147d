/* What cannot be opened: a message, and everything goes on. */
//: library libfine.so plugin.c
#include "probe.h"
#include <dlfcn.h>
int main(void)
{
	check(!dlopen("no-such-library.so", RTLD_NOW));
	puts(dlerror());
	check(!dlerror());
	check(!dlopen("/dev/null", RTLD_NOW) && dlerror());
	FILE *f = fopen("garbage.so", "w");
	check(f && fputs("garbage that is no library at all", f) >= 0 && !fclose(f));
	check(!dlopen("./garbage.so", RTLD_NOW));
	puts(dlerror());
	check(dlopen("libfine.so", RTLD_NOW));
}
