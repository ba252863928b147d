/* What libc starts and ends around main. */
#include <stdio.h>
#include <stdlib.h>

static int started;

__attribute__((constructor)) static void first(void)
{
	started = 1;
}

__attribute__((destructor)) static void last(void)
{
	puts("destructor");
}

static void at_exit(void)
{
	puts("atexit");
}

int main(int argc, char **argv)
{
	atexit(at_exit);
	printf("constructor %d, argc %d, %s\n", started, argc, argv[argc] ? "no end" : "end");
	return 0;
}
