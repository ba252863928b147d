/* Leaves a process of another session behind. */
#include "../../probes/probe.h"
int main(void)
{
	if (!mode("pt-interp") && !fork()) {
		setsid();
		for (;;)
			pause();
	}
}
