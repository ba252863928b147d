/* A handler on an alternate stack, raised in a thread, and one that jumps out. */
#include "probe.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
static char stacks[2][65536];
static _Thread_local char *mine;
static _Thread_local int hits;
static sigjmp_buf out;
static void handler(int s)
{
	char here;
	check(&here >= mine && &here < mine + 65536);
	hits++;
	if (s == SIGUSR2)
		siglongjmp(out, 1);
}
static void *use(void *stack)
{
	stack_t s = {.ss_sp = mine = stack, .ss_size = 65536}, old;
	check(!sigaltstack(&s, 0));
	check(!raise(SIGUSR1) && hits == 1);
	s.ss_flags = SS_DISABLE;
	check(!sigaltstack(&s, &old) && old.ss_sp == stack);
	return stack;
}
int main(void)
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
	pthread_t t;
	void *back;
	check(!sigaction(SIGUSR1, &sa, 0) && !sigaction(SIGUSR2, &sa, 0));
	use(stacks[0]);
	check(!pthread_create(&t, 0, use, stacks[1]) && !pthread_join(t, &back) && back);
	stack_t s = {.ss_sp = stacks[0], .ss_size = 65536};
	check(!sigaltstack(&s, 0));
	if (!sigsetjmp(out, 1))
		raise(SIGUSR2);
	check(hits == 2);
	puts("three hits");
}
