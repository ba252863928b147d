/* The default stack of threads is what the program's PT_GNU_STACK says. */
//: ldflags -Wl,-z,stack-size=1048576
#include "probe.h"
#include <pthread.h>
static void *deep(void *unused)
{
	volatile char big[900000];
	for (size_t i = 0; i < sizeof big; i += 1000)
		big[i] = 1;
	return (void *)(intptr_t)big[5000];
}
int main(void)
{
	pthread_attr_t a;
	size_t size = 0;
	pthread_t t;
	void *back;
	check(!pthread_getattr_default_np(&a) && !pthread_attr_getstacksize(&a, &size));
	check(!pthread_create(&t, 0, deep, 0) && !pthread_join(t, &back) && back);
	printf("%zu\n", size);
}
