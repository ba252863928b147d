/* The loader as a command: `ld-musl ./program` starts it too, and --list tells what it would load. */
//: dynamic a static program has no loader
#include "probe.h"
int main(int argc, char **argv)
{
	if (argc > 1)
		return printf("%s\n", argv[1]) < 0;
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s", own(0));
	fflush(stdout);
	pid_t pid = fork();
	if (!pid) {
		char *arguments[] = {"ld-musl", path, "by the loader", 0};
		replace(loader(0, 0), arguments, environ);
		_exit(126);
	}
	check(!ended(pid));
}
