/* Without a word about it the default stack of threads is musl's own, with its guard. */
#include "probe.h"
#include <pthread.h>
int main(void)
{
	pthread_attr_t a;
	size_t size = 0, guard = 0;
	check(!pthread_getattr_default_np(&a) && !pthread_attr_getstacksize(&a, &size) && !pthread_attr_getguardsize(&a, &guard));
	printf("%zu %zu\n", size, guard);
}
