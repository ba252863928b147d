/* Program and library are linked by lld. */
//: links libdata-lld.so data.c -fuse-ld=lld
//: ldflags -fuse-ld=lld
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
