/* A copy in another folder, with the loader in lib/ beside it, started in all the ways a shell has. */
#include "probe.h"
int main(int argc, char **argv)
{
	char name[100], path[PATH_MAX];
	if (argc > 1)
		return printf("%s\n", argv[1]) < 0;
	check(!mkdir("else where", 0755) && !mkdir("else where/lib", 0755) && !mkdir("other", 0755));
	copy(own(0), "else where/moved");
	if (!mode("static")) {
		const char *from = loader(name, sizeof name);
		snprintf(path, sizeof path, "else where/lib/%s", name);
		copy(from, path);
	}
	check(!again("else where/moved", "relative"));
	check(!again("./other/../else where//moved", "with dots"));
	check(getcwd(path, sizeof path) && !again(strcat(path, "/else where/moved"), "absolute"));
	check(!symlink("../else where/moved", "other/link") && !again("other/link", "through a link"));
	check(!link("else where/moved", "else where/second") && !again("else where/second", "another name"));
	check(!chdir("else where/lib") && !again("../moved", "from below"));
}
