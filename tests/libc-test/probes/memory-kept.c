/* The arguments' own memory can be written to, as programs do that show their state there. */
#include "probe.h"
#include <sys/prctl.h>
int main(int argc, char **argv)
{
	char text[100] = {0};
	memset(argv[0], 'x', strlen(argv[0]));
	int fd = open("/proc/self/cmdline", O_RDONLY);
	check(fd >= 0 && read(fd, text, 99) > 0);
	check(getenv("PROBE_RUNNER") || !strncmp(text, "xxxx", 4));
	check(!prctl(PR_SET_NAME, "renamed") && !prctl(PR_GET_NAME, text) && !strcmp(text, "renamed"));
	puts("written");
}
