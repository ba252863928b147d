/* malloc of many sizes. */
#include "probe.h"
#include "use-heap.h"
int main(void) { use_heap(); }
