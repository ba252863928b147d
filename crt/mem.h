/* What the body needs of <string.h>.  The compiler must not turn these loops back into calls
 * (-fno-builtin -fno-tree-loop-distribute-patterns): nothing is linked yet when they run. */
#ifndef RELINTERP_MEM_H
#define RELINTERP_MEM_H

#include "elf.h"

static size_t length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

/* The length of start when s begins with it, else 0. */
static size_t prefix(const char *s, const char *start)
{
	size_t n;

	for (n = 0; start[n]; n++)
		if (s[n] != start[n])
			return 0;
	return n;
}

#endif
