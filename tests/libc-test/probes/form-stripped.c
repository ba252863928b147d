/* Stripped of all symbols. */
//: links libdata-stripped.so data.c -s
//: ldflags -s
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
