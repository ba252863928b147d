#include <stdio.h>

void greet(void)
{
	puts("greet");
}
