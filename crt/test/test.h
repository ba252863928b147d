/* The tests, by file; main.c runs them. */
#ifndef TEST_H
#define TEST_H

#include <string.h>

#include "body.h"
#include "check.h"
#include "model.h"
#include "program.h"

struct test {
	const char *name;
	void (*run)(void);
};

/* Each ends with an entry of zeros. */
extern const struct test search_tests[], origin_tests[], loader_tests[], present_tests[], message_tests[], errno_tests[],
	length_tests[];

#define TEST(f) { #f, f }

/* The program starts, with this loader. */
#define STARTS(path)                                 \
	do {                                         \
		CHECK(start() == JUMPED, "no start"); \
		SAME(outcome.interp, path);          \
	} while (0)

/* It does not, and says so. */
#define SAYS(words)                                                 \
	do {                                                        \
		CHECK(start() == EXITED, "started %s", outcome.interp); \
		SAME(fake.message, words);                          \
	} while (0)

#define MEND ": put one there or set RELINTERP_LOADER\n"

#endif
