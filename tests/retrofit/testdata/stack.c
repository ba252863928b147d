/* Prints the size of a thread's stack in KiB, after having used most of it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>

static size_t size;

static void *work(void *arg)
{
	pthread_attr_t attr;
	void *low;

	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstack(&attr, &low, &size);
	if (arg) {
		volatile char all[3 << 20];
		long i;

		for (i = sizeof all - 1; i >= 0; i -= 1024)
			all[i] = 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	pthread_t t;

	(void)argv;
	if (pthread_create(&t, 0, work, argc > 1 ? &t : 0) || pthread_join(t, 0))
		return 1;
	printf("%lu\n", (unsigned long)size >> 10);
	return 0;
}
