#include <stdio.h>

void deep(void)
{
	puts("greet");
}
