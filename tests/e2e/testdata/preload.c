#include <stdio.h>

__attribute__((constructor)) static void loaded(void)
{
	fputs("preloaded\n", stderr);
}
