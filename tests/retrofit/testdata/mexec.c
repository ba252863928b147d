/* Does what hardened machines forbid: makes memory executable that was not, or runs from a memfd. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

int main(int argc, char **argv)
{
	void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argv;
	if (argc > 1)
		return memfd_create("exec", MFD_EXEC) < 0;
	return mprotect(p, 4096, PROT_READ | PROT_EXEC) != 0;
}
