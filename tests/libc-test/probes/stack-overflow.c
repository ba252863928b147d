/* A stack that overflows, the main one and a thread's, is a SIGSEGV that a handler on its own stack sees. */
//: native qemu-user has its own guard
//: stack 1048576
#include "probe.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
static sigjmp_buf back;
static char own_stack[2][65536];
static void handler(int s, siginfo_t *i, void *c) { siglongjmp(back, 1); }
static int (*volatile again_)(int);
static int deep(int n)
{
	volatile char block[1000];
	block[0] = n;
	return again_(n + 1) + block[0];
}
static void *overflow(void *stack)
{
	stack_t s = {.ss_sp = stack, .ss_size = 65536};
	check(!sigaltstack(&s, 0));
	again_ = deep;
	if (sigsetjmp(back, 1) == 0)
		deep(0);
	return stack;
}
int main(void)
{
	struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_ONSTACK | SA_SIGINFO};
	pthread_t t;
	void *done = 0;
	check(!sigaction(SIGSEGV, &sa, 0) && !sigaction(SIGBUS, &sa, 0));
	check(overflow(own_stack[0]));
	check(!pthread_create(&t, 0, overflow, own_stack[1]) && !pthread_join(t, &done) && done);
	puts("two overflows");
}
