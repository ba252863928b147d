/* With "jump" it jumps to where no indirect jump may land.  A _start of its own: the distribution's is
 * not made for branch targets. */
#include <unistd.h>

__asm__(".text\n.globl _start\n.type _start,%function\n_start:\nhint 34\nldr x0, [sp]\nbl begin\n"
	".pushsection .note.gnu.property,\"a\"\n.balign 8\n.long 4, 16, 5\n.asciz \"GNU\"\n"
	".long 0xc0000000, 4, 1, 0\n.popsection\n");

__attribute__((used, noreturn, visibility("hidden"))) void begin(long argc)
{
	if (argc > 1)
		__asm__ volatile("adr x0, 1f\n\tblr x0\n1:\n\tnop" : : : "x0", "x30");
	if (write(1, "started\n", 8) != 8)
		_exit(2);
	_exit(0);
}
