/* An undefined weak name is 0 until a library has it. */
//: library libnext-weak.so next.c
//: ldflags -rdynamic
#include "probe.h"
extern int next_calls __attribute__((weak));
int main(int argc, char **argv)
{
	printf("%s\n", &next_calls ? "defined" : "undefined");
	if (argc > 1)
		return 0;
	check(!&next_calls);
	check(!setenv("LD_PRELOAD", own("libnext-weak.so"), 1));
	check(!again(own(0), "preloaded"));
}
