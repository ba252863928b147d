/* Prints how far behind the program's own end the heap begins, where nothing is at random: an image
 * that was dumped with its heap behind it wants to find it there again. */
#include <stdio.h>
#include <sys/personality.h>
#include <unistd.h>

extern char _end[];

int main(int argc, char **argv)
{
	(void)argc;
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		if (personality(ADDR_NO_RANDOMIZE) < 0)
			return 1;
		execv(argv[0], argv);
		return 2;
	}
	printf("%ld\n", (long)((char *)sbrk(0) - _end) >> 17); /* the loader may have taken some of it already */
	return 0;
}
