/* Runs every test, with the initial stack where a program has it, or where a sanitizer can watch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "test.h"

static const char *running = "";
static const char *const placements[] = { "above", "tight" };
static int door, failures;
static jmp_buf next_test;

_Noreturn void fail(const char *file, int line, const char *what, const char *format, ...)
{
	va_list args;

	printf("%s:%d: %s, stack %s, %s: %s: ", file, line, running, placements[placement], body_doors[door], what);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n    model: %.300s\n    said: %.300s\n", model.message, fake.message);
	failures++;
	longjmp(next_test, 1);
}

void same(const char *file, int line, const char *what, const char *got, const char *want)
{
	size_t n = 0, from;

	while (got[n] && got[n] == want[n])
		n++;
	from = n < 60 ? 0 : n - 60;
	if (got[n] != want[n])
		fail(file, line, what, "they differ at %ld of %ld and %ld\n    got  %.200s\n    want %.200s", (long)n,
		     (long)strlen(got), (long)strlen(want), got + from, want + from);
}

static void run(const struct test *t)
{
	running = t->name;
	if (setjmp(next_test))
		return;
	program_new();
	t->run();
	printf("ok %s, stack %s, %s\n", t->name, placements[placement], body_doors[door]);
}

/* Some of the tests: those whose name holds the first argument. */
int main(int argc, char **argv)
{
	static const struct test *const all[] = { search_tests, origin_tests, present_tests, message_tests,
						  errno_tests, loader_tests, length_tests };
	const char *only = argc > 1 ? argv[1] : "";
	const struct test *t;
	size_t i;

	setvbuf(stdout, 0, _IOLBF, 0);
#ifdef WATCHED
	placement = ABOVE;
#else
	placement = TIGHT;
#endif
	for (; door < DOORS; door++) {
		body_as(door);
		for (i = 0; i < sizeof all / sizeof *all; i++)
			for (t = all[i]; t->name; t++)
				if (strstr(t->name, only))
					run(t);
	}
	program_new();
	return failures != 0;
}

/* The stack that a start leaves behind is no business of the next one. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0:detect_leaks=0:abort_on_error=0";
}
