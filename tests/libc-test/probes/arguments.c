/* argc, argv, environ and envp are word for word what execve was given, and lie where the ABI says. */
#include "probe.h"
int main(int argc, char **argv, char **envp)
{
	if (argc == 1) {
		char *arguments[] = {"any name", "", "two words", "-relinterp", "\xff\n", 0};
		char *environment[] = {"A=1", "=odd", "no equals sign", "A=2", "EMPTY=", "LD_LIBRARY_PATH=", 0};
		char *runner[300];
		int n = 0;
		if (getenv("PROBE_RUNNER")) /* a runner hands on neither name nor environment as they are */
			return puts("exact"), 0;
		for (char **e = environment; *e; e++)
			runner[n++] = *e;
		runner[n] = 0;
		execve(own(0), arguments, runner);
		return 1;
	}
	check(argc == 5 && !argv[5]);
	check(!strcmp(argv[0], "any name") && !*argv[1] && !strcmp(argv[2], "two words") && !strcmp(argv[4], "\xff\n"));
	check(envp == environ && envp == argv + argc + 1);
	check(!strcmp(envp[0], "A=1") && !strcmp(envp[1], "=odd") && !strcmp(envp[2], "no equals sign"));
	check(!strcmp(envp[3], "A=2") && !strcmp(envp[5], "LD_LIBRARY_PATH=") && !envp[6]);
	check(!strcmp(getenv("A"), "1") && !*getenv("EMPTY") && !getenv("no"));
	puts("exact");
}
