/* Only the old symbol hash table. */
//: links libdata-hash-sysv.so data.c -Wl,--hash-style=sysv
//: ldflags -Wl,--hash-style=sysv
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
