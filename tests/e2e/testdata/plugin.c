#include <stdio.h>

void plug(void)
{
	puts("plug");
}
