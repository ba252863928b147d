/* What a test says when something is not as it should be. */
#ifndef CHECK_H
#define CHECK_H

/* Print where and what, and what the body did, then give the test up. */
_Noreturn void fail(const char *file, int line, const char *what, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#define CHECK(cond, ...)                                            \
	do {                                                        \
		if (!(cond))                                        \
			fail(__FILE__, __LINE__, #cond, " " __VA_ARGS__); \
	} while (0)

/* Two strings, shown in full when they differ. */
#define SAME(got, want)                                                                          \
	do {                                                                                     \
		const char *got_ = (got), *want_ = (want);                                       \
		if (strcmp(got_, want_))                                                         \
			fail(__FILE__, __LINE__, #got, "\n    got  %s\n    want %s", got_, want_); \
	} while (0)

#endif
