/* The linker refuses relocations in text when told so (-z text), whatever the mode. */
//: refuses-link a relocation in text
//: dynamic a static program has none
//: arch x86_64 aarch64 riscv64
//: ldflags -pie -Wl,-z,text
//: cflags -fPIE
#include "probe.h"
__asm__(".text\nword: .quad data\n.data\ndata: .long 0\n.text\n");
int main(void) { }
