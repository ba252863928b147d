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

/* Four letters at once, wherever they lie. */
struct __attribute__((packed)) four_letters {
	uint32_t letters;
};
#define four_letters(s) (((const struct four_letters *)(const void *)(s))->letters)
#if ELF_DATA == 1
#define FOUR_LETTERS(a, b, c, d) ((a) | (b) << 8 | (c) << 16 | (d) << 24)
#else
#define FOUR_LETTERS(a, b, c, d) ((d) | (c) << 8 | (b) << 16 | (a) << 24)
#endif

/* The hosted tests watch what C writes. */
#if !defined(arch_copy) || defined(RELINTERP_FAKE_SYS)
#undef arch_copy
#undef arch_fill
#undef arch_clear
#undef arch_move
#undef arch_string
#undef arch_find
#define arch_copy copy_words
#define arch_fill fill_words
#define arch_clear clear_bytes
#define arch_move copy_bytes
#define arch_string copy_string
#define arch_find find_byte
static inline word *copy_words(word *to, const word *from, size_t words)
{
	while (words--)
		*to++ = *from++;
	return to;
}

static inline word *fill_words(word *to, word value, size_t words)
{
	for (; words; words--)
		*(volatile word *)to++ = value;
	return to;
}

static inline void clear_bytes(char *to, unsigned bytes)
{
	while (bytes--)
		*(volatile char *)to++ = 0;
}

static inline char *copy_string(char *to, const char *from)
{
	while ((*to = *from++))
		to++;
	return to;
}

static inline char *copy_bytes(char *to, const char *from, size_t bytes)
{
	while (bytes--)
		*to++ = *from++;
	return to;
}

static inline const char *find_byte(const char *s, size_t bytes, char c)
{
	while (bytes-- && *s++ != c)
		;
	return s;
}
#endif

#endif
