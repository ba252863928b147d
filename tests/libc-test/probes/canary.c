/* The stack protector's canary is there, not 0, and another in another process. */
//: cflags -fstack-protector-all
#include "probe.h"
#include <sys/auxv.h>
#include <sys/resource.h>
__attribute__((noinline)) static int smash(volatile int n)
{
	volatile char small[8];
	for (int i = 0; i < n; i++)
		small[i] = 'x';
	return small[0];
}
int main(int argc, char **argv)
{
	unsigned char *r = (void *)getauxval(AT_RANDOM);
	struct rlimit none = {0, 0};
	if (argc > 1) {
		for (int i = 0; i < 16; i++)
			printf("%02x", r[i]);
		return 0;
	}
	pid_t pid = fork();
	if (!pid) {
		setrlimit(RLIMIT_CORE, &none);
		smash(100);
		_exit(0);
	}
	check(ended(pid) > 1000);
	char seen[2][33];
	for (int i = 0; i < 2; i++) {
		int p[2], out = dup(1);
		check(!pipe(p) && dup2(p[1], 1) == 1 && !close(p[1]));
		check(!again(own(0), "show"));
		check(dup2(out, 1) == 1 && !close(out));
		check(read(p[0], seen[i], 32) == 32 && !close(p[0]));
		seen[i][32] = 0;
	}
	check(strcmp(seen[0], seen[1]));
	puts("guarded");
}
