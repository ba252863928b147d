/* A library that needs another one, with storage of its own for each thread. */
#include <stdio.h>

void deep(void);

static __thread int calls = 1;
int *volatile counted = 0;

#ifdef LARGE
/* A large function of its own that it calls through the PLT. */
void large(void)
{
	__asm__ volatile(".skip 0x5000, 0x90");
}
#else
#define large() ((void)0)
#endif

void greet(void)
{
	large();
	counted = &calls;
	if (++*counted == 2)
		deep();
}
