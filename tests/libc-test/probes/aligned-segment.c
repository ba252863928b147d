/* A variable aligned to 64 KiB: the kernel has to place the program so. Honoured for a program without
   PT_INTERP since Linux 6.10. */
//: kernel 6.10
//: cflags -fPIE
//: ldflags -pie -Wl,-z,max-page-size=65536
//: dynamic static-pie is another thing
#include "probe.h"
static _Alignas(65536) char wide[65536] = {1};
int main(void)
{
	char *volatile p = wide;
	check((uintptr_t)p % 65536 == 0 && p[0] == 1);
	puts("aligned");
}
