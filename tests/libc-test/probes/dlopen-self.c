/* dlopen(0) is the program; libc answers to its name without being loaded again. */
//: dynamic it uses dlopen
//: ldflags -rdynamic
#include "probe.h"
#include <dlfcn.h>
int exported(void) { return 5; }
int main(void)
{
	void *self = dlopen(0, RTLD_NOW), *libc = dlopen("libc.so", RTLD_NOW);
	check(self && libc && libc != self);
	check(dlsym(self, "exported") == (void *)exported);
	check(dlsym(self, "printf") == (void *)printf && dlsym(libc, "printf") == (void *)printf);
	check(dlopen("libc.so", RTLD_NOW | RTLD_NOLOAD) == libc);
	check(!dlopen("libm-not-loaded.so", RTLD_NOW | RTLD_NOLOAD));
	puts("the one libc");
}
