/* The break can grow. */
#include "probe.h"
#include "use-brk.h"
int main(void) { use_brk(); }
