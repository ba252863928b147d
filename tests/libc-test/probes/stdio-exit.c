/* Buffers are written at exit and at the end of main, not at _exit; after a fork each its own. */
#include "probe.h"
static int part(int how)
{
	fflush(stdout);
	pid_t pid = fork();
	if (!pid) {
		printf("[part %d]", how);
		if (how == 0)
			exit(3);
		if (how == 1)
			_exit(4);
		if (how == 2)
			quick_exit(5);
		abort();
	}
	return ended(pid);
}
int main(void)
{
	check(!setvbuf(stdout, 0, _IOFBF, 4096));
	check(part(0) == 3 && part(1) == 4 && part(2) == 5);
	printf("[end of main]\n");
}
