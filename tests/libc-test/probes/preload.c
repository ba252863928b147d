/* LD_PRELOAD puts a library before all others: by path, and by name through LD_LIBRARY_PATH. */
//: library libnext-preload.so next.c
//: cflags -fno-builtin
#include "probe.h"
int main(int argc, char **argv)
{
	if (argc > 1) {
		printf("%ld\n", atol("1"));
		return 0;
	}
	check(!again(own(0), "now"));
	check(!setenv("LD_PRELOAD", own("libnext-preload.so"), 1));
	check(!again(own(0), "now"));
	char *dir = strdup(own("x"));
	dir[strlen(dir) - 2] = 0;
	check(!setenv("LD_LIBRARY_PATH", dir, 1) && !setenv("LD_PRELOAD", "libnext-preload.so", 1));
	check(!again(own(0), "now"));
	check(!setenv("LD_PRELOAD", "no-such-library.so", 1));
	check(dup2(open("/dev/null", O_WRONLY), 2) == 2); /* musl complains, and goes on */
	check(!again(own(0), "now"));
}
