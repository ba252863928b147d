/* Nothing is open but 0, 1 and 2. */
#include "probe.h"
int main(void)
{
	for (int fd = 0; fd < 1000; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			check(fd < 3 || getenv("PROBE_RUNNER"));
	puts("three");
}
