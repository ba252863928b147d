/* The break can grow where addresses are not random. */
//: wrap setarch -R
#include "probe.h"
#include "use-brk.h"
int main(void) { use_brk(); }
