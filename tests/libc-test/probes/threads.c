/* Eight threads at start-up, with malloc, errno and stdio of their own. */
#include "probe.h"
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long sum;
static void *work(void *arg)
{
	for (int i = 0; i < 1000; i++) {
		char *p = malloc(1 + i * 7 % 5000);
		check(p);
		*p = 1;
		errno = (int)(intptr_t)arg;
		free(p);
		check(errno == (int)(intptr_t)arg);
		pthread_mutex_lock(&lock);
		sum += *(volatile char *)"\1";
		pthread_mutex_unlock(&lock);
	}
	return arg;
}
int main(void)
{
	pthread_t t[8];
	void *back;
	for (intptr_t i = 0; i < 8; i++)
		check(!pthread_create(&t[i], 0, work, (void *)(i + 1)));
	for (intptr_t i = 0; i < 8; i++)
		check(!pthread_join(t[i], &back) && back == (void *)(i + 1));
	printf("%ld\n", sum);
}
