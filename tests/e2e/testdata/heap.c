/* Small blocks from brk and large ones from mmap, written, checked and given back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	enum { N = 4000 };
	static unsigned char *block[N];
	void *start = sbrk(0);
	int round, i;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < N; i++) {
			size_t n = i % 100 ? 16 + i * 7 % 3000 : 300000;

			block[i] = malloc(n);
			if (!block[i])
				return 1;
			memset(block[i], i & 255, n);
		}
		for (i = 0; i < N; i++) {
			if (block[i][0] != (i & 255))
				return 2;
			free(block[i]);
		}
	}
	printf("heap %s\n", start == (void *)-1 ? "without brk" : "ok");
	return 0;
}
