/* A variable that wants a much larger alignment than a page. */
#include <stdint.h>
#include <stdio.h>

#ifndef ALIGN
#define ALIGN 0x200000
#endif

static char large[100] __attribute__((aligned(ALIGN))) = "large";
static char zero[100] __attribute__((aligned(ALIGN)));

int main(void)
{
	printf("%s %d\n", large, (uintptr_t)large % ALIGN == 0 && (uintptr_t)zero % ALIGN == 0 && !zero[99]);
	return 0;
}
