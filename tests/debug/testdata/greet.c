/* The library that the program is linked with. */
__thread int lib_tls = 7;
static int before;

__attribute__((constructor)) static void greet_constructor(void)
{
	before = lib_tls++;
}

int greet(int n)
{
	return n + (before == 7);
}

long burn_in_library(long n)
{
	volatile long sum = 0;

	while (n--)
		sum += n;
	return sum;
}
