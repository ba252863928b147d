/* No segment to protect. */
//: links libdata-norelro.so data.c -Wl,-z,norelro
//: ldflags -Wl,-z,norelro
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
