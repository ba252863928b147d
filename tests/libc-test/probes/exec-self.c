/* Starts itself again: by /proc/self/exe, by its path, by a descriptor, through a symbolic link. */
//: native a runner opens programs in its own way
#include "probe.h"
int main(int argc, char **argv)
{
	if (argc > 1)
		return printf("%s\n", argv[1]) < 0;
	check(!again("/proc/self/exe", "by /proc/self/exe"));
	check(!again(own(0), "by its path"));
	check(!symlink(own(0), "link") && !again("./link", "through a link"));
	pid_t pid = fork();
	if (!pid) {
		char *arguments[] = {argv[0], "by a descriptor", 0};
		int fd = open(own(0), O_RDONLY);
		fexecve(fd, arguments, environ);
		_exit(1);
	}
	check(!ended(pid));
}
