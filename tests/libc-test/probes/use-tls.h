/* Shared by the probes of thread-local variables in a linked library. */
#include <pthread.h>
extern _Thread_local int tls_value;
int tls_constructed(void), tls_next(void);
char *tls_block(unsigned long *, unsigned long *);

static void *own_set(void *value)
{
	unsigned long align, size;
	char *block = tls_block(&align, &size);
	check(tls_value == *(int *)value && tls_next() == *(int *)value + 1 && tls_value == *(int *)value + 1);
	check((uintptr_t)block % align == 0 && block[0] == 1 && block[2] == 3);
	for (unsigned long i = 3; i < size; i++)
		check(block[i] == 0);
	memset(block, 9, size);
	return 0;
}

static void use_tls(int value)
{
	check(tls_constructed() == value);
	own_set(&value);
	for (int i = 0; i < 3; i++) {
		pthread_t t;
		check(!pthread_create(&t, 0, own_set, &value));
		check(!pthread_join(t, 0));
	}
	printf("%d in four threads\n", value);
}
