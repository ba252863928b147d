/* Headers, text and read-only data in one segment. */
//: links libdata-separate-code.so data.c -Wl,-z,noseparate-code
//: ldflags -Wl,-z,noseparate-code
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
