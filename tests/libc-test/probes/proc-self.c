/* /proc/self: exe, cmdline, comm, environ, and in maps the program and the loader. */
#include "probe.h"
static long load(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY);
	check(fd >= 0);
	long n = read(fd, to, size);
	close(fd);
	return n;
}
int main(int argc, char **argv)
{
	char text[20000], line[PATH_MAX + 200];
	check(!strcmp(own(0), argv[0]));
	check(load("/proc/self/cmdline", text, sizeof text) == (long)strlen(argv[0]) + 1 && !strcmp(text, argv[0]));
	check(load("/proc/self/environ", text, sizeof text) > 0);
	if (!getenv("PROBE_RUNNER")) {
		check(!strcmp(text, environ[0]));
		check(load("/proc/self/comm", text, sizeof text) > 0 && !strncmp(text, "proc-self.exe", 13));
	}
	int program = 0, others = 0, deleted = 0;
	FILE *f = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, f)) {
		char *path = strchr(line, '/');
		if (!path)
			continue;
		path[strcspn(path, "\n")] = 0;
		program += !strcmp(path, argv[0]);
		deleted += strstr(path, "(deleted)") != 0;
		if (strcmp(path, argv[0]) && !strstr(path, "/qemu-") && !others++)
			printf("%s\n", strrchr(path, '/') + 1);
	}
	check(program >= 2 && !deleted);
	check(mode("static") || getenv("PROBE_RUNNER") || others >= 2);
}
