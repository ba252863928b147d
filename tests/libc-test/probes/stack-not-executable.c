/* Stack and heap are not executable, as the kernel says of them. */
#include "probe.h"
int main(void)
{
	char line[PATH_MAX + 100], rights[5];
	unsigned long from, to;
	int stacks = 0, both = 0;
	free(malloc(100));
	FILE *f = fopen("/proc/self/maps", "r");
	check(f);
	while (fgets(line, sizeof line, f)) {
		check(sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3);
		both += rights[1] == 'w' && rights[2] == 'x';
		if ((uintptr_t)line >= from && (uintptr_t)line < to)
			stacks += rights[1] == 'w';
	}
	check(stacks == 1 && both == 0);
	puts("nothing is writable and executable");
}
