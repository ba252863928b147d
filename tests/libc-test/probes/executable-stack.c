/* A nested function whose address is taken needs code on the stack: the stack is executable if asked for. */
//: compiler gcc
//: ldflags -Wl,-z,execstack
#include "probe.h"
static int apply(int (*f)(int), int x) { return f(x); }
__attribute__((noinline)) static int use(volatile int y)
{
	int add(int x) { return x + y; }
	return apply(add, 2);
}
int main(void)
{
	check(use(40) == 42);
	puts("42");
}
