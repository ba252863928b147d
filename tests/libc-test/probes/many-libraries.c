/* Thirty libraries opened one after the other, each a copy. */
//: library libmany.so tls-model.c -DVALUE=3
#include "probe.h"
#include <dlfcn.h>
int main(void)
{
	char name[100];
	int sum = 0;
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof name, "./copy-%d.so", i);
		copy(own("libmany.so"), name);
		void *h = dlopen(name, RTLD_NOW | RTLD_LOCAL);
		check(h);
		sum += ((int (*)(void))dlsym(h, "tls_next"))();
	}
	printf("%d\n", sum);
}
