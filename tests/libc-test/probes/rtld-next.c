/* A library stands before libc and finds the real function with RTLD_NEXT; so does the program. */
//: links libnext.so next.c
//: cflags -fno-builtin
//: ldflags -rdynamic
#include "probe.h"
#include <dlfcn.h>
extern int next_calls;
int atoi(const char *s)
{
	int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "atoi");
	check(real && (void *)real != (void *)atoi);
	return real(s) + 1;
}
int main(void)
{
	check(atoi("41") == 42);
	check(atol("1") == 1001 && next_calls == 1);
	check(!dlsym(RTLD_NEXT, "main"));
	puts("next");
}
