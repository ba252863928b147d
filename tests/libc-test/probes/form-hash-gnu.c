/* Only the new symbol hash table. */
//: links libdata-hash-gnu.so data.c -Wl,--hash-style=gnu
//: ldflags -Wl,--hash-style=gnu
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
