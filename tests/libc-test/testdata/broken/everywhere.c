/* Fails in every mode. */
#include "../../probes/probe.h"
int main(void) { check(0); }
