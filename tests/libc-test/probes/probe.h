/* What every probe uses. A probe asserts with check(), and prints what must be the same in every mode. */
#ifndef PROBE_H
#define PROBE_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* check ends the probe with status 1 and the reason. */
#define check(x) do { \
	if (!(x)) { \
		int e_ = errno; \
		fprintf(stderr, "%s:%d: %s does not hold (errno: %s)\n", __FILE__, __LINE__, #x, strerror(e_)); \
		_exit(1); \
	} \
} while (0)

/* mode is that of the harness: pt-interp, relinterp, plain, retrofit, static. */
static inline int mode(const char *name)
{
	const char *m = getenv("PROBE_MODE");
	return m && !strcmp(m, name);
}

/* own gives the absolute path of a file in the folder of the program. */
static inline const char *own(const char *name)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	check(n > 0);
	path[n] = 0;
	if (!name)
		return path;
	char *slash = strrchr(path, '/');
	check(slash && slash + 1 + strlen(name) < path + sizeof path);
	strcpy(slash + 1, name);
	return path;
}

/* words puts what must stand before a program (qemu-user, for another machine) before its arguments. */
static inline char **words(const char *path, char *const argv[])
{
	static char *all[256], runner[PATH_MAX];
	int n = 0;
	const char *r = getenv("PROBE_RUNNER");
	if (r) {
		snprintf(runner, sizeof runner, "%s", r);
		for (char *w = strtok(runner, " "); w; w = strtok(0, " "))
			all[n++] = w;
		all[n++] = (char *)path;
		argv++;
	}
	while (n < 255 && *argv)
		all[n++] = *argv++;
	all[n] = 0;
	return all;
}

/* replace is execve(2) that also works for another machine's programs. */
static inline int replace(const char *path, char *const argv[], char *const envp[])
{
	char **all = words(path, argv);
	return execve(getenv("PROBE_RUNNER") ? all[0] : path, all, envp);
}

/* ended waits for a child and gives its exit status, or 1000 + the signal that ended it. */
static inline int ended(pid_t pid)
{
	int ws;
	check(pid > 0);
	check(waitpid(pid, &ws, 0) == pid);
	return WIFEXITED(ws) ? WEXITSTATUS(ws) : 1000 + WTERMSIG(ws);
}

extern char **environ;

/* again runs a program with one argument and waits; the child shares its output. */
static inline int again(const char *path, char *argument)
{
	fflush(stdout);
	pid_t pid = fork();
	if (!pid) {
		char *argv[] = {(char *)path, argument, 0};
		replace(path, argv, environ);
		_exit(126);
	}
	return ended(pid);
}

/* copy copies a file that may be executed. */
static inline void copy(const char *from, const char *to)
{
	static char buffer[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0755);
	ssize_t n;
	check(in >= 0 && out >= 0);
	while ((n = read(in, buffer, sizeof buffer)) > 0)
		check(write(out, buffer, n) == n);
	check(n == 0 && close(in) == 0 && close(out) == 0);
}

/* loader gives the path of the loader in the tree, by its file name in the folder where programs look. */
static inline const char *loader(char *name, size_t size)
{
	static char path[PATH_MAX];
	const char *dir = getenv("PROBE_LIB"), *file = getenv("PROBE_LOADER");
	check(dir && file);
	snprintf(path, sizeof path, "%s/%s", dir, file);
	if (name)
		snprintf(name, size, "%s", file);
	return path;
}
#endif
