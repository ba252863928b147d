/* -Bsymbolic keeps a library's own calls at home. */
//: links libsymbolic.so visible.c -Wl,-Bsymbolic
//: ldflags -rdynamic
#include "probe.h"
int vis_sum(void);
int vis_default(void) { return 2; }
int main(void)
{
	check(vis_sum() == 1111 && vis_default() == 2);
	puts("1111");
}
