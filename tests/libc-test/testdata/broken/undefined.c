/* Does not link. */
#include "../../probes/probe.h"
int nowhere(void);
int main(void) { return nowhere(); }
