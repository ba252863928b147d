/* Starts itself once more through /proc/self/exe. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *args[] = {argv[0], "second", 0};

	(void)argc;
	if (argv[1] && argv[1][0] == 's') {
		puts("again");
		return 0;
	}
	execv("/proc/self/exe", args);
	perror("execv");
	return 1;
}
