/* posix_spawn of itself, with file actions and attributes. */
#include "probe.h"
#include <signal.h>
#include <spawn.h>
int main(int argc, char **argv)
{
	if (argc > 1) {
		char text[100] = {0};
		check(read(0, text, sizeof text) == 5);
		printf("%s %s\n", argv[1], text);
		return 6;
	}
	posix_spawn_file_actions_t f;
	posix_spawnattr_t a;
	char *arguments[] = {argv[0], "read", 0};
	pid_t pid;
	int p[2];
	check(!pipe(p) && write(p[1], "words", 5) == 5 && !close(p[1]));
	check(!posix_spawn_file_actions_init(&f) && !posix_spawn_file_actions_adddup2(&f, p[0], 0));
	check(!posix_spawnattr_init(&a) && !posix_spawnattr_setflags(&a, POSIX_SPAWN_SETPGROUP));
	char **all = words(own(0), arguments);
	check(!posix_spawn(&pid, getenv("PROBE_RUNNER") ? all[0] : own(0), &f, &a, all, environ));
	check(ended(pid) == 6);
	check(posix_spawn(&pid, "/no/such", &f, &a, arguments, environ) == ENOENT);
}
