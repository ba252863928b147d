/* Packed relative relocations (DT_RELR) of the program. */
//: musl 1.2.4
//: cflags -fPIE
//: ldflags -pie -fuse-ld=lld -Wl,--pack-dyn-relocs=relr
//: dynamic static-pie is another thing
#include "probe.h"
#include <elf.h>
#include <link.h>
static int numbers[200];
#define P(n) &numbers[n], &numbers[n + 1], &numbers[n + 2], &numbers[n + 3], &numbers[n + 4]
#define Q(n) P(n), P(n + 5), P(n + 10), P(n + 15)
static int *const table[] = {Q(0), Q(20), Q(40), Q(60), Q(80), Q(100), Q(120), Q(140), Q(160), Q(180)};
extern ElfW(Dyn) _DYNAMIC[];
int main(void)
{
	int packed = 0;
	for (ElfW(Dyn) *d = _DYNAMIC; d->d_tag; d++)
		packed |= d->d_tag == 36; /* DT_RELR */
	check(packed);
	for (int i = 0; i < 200; i++)
		check(table[i] == &numbers[i]);
	puts("200 pointers");
}
