/* Passes everywhere, but says something else in one mode. */
#include "../../probes/probe.h"
int main(void) { puts(mode("relinterp") ? "other" : "same"); }
