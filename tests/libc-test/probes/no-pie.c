/* A program at a fixed address. */
//: cflags -fno-pie
//: ldflags -no-pie
#include "probe.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
static int bss[5000], data = 3;
extern const ElfW(Ehdr) __ehdr_start;
int main(void)
{
	check(__ehdr_start.e_type == ET_EXEC && data == 3 && bss[4999] == 0);
	check(getauxval(AT_PHDR) == (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);
	printf("%d headers fit\n", getauxval(AT_PHNUM) == __ehdr_start.e_phnum);
}
