/* Says which loader it has, after a constructor, with a thread-local variable and a heap. */
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local int local = 40;

__attribute__((constructor)) static void early(void)
{
	local++;
}

static int print(struct dl_phdr_info *info, size_t size, void *arg)
{
	const char *slash = strrchr(info->dlpi_name, '/');

	(void)size;
	if (slash && !strncmp(slash, "/ld", 3))
		*(const char **)arg = info->dlpi_name;
	return 0;
}

int main(int argc, char **argv)
{
	const char *loader = "none";
	char *heap = malloc(100000);

	dl_iterate_phdr(print, &loader);
	printf("%s %d %d %s\n", argv[argc - 1], local, heap != 0, loader);
	free(heap);
	return 3;
}
