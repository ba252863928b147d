/* Cancellation, cleanup handlers, thread-specific data and its destructors. */
#include "probe.h"
#include <pthread.h>
static int cleaned, destroyed;
static pthread_key_t key;
static void clean(void *p) { cleaned++; }
static void destroy(void *p) { destroyed++; }
static void *wait_for_it(void *unused)
{
	check(!pthread_setspecific(key, &key));
	pthread_cleanup_push(clean, 0);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return 0;
}
int main(void)
{
	pthread_t t;
	void *back;
	check(!pthread_key_create(&key, destroy) && !pthread_create(&t, 0, wait_for_it, 0));
	check(!pthread_cancel(t) && !pthread_join(t, &back) && back == PTHREAD_CANCELED);
	printf("%d %d\n", cleaned, destroyed);
}
