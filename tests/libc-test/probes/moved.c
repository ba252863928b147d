/* A copy in another folder, with the loader in ../lib, started in all the ways a shell has. */
#include "probe.h"
int main(int argc, char **argv)
{
	char name[100], path[PATH_MAX];
	if (argc > 1)
		return printf("%s\n", argv[1]) < 0;
	check(!mkdir("else where", 0755) && !mkdir("else where/bin", 0755) && !mkdir("else where/lib", 0755) && !mkdir("other", 0755));
	copy(own(0), "else where/bin/moved");
	if (!mode("static")) {
		const char *from = loader(name, sizeof name);
		snprintf(path, sizeof path, "else where/lib/%s", name);
		copy(from, path);
	}
	check(!again("else where/bin/moved", "relative"));
	check(!again("./other/../else where//bin/moved", "with dots"));
	check(getcwd(path, sizeof path) && !again(strcat(path, "/else where/bin/moved"), "absolute"));
	check(!symlink("../else where/bin/moved", "other/link") && !again("other/link", "through a link"));
	check(!link("else where/bin/moved", "else where/bin/second") && !again("else where/bin/second", "another name"));
	check(!chdir("else where/lib") && !again("../bin/moved", "from below"));
}
