/* Clocks through the vdso, a timer with a thread, sleep. */
#include "probe.h"
#include <pthread.h>
#include <signal.h>
#include <time.h>
static pthread_barrier_t rang;
static void ring(union sigval v)
{
	check(v.sival_int == 5);
	pthread_barrier_wait(&rang);
}
int main(void)
{
	struct timespec a, b;
	struct sigevent e = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = ring, .sigev_value.sival_int = 5};
	struct itimerspec in = {.it_value.tv_nsec = 1000000};
	timer_t t;
	check(!clock_gettime(CLOCK_MONOTONIC, &a) && !pthread_barrier_init(&rang, 0, 2));
	check(!timer_create(CLOCK_MONOTONIC, &e, &t) && !timer_settime(t, 0, &in, 0));
	pthread_barrier_wait(&rang);
	check(!clock_gettime(CLOCK_MONOTONIC, &b));
	check((b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec >= 1000000);
	puts("rang");
}
