/* Four threads open and look up at once. */
//: library libplugin-threads.so plugin.c
#include "probe.h"
#include <dlfcn.h>
#include <pthread.h>
static void *use(void *unused)
{
	void *h = 0;
	for (int i = 0; i < 50; i++) {
		h = dlopen("libplugin-threads.so", RTLD_NOW);
		check(h && dlsym(h, "plugin_state"));
		check(!dlclose(h));
	}
	return h;
}
int main(void)
{
	pthread_t t[4];
	void *h[4];
	for (int i = 0; i < 4; i++)
		check(!pthread_create(&t[i], 0, use, 0));
	for (int i = 0; i < 4; i++)
		check(!pthread_join(t[i], &h[i]) && h[i] == h[0]);
	puts("one handle");
}
