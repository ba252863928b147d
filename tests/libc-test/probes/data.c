/* Program and library see the same data. */
//: links libdata.so data.c
#include "probe.h"
#include "use-data.h"
int main(void) { use_data(); }
