/* The main stack grows as RLIMIT_STACK allows, and libc knows where it is. */
//: stack 4194304
//: native-on arm qemu-user 7.2 has no room for any mremap of 32 bits, by which musl seeks the end of the stack
//: native-on i386 as on arm
#include "probe.h"
#include <pthread.h>
static int (*volatile again_)(int);
static int deep(int n)
{
	char block[10000];
	memset(block, n, sizeof block);
	__asm__ volatile("" : : "r"(block) : "memory");
	return n ? again_(n - 1) + block[n] : 0;
}
int main(void)
{
	pthread_attr_t a;
	void *low;
	size_t size;
	int here;
	again_ = deep;
	check(deep(350) != -1);
	check(!pthread_getattr_np(pthread_self(), &a) && !pthread_attr_getstack(&a, &low, &size));
	check((char *)&here >= (char *)low && (char *)&here < (char *)low + size);
	check((char *)environ < (char *)low + size && size > 3000000);
	puts("3.5 MB");
}
