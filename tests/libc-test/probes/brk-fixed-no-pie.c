/* The same for a program at a fixed address. */
//: wrap setarch -R
//: cflags -fno-pie
//: ldflags -no-pie
#include "probe.h"
#include "use-brk.h"
int main(void) { use_brk(); }
