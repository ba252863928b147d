/* LD_LIBRARY_PATH goes before RUNPATH; a folder in it without the library is passed over. */
//: links liborder-path.so order.c -DNAME=beside -Wl,--no-as-needed
//: ldflags -Wl,--no-as-needed
//: library other-path.so order.c -DNAME=elsewhere
#include "probe.h"
int main(int argc, char **argv)
{
	if (argc > 1)
		return 0;
	check(!mkdir("dir", 0755) && !mkdir("empty", 0755));
	copy(own("other-path.so"), "dir/liborder-path.so");
	check(!again(own(0), "once"));
	char *here = getcwd(0, 0), list[2 * PATH_MAX];
	snprintf(list, sizeof list, "%s/empty::%s/dir", here, here);
	check(!setenv("LD_LIBRARY_PATH", list, 1));
	check(!again(own(0), "once"));
}
