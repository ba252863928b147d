/* Fails in one mode. */
#include "../../probes/probe.h"
int main(void) { check(!mode("plain")); }
