/* A loader that nobody asked for, and a libgreet.so: whoever starts or loads it sees EVIL. */
static long call(long n, long a, const void *b, long c)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return r;
}

__attribute__((constructor)) void evil(void)
{
	call(1, 1, "EVIL\n", 5);
	call(231, 66, 0, 0);
}

void greet(void)
{
}
