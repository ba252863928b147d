/* Runs under a path of more than 3,500 bytes. */
#include "probe.h"
int main(int argc, char **argv)
{
	static char path[PATH_MAX], folder[202], name[100];
	if (argc > 1)
		return printf("%d\n", strlen(argv[0]) > 3500 && !access("long", X_OK)) < 0;
	const char *libc = mode("static") ? 0 : loader(name, sizeof name);
	check(getcwd(path, sizeof path) && strlen(path) < 400);
	memset(folder, 'd', 200);
	while (strlen(path) < 3500) {
		check(!mkdir(folder, 0755) && !chdir(folder));
		strcat(strcat(path, "/"), folder);
	}
	copy(own(0), "long");
	if (libc)
		copy(libc, name);
	strcat(path, "/long");
	check(!again(path, "again"));
}
