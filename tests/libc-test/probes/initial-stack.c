/* What the kernel put at the start of the stack (arguments, environment) stays there as it was, also where the program is given another: valgrind reads the environment there. */
#include "probe.h"
int main(int argc, char **argv)
{
	size_t n = argc + 2;
	char **words = argv - 1, **end = (char **)((uintptr_t)argv[0] & -sizeof(char *)), **at;

	for (char **e = environ; *e; e++)
		n++;
	check(environ == argv + argc + 1);
	if (!mode("pt-interp") && !mode("static")) {
		for (at = words + n; at + n < end && memcmp(at, words, n * sizeof *at); at++)
			;
		check(at + n < end);
	}
	puts("as it was");
}
