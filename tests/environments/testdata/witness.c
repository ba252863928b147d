/* Says what works of all that a start-up brings: a library, a plugin, threads, the heap, what is inherited. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

int library_value(void);
static _Thread_local int local = 3;
static void *thread(void *p) { local++; return (void *)(long)local; }

int main(int argc, char **argv)
{
	pthread_t t;
	void *back = 0;
	int open = 0;
	char *heap = malloc(100000);

	printf("library %d\n", library_value());
	void *h = dlopen("libplugin.so", RTLD_NOW);
	printf("plugin %d\n", h && dlsym(h, "plugin_value") ? ((int (*)(void))dlsym(h, "plugin_value"))() : -1);
	if (!pthread_create(&t, 0, thread, 0))
		pthread_join(t, &back);
	printf("thread %d %ld\n", local, (long)back);
	printf("heap %d\n", heap && memset(heap, 1, 100000));
	for (int fd = 3; fd < 20; fd++)
		open += fcntl(fd, F_GETFD) >= 0;
	printf("open %d secure %lu base %d\n", open, getauxval(AT_SECURE), getauxval(AT_BASE) != 0);
	printf("arguments %d %s\n", argc, argc > 1 ? argv[1] : "");
	return 7;
}
