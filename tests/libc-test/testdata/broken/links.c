/* Links where it should not. */
//: refuses-link nothing is wrong with it
#include "../../probes/probe.h"
int main(void) { }
