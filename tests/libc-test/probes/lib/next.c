/* Stands before libc and hands on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
int next_calls;
long atol(const char *s)
{
	long (*real)(const char *) = (long (*)(const char *))dlsym(RTLD_NEXT, "atol");
	next_calls++;
	return real ? real(s) + 1000 : -1;
}
