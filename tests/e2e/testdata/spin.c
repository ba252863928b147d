/* Says that it runs and goes on doing so, or dies when told so. */
#include <stdio.h>
#include <unistd.h>

void greet(void);

/* In no function of libc: musl has nothing to unwind those by. */
__attribute__((noinline)) void here(volatile char *place)
{
	do
		*place = 1;
	while (1);
}

int main(int argc, char **argv)
{
	static char good;

	(void)argv;
	alarm(50);
	greet();
	fflush(stdout);
	here(argc > 1 ? 0 : &good);
	return 0;
}
