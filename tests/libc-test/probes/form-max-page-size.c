/* Segments for pages of 64 KiB. */
//: links libdata-max-page-size.so data.c -Wl,-z,max-page-size=65536
//: ldflags -Wl,-z,max-page-size=65536
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
