/* A chain of libraries of which the program names the first only. */
//: links libchain-c.so order.c -DNAME=c
//: links libchain-b.so order.c -DNAME=b -DNEXT=c needs=libchain-c.so -Wl,-rpath,$ORIGIN
//: links libchain-a.so order.c -DNAME=a -DNEXT=b needs=libchain-b.so -Wl,-rpath,$ORIGIN
//: ldflags -Wl,--as-needed
#include "probe.h"
int a_call(void);
int main(void) { check(a_call() == 3); }
