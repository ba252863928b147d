/* Shared by the probes of the heap. */
static void use_heap(void)
{
	static char *kept[2000];
	char *low = sbrk(0);
	check(low != (void *)-1);
	for (int i = 0; i < 2000; i++) {
		size_t n = i % 10 ? 16 + i * 37 % 3000 : 200000;
		check((kept[i] = malloc(n)));
		memset(kept[i], i, n);
	}
	for (int i = 0; i < 2000; i++) {
		check(kept[i][0] == (char)i && kept[i][15] == (char)i);
		if (i % 3)
			free(kept[i]);
	}
	char *big = malloc(50 << 20);
	check(big);
	memset(big, 1, 50 << 20);
	free(big);
	/* musl's own sbrk refuses to move: the system call says whether the heap may grow. */
	check(sbrk(4096) == (void *)-1 || (char *)sbrk(0) > low);
	puts("heap");
}
