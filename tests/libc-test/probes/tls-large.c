/* A library's thread-local block of a megabyte, aligned to 4096. */
//: links libtls-large.so tls-model.c -DVALUE=900 -DSIZE=1048576 -DALIGN=4096
#include "probe.h"
#include "use-tls.h"
int main(void) { use_tls(900); }
