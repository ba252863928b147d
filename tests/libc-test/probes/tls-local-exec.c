/* Thread-local variables of the program itself: initial values, zeros, alignment, one set a thread. */
//: cflags -ftls-model=local-exec -fPIE
#include "probe.h"
#include <pthread.h>
static _Thread_local int set = 41;
static _Thread_local char zero[5000];
static _Thread_local _Alignas(256) char wide[3] = "ab";
static _Thread_local _Alignas(4096) long page;

static void *look(void *first)
{
	check(set == 41 && !strcmp(wide, "ab") && page == 0);
	for (size_t i = 0; i < sizeof zero; i++)
		check(zero[i] == 0);
	check((uintptr_t)wide % 256 == 0 && (uintptr_t)&page % 4096 == 0);
	check((void *)&set != first);
	set = 1, page = 2, zero[4999] = 3, wide[0] = 'z';
	return &set;
}

int main(void)
{
	int *mine = look(0);
	for (int i = 0; i < 4; i++) {
		pthread_t t;
		check(!pthread_create(&t, 0, look, mine));
		check(!pthread_join(t, 0));
	}
	check(set == 1 && page == 2 && zero[4999] == 3 && wide[0] == 'z');
	puts("five sets");
}
