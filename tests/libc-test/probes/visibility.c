/* The program's definitions take the place of a library's default ones only. */
//: links libvisible.so visible.c
//: ldflags -rdynamic
#include "probe.h"
#include <dlfcn.h>
int vis_sum(void);
int vis_default(void) { return 2; }
int vis_hidden(void) { return 2; }
int vis_protected(void) { return 2; }
int main(void)
{
	check(vis_sum() == 2111);
	void *h = dlopen("libvisible.so", RTLD_NOW | RTLD_NOLOAD);
	check(h && dlsym(h, "vis_default") && dlsym(h, "vis_protected") && !dlsym(h, "vis_hidden"));
	puts("2111");
}
