/* A library with IFUNC: musl has none, and says the same in every mode. */
//: arch x86_64 i386 aarch64
//: library libifunc.so ifunc.c -Wl,-Bsymbolic
#include "probe.h"
#include <dlfcn.h>
int main(void)
{
	check(!dlopen("libifunc.so", RTLD_NOW));
	char *said = dlerror(), *name = strstr(said, "libifunc.so");
	check(name);
	puts(name);
}
