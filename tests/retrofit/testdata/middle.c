/* A library that needs another one, with storage of its own for each thread. */
#include <stdio.h>

void deep(void);

static __thread int calls = 1;
int *volatile counted = 0;

void greet(void)
{
	counted = &calls;
	if (++*counted == 2)
		deep();
}
