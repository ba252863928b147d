/* /proc/self/auxv has the AT_BASE that the program sees. */
//: native a runner shows a vector of its own
//: no-retrofit the retrofit's stub is small because it does not tell the kernel where the loader is
#include "probe.h"
#include <elf.h>
#include <sys/auxv.h>
int main(void)
{
	unsigned long pair[2];
	int n = 0, fd = open("/proc/self/auxv", O_RDONLY);
	check(fd >= 0);
	while (read(fd, pair, sizeof pair) == sizeof pair && pair[0] != AT_NULL)
		if (pair[0] == AT_BASE) {
			check(getauxval(AT_BASE) == pair[1]);
			n++;
		}
	check(n == 1);
	puts("the same");
}
