/* At main: rounding to nearest, no floating point exception, errno 0, no signal blocked, a 16-byte stack. */
#include "probe.h"
#include <fenv.h>
#include <signal.h>
//: ldlibs -lm
static int constructor_stack;
__attribute__((noinline)) static int aligned(void)
{
	_Alignas(16) volatile char x[16];
	x[0] = 1;
	return (uintptr_t)x % 16 == 0 && x[0];
}
__attribute__((constructor)) static void in(void) { constructor_stack = aligned(); }
int main(void)
{
	sigset_t blocked;
	check(errno == 0 && fegetround() == FE_TONEAREST && fetestexcept(FE_ALL_EXCEPT) == 0);
	check(aligned() && constructor_stack);
	check(!sigprocmask(SIG_BLOCK, 0, &blocked));
	for (int s = 1; s < 32; s++)
		check(sigismember(&blocked, s) <= 0);
	volatile double one = 1, three = 3;
	printf("%.17g\n", one / three);
}
