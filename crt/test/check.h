/* What a test says when something is not as it should be. */
#ifndef CHECK_H
#define CHECK_H

/* A sanitizer watches each byte of memory. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define WATCHED 1
#endif
#endif

/* Print where and what, and what the body did, then give the test up. */
_Noreturn void fail(const char *file, int line, const char *what, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#define CHECK(cond, ...)                                            \
	do {                                                        \
		if (!(cond))                                        \
			fail(__FILE__, __LINE__, #cond, " " __VA_ARGS__); \
	} while (0)

/* Two strings; where they differ is shown. */
void same(const char *file, int line, const char *what, const char *got, const char *want);
#define SAME(got, want) same(__FILE__, __LINE__, #got, got, want)

#endif
