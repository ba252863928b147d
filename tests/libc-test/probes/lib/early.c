/* A constructor that uses what must be there before any program code runs. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
int early_environment, early_memory, early_thread, early_errno;
static void *work(void *p) { *(int *)p = 7; return 0; }
__attribute__((constructor)) static void early(void)
{
	early_environment = environ && getenv("PROBE_MODE") && *getenv("PROBE_MODE");
	char *p = malloc(100000);
	early_memory = p && memset(p, 1, 100000);
	free(p);
	pthread_t t;
	if (!pthread_create(&t, 0, work, &early_thread))
		pthread_join(t, 0);
	close(-1);
	early_errno = errno == EBADF;
}
