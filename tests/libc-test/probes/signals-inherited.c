/* Ignored and blocked signals stay so through execve. */
#include "probe.h"
#include <signal.h>
int main(int argc, char **argv)
{
	sigset_t set;
	struct sigaction sa;
	if (argc == 1) {
		check(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
		check(!sigemptyset(&set) && !sigaddset(&set, SIGUSR2) && !sigprocmask(SIG_BLOCK, &set, 0));
		raise(SIGUSR2);
		char *arguments[] = {argv[0], "again", 0};
		replace(own(0), arguments, environ);
		return 1;
	}
	check(!sigaction(SIGUSR1, 0, &sa) && sa.sa_handler == SIG_IGN);
	check(!sigpending(&set) && sigismember(&set, SIGUSR2) == 1);
	puts("kept");
}
