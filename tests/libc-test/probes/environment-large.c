/* A thousand variables and a thousand arguments arrive. */
#include "probe.h"
int main(int argc, char **argv)
{
	if (argc > 900) {
		int n = 0;
		for (char **e = environ; *e; e++)
			n += !strncmp(*e, "VARIABLE_", 9) && strlen(*e) == 113;
		check(n == 1000);
		for (int i = argc - 900; i < argc; i++)
			check(strlen(argv[i]) == 50);
		puts("all there");
		return 0;
	}
	char *arguments[902] = {argv[0]}, name[30], value[101] = {0};
	memset(value, 'v', 100);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "VARIABLE_%03d", i);
		check(!setenv(name, value, 1));
	}
	value[50] = 0;
	for (int i = 1; i <= 900; i++)
		arguments[i] = value;
	if (getenv("PROBE_RUNNER"))
		return puts("all there"), 0;
	fflush(stdout);
	execve(own(0), arguments, environ);
	return 1;
}
