/* Thread-local storage with an initial value, in the first thread before main and in others. */
#include <pthread.h>
#include <stdio.h>

static __thread int mine = 41;
static __thread char aligned[100] __attribute__((aligned(64))) = "tls";
static int early;

__attribute__((constructor)) static void before_main(void)
{
	early = mine++;
}

static void *work(void *arg)
{
	mine += *(int *)arg;
	return (void *)(long)(mine * !((unsigned long)aligned % 64) * (aligned[0] == 't'));
}

int main(void)
{
	pthread_t t[8];
	int i, n[8];
	long sum = 0;
	void *r;

	for (i = 0; i < 8; i++) {
		n[i] = i;
		if (pthread_create(&t[i], 0, work, &n[i]))
			return 1;
	}
	for (i = 0; i < 8; i++) {
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	printf("early %d, main %d, threads %ld\n", early, mine, sum);
	return 0;
}
