/* A program that uses all that its loader did for it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));
int greet(void);

static __thread volatile int mine = 41; /* clang 14 would run the constructor beforehand, for all threads */
static __thread char aligned[100] __attribute__((aligned(64))) = "tls";
static int early;

int base(void)
{
	return 1;
}

__attribute__((constructor)) static void before_main(void)
{
	early = mine++;
}

__attribute__((destructor)) static void after_main(void)
{
	puts("destructor");
}

static void *work(void *arg)
{
	mine += *(int *)arg;
	return (void *)(long)(mine * !((unsigned long)aligned % 64) * (aligned[0] == 't') + 0 * greet());
}

static void threads(void)
{
	pthread_t t[4];
	int i, n[4];
	long sum = 0;
	void *r;

	for (i = 0; i < 4; i++) {
		n[i] = i;
		if (pthread_create(&t[i], 0, work, &n[i]))
			exit(1);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	printf("early %d, main %d, threads %ld\n", early, mine, sum);
}

static void plugin(void)
{
	void *handle = dlopen("libplugin.so", RTLD_NOW);
	int (*plug)(void);

	if (!handle) {
		puts(dlerror());
		exit(1);
	}
	*(void **)&plug = dlsym(handle, "plug");
	printf("plugin %d\n", plug());
}

static int is_phdr(const char *at, unsigned long n)
{
	const ElfW(Phdr) *ph = (const ElfW(Phdr) *)at;
	const char *bias = 0;
	unsigned long i;

	for (i = 0; i < n; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			bias = (const char *)_DYNAMIC - ph[i].p_vaddr;
	for (i = 0; i < n; i++)
		if ((ph[i].p_type == PT_PHDR && bias + ph[i].p_vaddr == at) ||
		    (ph[i].p_type == PT_LOAD && bias + ph[i].p_vaddr - ph[i].p_offset + sizeof(ElfW(Ehdr)) == at))
			return 1;
	return 0;
}

/* What the auxiliary vector says, and the name of the loader as the list of libraries has it. */
static void auxv(void)
{
	Dl_info info;

	printf("AT_PHDR %d\n", is_phdr((const char *)getauxval(AT_PHDR), getauxval(AT_PHNUM)));
	if (dladdr((void *)printf, &info))
		printf("AT_BASE %d, %s\n", (unsigned long)info.dli_fbase == getauxval(AT_BASE), strrchr(info.dli_fname, '/') + 1);
}

int main(int argc, char **argv)
{
	printf("argc %d, %s, %s\n", argc, argv[1] ? argv[1] : "none", getenv("GIVEN") ? getenv("GIVEN") : "none");
	printf("library %d\n", greet());
	threads();
	plugin();
	auxv();
	return 0;
}
