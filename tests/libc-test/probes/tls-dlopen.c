/* A library opened while threads run gives each of them its variables, aligned and initialised. */
//: library tls-dlopen.so tls-model.c -DVALUE=500 -DALIGN=1024
#include "probe.h"
#include <dlfcn.h>
#include <pthread.h>
static pthread_barrier_t opened;
static int (*next)(void);
static char *(*block)(unsigned long *, unsigned long *);

static void *later(void *unused)
{
	unsigned long align, size;
	pthread_barrier_wait(&opened);
	check(next() == 501 && next() == 502);
	char *b = block(&align, &size);
	check((uintptr_t)b % align == 0 && b[0] == 1 && b[3] == 0);
	return b;
}

int main(void)
{
	pthread_t t[4];
	void *blocks[4];
	check(!pthread_barrier_init(&opened, 0, 5));
	for (int i = 0; i < 4; i++)
		check(!pthread_create(&t[i], 0, later, 0));
	void *h = dlopen(own("tls-dlopen.so"), RTLD_NOW);
	check(h);
	next = (int (*)(void))dlsym(h, "tls_next");
	block = (char *(*)(unsigned long *, unsigned long *))dlsym(h, "tls_block");
	check(next && block && dlsym(h, "tls_value"));
	pthread_barrier_wait(&opened);
	for (int i = 0; i < 4; i++)
		check(!pthread_join(t[i], &blocks[i]));
	check(next() == 501);
	puts("four threads that were there before");
}
