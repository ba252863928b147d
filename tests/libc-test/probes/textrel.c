/* Relocations in a library's text: musl takes them, but not where W->X is denied (PR_SET_MDWE). */
//: arch x86_64 i386
//: library libtextrel.so textrel.c -Wl,-z,notext
#include "probe.h"
#include <dlfcn.h>
#include <sys/prctl.h>
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif
static int opens(void)
{
	void *h = dlopen("libtextrel.so", RTLD_NOW);
	return h && ((int (*)(void))dlsym(h, "textrel_get"))() == 6;
}
int main(void)
{
	pid_t pid = fork();
	if (!pid) {
		if (prctl(PR_SET_MDWE, 1, 0, 0, 0))
			_exit(2);
		_exit(opens());
	}
	printf("denied: %d\n", ended(pid));
	check(opens());
	puts("else opened");
}
