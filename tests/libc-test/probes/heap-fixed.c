/* malloc where addresses are not random: program, heap and libraries keep out of each other's way. */
//: wrap setarch -R
#include "probe.h"
#include "use-heap.h"
int main(void) { use_heap(); }
