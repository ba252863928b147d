/* What was relocated at start-up is read-only afterwards (PT_GNU_RELRO). */
//: dynamic a static program has nothing to relocate
//: cflags -fPIE
//: ldflags -pie -Wl,-z,relro,-z,now
#include "probe.h"
#include <sys/resource.h>
static int target;
static int *const table[64] = {&target, &target};
int main(void)
{
	int **slot = (int **)(uintptr_t)&table[1];
	__asm__("" : "+r"(slot));
	check(*slot == &target);
	pid_t pid = fork();
	if (!pid) {
		struct rlimit none = {0, 0};
		setrlimit(RLIMIT_CORE, &none);
		*(int *volatile *)slot = 0;
		_exit(0);
	}
	check(ended(pid) == 1011);
	puts("read-only");
}
