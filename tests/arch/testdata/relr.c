/* Many words that must be moved by the loader: RELR where the linker is asked for it. */
#include <stdio.h>

static int a[64];
#define P(i) &a[i], &a[i + 1], &a[i + 2], &a[i + 3]
int *moved[] = {P(0), P(4), P(8), P(12), P(16), P(20), P(24), P(28), P(32), P(36), P(40), P(44)};

int main(void)
{
	unsigned i, right = 0;

	for (i = 0; i < sizeof moved / sizeof *moved; i++)
		right += moved[i] == a + i;
	printf("moved %u\n", right);
	return 0;
}
