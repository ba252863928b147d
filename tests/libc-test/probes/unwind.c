/* The unwinder finds every frame from a callback of libc up to main. */
//: cflags -fasynchronous-unwind-tables -fno-omit-frame-pointer -fno-optimize-sibling-calls
//: arch x86_64 i386 aarch64 riscv64
//: ldflags -rdynamic
#include "probe.h"
#include <unwind.h>
static int frames, in_main;
int main(int, char **);
static _Unwind_Reason_Code step(struct _Unwind_Context *c, void *unused)
{
	frames++;
	in_main |= _Unwind_FindEnclosingFunction((void *)(_Unwind_GetIP(c) - 1)) == (void *)main;
	return frames > 100 ? _URC_END_OF_STACK : _URC_NO_REASON;
}
static int compare(const void *a, const void *b)
{
	if (!frames)
		_Unwind_Backtrace(step, 0);
	return *(const int *)a - *(const int *)b;
}
__attribute__((noinline)) static int outer(void)
{
	int n[] = {3, 1, 2};
	qsort(n, 3, sizeof *n, compare);
	return n[0];
}
int main(int argc, char **argv)
{
	check(outer() == 1);
	printf("%s\n", frames >= 3 ? "frames" : "too few frames");
	printf("main %s\n", in_main ? "reached" : "not reached");
}
