/* Passes at the third try. */
#include "../../probes/probe.h"
int main(void)
{
	char path[200];
	snprintf(path, sizeof path, "%s.%s", own(0), getenv("PROBE_MODE"));
	int fd = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
	check(fd >= 0 && write(fd, "x", 1) == 1);
	check(lseek(fd, 0, SEEK_END) >= 3);
}
