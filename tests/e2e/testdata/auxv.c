/* Prints what the program itself, and the kernel for others, know of the loader. */
#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

extern Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));

static unsigned long kernels(unsigned long type)
{
	FILE *f = fopen("/proc/self/auxv", "r");
	unsigned long pair[2] = {1, 0};

	while (f && fread(pair, sizeof pair, 1, f) == 1 && pair[0] && pair[0] != type)
		;
	if (f)
		fclose(f);
	return pair[0] == type ? pair[1] : 0;
}

/* Whether AT_PHDR is the place of a table that belongs to this program. */
static int consistent(const char *at, unsigned long n)
{
	const Elf64_Phdr *ph = (const Elf64_Phdr *)at;
	const char *bias = 0;
	unsigned long i;

	for (i = 0; i < n; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			bias = (const char *)_DYNAMIC - ph[i].p_vaddr;
	for (i = 0; i < n; i++)
		if ((ph[i].p_type == PT_PHDR && bias + ph[i].p_vaddr == at) ||
		    (ph[i].p_type == PT_LOAD && bias + ph[i].p_vaddr - ph[i].p_offset + sizeof(Elf64_Ehdr) == at))
			return 1;
	return 0;
}

/* The program comes first. */
static int interp(struct dl_phdr_info *info, size_t size, void *arg)
{
	int i;

	(void)size;
	(void)arg;
	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			printf("interp=%s\n", (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr));
	return 1;
}

int main(void)
{
	char line[4096];
	FILE *f = fopen("/proc/self/maps", "r");

	printf("base=%lx\nkernel.base=%lx\n", getauxval(AT_BASE), kernels(AT_BASE));
	printf("phdr=%d\n", consistent((const char *)getauxval(AT_PHDR), getauxval(AT_PHNUM)));
	printf("kernel.phdr=%d\n", consistent((const char *)kernels(AT_PHDR), kernels(AT_PHNUM)));
	dl_iterate_phdr(interp, 0);
	while (fgets(line, sizeof line, f))
		if (strstr(line, "ld-musl"))
			break;
	printf("map=%s", line);
	return 0;
}
