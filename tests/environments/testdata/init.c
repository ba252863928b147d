/* The first and only process of a virtual machine: runs every line of /rows, tells what came of it on the
 * console, and switches off. A line is NAME, then variables, then arguments, between tabs. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static char line[1 << 16];

static int run(char **words, int n)
{
	char *env[20], *argv[100], dir[50];
	int e = 0, a = 0, ws = 0;
	for (int i = 1; i < n; i++)
		if (a == 0 && strchr(words[i], '=') && *words[i] != '/')
			env[e++] = words[i];
		else
			argv[a++] = words[i];
	env[e] = argv[a] = 0;
	pid_t pid = fork();
	if (!pid) {
		snprintf(dir, sizeof dir, "/scratch/%d", getpid());
		mkdir(dir, 0755);
		if (setsid() < 0 || chdir(dir))
			_exit(124);
		execve(argv[0], argv, env);
		perror(argv[0]);
		_exit(126);
	}
	for (int ms = 0; ms < 60000; ms++) {
		if (waitpid(pid, &ws, WNOHANG) == pid)
			return WIFEXITED(ws) ? WEXITSTATUS(ws) : 1000 + WTERMSIG(ws);
		usleep(1000);
	}
	kill(-pid, SIGKILL);
	waitpid(pid, &ws, 0);
	return 2000;
}

int main(void)
{
	struct utsname u;
	mkdir("/proc", 0755), mkdir("/scratch", 0755), mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, 0);
	mount("tmpfs", "/scratch", "tmpfs", 0, 0);
	mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
	FILE *f = fopen("/rows", "re");
	uname(&u);
	setvbuf(stdout, 0, _IOLBF, 4096);
	printf("@kernel %s\n", u.release);
	while (f && fgets(line, sizeof line, f)) {
		char *words[120];
		int n = 0;
		line[strcspn(line, "\n")] = 0;
		for (char *w = strtok(line, "\t"); w && n < 119; w = strtok(0, "\t"))
			words[n++] = w;
		if (n == 2 && *words[0] == '@') { /* @FILE TEXT: write it there */
			int fd = open(words[0] + 1, O_WRONLY);
			printf("@wrote %s %d\n", words[0] + 1, fd >= 0 && write(fd, words[1], strlen(words[1])) > 0);
			close(fd);
			continue;
		}
		printf("@begin %s\n", words[0]);
		int status = run(words, n);
		while (waitpid(-1, 0, WNOHANG) > 0)
			;
		printf("\n@end %s %d\n", words[0], status);
	}
	puts("@off");
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
