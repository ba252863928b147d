/* What the body needs of <string.h>.  The compiler must not turn these loops back into calls
 * (-fno-builtin -fno-tree-loop-distribute-patterns): nothing is linked yet when they run. */
#ifndef RELINTERP_MEM_H
#define RELINTERP_MEM_H

#include "arch.h"

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

/* The hosted tests watch what C writes. */
#if !defined(arch_copy) || defined(RELINTERP_FAKE_SYS)
#undef arch_copy
#undef arch_zero
#define arch_copy copy_words
#define arch_zero zero_words
static inline word *copy_words(word *to, const word *from, size_t words)
{
	while (words--)
		*to++ = *from++;
	return to;
}

static inline word *zero_words(word *to, size_t words)
{
	for (; words; words--)
		*(volatile word *)to++ = 0;
	return to;
}
#endif

#endif
