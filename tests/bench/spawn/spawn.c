/*
 * Runs several commands side by side and prints how long each run took.
 *
 *   spawn ROUNDS SEED -- command... -- command...
 *
 * In every round each command runs once, in an order drawn anew for the round, so that whatever
 * happens to the machine meanwhile happens to all of them. All runs share one CPU where the
 * system lets us choose one. Output: "cpu N" (-1: not pinned), then one line a round with
 * "nanoseconds minor-faults" for each command, in the order of the command line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COMMANDS = 16 };

struct sample {
	long long ns;
	long faults;
};

extern char **environ;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "spawn: %s: %s\n", what, why);
	exit(1);
}

/* The highest CPU that we may use: the lowest ones take most interrupts. */
static int pin(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set))
		return -1;
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		return sched_setaffinity(0, sizeof set, &set) ? -1 : cpu;
	}
	return -1;
}

static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void shuffle(int *order, int n, uint64_t *state)
{
	for (int i = n - 1; i > 0; i--) {
		int j = (int)(draw(state) % (uint64_t)(i + 1));
		int other = order[j];

		order[j] = order[i];
		order[i] = other;
	}
}

static struct sample run(char **command)
{
	struct timespec start, end;
	struct rusage usage;
	int status, error;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &start);
	error = posix_spawn(&pid, command[0], NULL, NULL, command, environ);
	if (error)
		die(command[0], strerror(error));
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			die("wait4", strerror(errno));
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (status) {
		fprintf(stderr, "spawn: %s: wait status %#x\n", command[0], status);
		exit(1);
	}
	return (struct sample){
		(end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec,
		usage.ru_minflt,
	};
}

/* Cuts the command line at each "--"; returns how many commands it holds. */
static int split(char **argv, char **commands[])
{
	int n = 0;

	for (; *argv; argv++) {
		if (strcmp(*argv, "--"))
			continue;
		if (n == MAX_COMMANDS || !argv[1] || !strcmp(argv[1], "--"))
			die("usage", "spawn ROUNDS SEED -- command... [-- command...]");
		*argv = NULL;
		commands[n++] = argv + 1;
	}
	return n;
}

/* The numbers go where stdout was; the commands find /dev/null there. */
static FILE *take_stdout(void)
{
	int out = fcntl(1, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (out < 0 || null < 0 || dup2(null, 1) < 0)
		die("stdout", strerror(errno));
	return fdopen(out, "w");
}

int main(int argc, char **argv)
{
	char **commands[MAX_COMMANDS];
	int order[MAX_COMMANDS];

	if (argc < 5)
		die("usage", "spawn ROUNDS SEED -- command... [-- command...]");
	int n = split(argv + 3, commands);
	int rounds = atoi(argv[1]);
	uint64_t state = strtoull(argv[2], NULL, 10) | 1;

	if (n < 1 || rounds < 1)
		die("usage", "spawn ROUNDS SEED -- command... [-- command...]");
	struct sample (*samples)[n] = calloc((size_t)rounds, sizeof *samples);
	FILE *out = take_stdout();
	if (!samples || !out)
		die("memory", strerror(errno));

	for (int i = 0; i < n; i++)
		order[i] = i;
	fprintf(out, "cpu %d\n", pin());
	for (int round = 0; round < rounds; round++) {
		shuffle(order, n, &state);
		for (int i = 0; i < n; i++)
			samples[round][order[i]] = run(commands[order[i]]);
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < n; i++)
			fprintf(out, "%lld %ld%c", samples[round][i].ns, samples[round][i].faults,
			        i == n - 1 ? '\n' : ' ');
	if (fclose(out))
		die("stdout", strerror(errno));
	return 0;
}
