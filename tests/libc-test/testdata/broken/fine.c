/* Passes, though it is expected to fail. */
#include "../../probes/probe.h"
int main(void) { puts("fine"); }
