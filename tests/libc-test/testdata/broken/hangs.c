/* Ends in no mode but one. */
#include "../../probes/probe.h"
int main(void) { while (!mode("pt-interp")) pause(); }
