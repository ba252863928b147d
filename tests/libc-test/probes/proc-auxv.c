/* /proc/self/auxv tells what the program sees, but for AT_BASE. */
//: native a runner shows a vector of its own
#include "probe.h"
#include <elf.h>
#include <sys/auxv.h>
int main(void)
{
	unsigned long pair[2];
	int n = 0, fd = open("/proc/self/auxv", O_RDONLY);
	check(fd >= 0);
	while (read(fd, pair, sizeof pair) == sizeof pair && pair[0] != AT_NULL) {
		check(pair[0] == AT_BASE || getauxval(pair[0]) == pair[1]);
		n += pair[0] == AT_BASE || pair[0] == AT_PHDR || pair[0] == AT_ENTRY || pair[0] == AT_RANDOM;
	}
	check(n == 4);
	puts("the same");
}
