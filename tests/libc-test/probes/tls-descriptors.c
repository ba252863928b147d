/* Thread-local variables through descriptors (TLSDESC), in a library that is linked. */
//: compiler gcc
//: arch x86_64 i386
//: links libtls-descriptors.so tls-model.c -DVALUE=950 -mtls-dialect=gnu2
#include "probe.h"
#include "use-tls.h"
int main(void) { use_tls(950); }
