/* exit() in a constructor runs what was registered, and main never starts. */
#include "probe.h"
static void bye(void) { puts("bye"); }
__attribute__((destructor)) static void out(void) { puts("destructor"); }
__attribute__((constructor)) static void in(void) { atexit(bye); exit(0); }
int main(void) { return 1; }
