/* A program that is not position independent holds a library's data itself, and the library sees that. */
//: links libdata-copy.so data.c
//: cflags -fno-pie
//: ldflags -no-pie
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
