/* Everything that a debugger is asked about: a library that is there from the start, one that is opened
 * later, constructors, thread-local variables, threads. With an argument it goes on to wait, to die, to
 * burn some time or to lose some memory, behind frames of its own. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

extern __thread int lib_tls;
int greet(int);
long burn_in_library(long);

__thread int app_tls = 41;
static pthread_barrier_t both;

/* Waiting in a function of libc would do, had every libc something to unwind it by. */
static void wait_here(void)
{
	for (;;)
#ifdef __x86_64__ /* pause(2) */
		__asm__ volatile("syscall" : : "a"(34L) : "rcx", "r11", "memory");
#elif defined __i386__
		__asm__ volatile("int $0x80" : : "a"(29) : "memory");
#else
		;
#endif
}

static void here(volatile int *place)
{
	*place = 1;
	wait_here();
}

static void between(volatile int *place)
{
	here(place);
}

static long burn(long n)
{
	volatile long sum = 0;

	while (n--)
		sum += n;
	return sum;
}

static void lose(void)
{
	*(volatile char *)malloc(12345) = 1;
}

__attribute__((constructor)) static void app_constructor(void)
{
	app_tls++;
}

static void in_thread(void)
{
	pthread_barrier_wait(&both);
}

static void *work(void *waits)
{
	app_tls += 100;
	lib_tls += 100;
	in_thread();
	if (waits)
		wait_here();
	return 0;
}

static int call_greet(int n)
{
	return greet(n);
}

int main(int argc, char **argv)
{
	static volatile int good;
	char what = argc > 1 ? *argv[1] : 0;
	int (*plug)(int);
	pthread_t thread;
	void *plugin;

	pthread_barrier_init(&both, 0, 2);
	if (call_greet(argc) != argc + 1)
		return 1;
	plugin = dlopen("libplugin.so", RTLD_NOW);
	if (!plugin)
		return fprintf(stderr, "%s\n", dlerror()), 2;
	*(void **)&plug = dlsym(plugin, "plug");
	if (plug(argc) != argc + 2)
		return 3;
	if (pthread_create(&thread, 0, work, what == 'w' || what == 'd' ? "" : 0))
		return 4;
	pthread_barrier_wait(&both);
	if (what == 'w' || what == 'd') {
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
		puts("ready");
		fflush(stdout);
		between(what == 'w' ? &good : 0);
	}
	if (what == 'b' && burn(30000000) != burn_in_library(30000000))
		return 5;
	if (what == 'l')
		lose();
	pthread_join(thread, 0);
	puts("done");
	return 0;
}
