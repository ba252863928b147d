/* Constructors: those of libraries before the program's, by need; priorities; destructors the other way. */
//: links liborder-b.so order.c -DNAME=b
//: links liborder-a.so order.c -DNAME=a -DNEXT=b needs=liborder-b.so
//: library order-c.so order.c -DNAME=c
#include "probe.h"
#include <dlfcn.h>
int a_call(void);
static int seen;
static void pre(void) { seen = 1; }
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = pre;
__attribute__((constructor)) static void in(void) { puts("constructor of the program"); }
__attribute__((destructor)) static void out(void) { puts("destructor of the program"); }
static void bye(void) { puts("atexit of the program"); }

int main(void)
{
	check(a_call() == 2);
	atexit(bye);
	void *c = dlopen(own("order-c.so"), RTLD_NOW);
	check(c);
	check(((int (*)(void))dlsym(c, "c_call"))() == 1);
	printf("preinit_array %s\n", seen ? "runs" : "is not run by this libc");
}
