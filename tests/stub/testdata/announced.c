/* Prints the first bytes of what the loader calls for debuggers, then opens a library. */
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>

extern ElfW(Dyn) _DYNAMIC[];

int main(int argc, char **argv)
{
	const ElfW(Dyn) *d;
	const unsigned char *p = 0;

	for (d = _DYNAMIC; d->d_tag; d++)
		if (d->d_tag == DT_DEBUG)
			p = (const unsigned char *)((struct r_debug *)d->d_un.d_ptr)->r_brk;
#ifdef __aarch64__ /* Whether program and loader lie as far apart as no kernel puts them, but qemu 8. */
	if ((unsigned long)p - (unsigned long)main + (1ul << 27) >= 1ul << 28)
		printf("far ");
#endif
	printf("%02x%02x%02x%02x %s\n", p[0], p[1], p[2], p[3], argc > 1 && dlopen(argv[1], RTLD_NOW) ? "opened" : "not opened");
	return 0;
}
