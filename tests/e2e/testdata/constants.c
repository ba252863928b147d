/* Grows its heap by brk, beside many constants, which are no data. */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const char constants[];
__asm__(".section .rodata\n.globl constants\nconstants: .zero 8388608\n.previous");

int main(void)
{
	long old = syscall(SYS_brk, 0);

	if (constants[5] || syscall(SYS_brk, old + 6291456) != old + 6291456)
		return 1;
	puts("heap ok");
	return 0;
}
