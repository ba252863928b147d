/* A name with versions: the program, linked to the default, gets it, and so does dlsym. */
//: links libversions.so versions.c -Wl,--version-script=SOURCES/versions.map
#include "probe.h"
#include <dlfcn.h>
int version_of(void), version_only2(void);
int main(void)
{
	check(version_of() == 2 && version_only2() == 22);
	check(((int (*)(void))dlsym(RTLD_DEFAULT, "version_of"))() == 2);
	puts("V2");
}
