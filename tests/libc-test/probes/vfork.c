/* vfork and exec of itself; the parent's stack stays whole. */
#include "probe.h"
int main(int argc, char **argv)
{
	if (argc > 1)
		return 8;
	char *arguments[] = {argv[0], "child", 0};
	char **all = words(own(0), arguments);
	const char *path = getenv("PROBE_RUNNER") ? all[0] : own(0);
	for (int i = 0; i < 10; i++) {
		volatile int keep = i;
		pid_t pid = vfork();
		if (!pid) {
			execve(path, all, environ);
			_exit(1);
		}
		check(keep == i && ended(pid) == 8);
	}
	puts("ten times");
}
