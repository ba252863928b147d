/* fork, also in a thread beside others, with the handlers of pthread_atfork. */
#include "probe.h"
#include <pthread.h>
static int before, parent, child;
static void b(void) { before++; }
static void p(void) { parent++; }
static void c(void) { child++; }
static void *in_thread(void *unused)
{
	pid_t pid = fork();
	if (!pid) {
		free(malloc(100000));
		_exit(before == 2 && child == 1 && parent == 1 ? 7 : 8);
	}
	check(ended(pid) == 7);
	return 0;
}
int main(void)
{
	pthread_t t;
	check(!pthread_atfork(b, p, c));
	pid_t pid = fork();
	if (!pid)
		_exit(before == 1 && child == 1 && !parent ? 9 : 1);
	check(ended(pid) == 9);
	check(!pthread_create(&t, 0, in_thread, 0) && !pthread_join(t, 0));
	check(before == 2 && parent == 2 && !child);
	puts("twice");
}
