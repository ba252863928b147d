/* Prints its arguments, the size of its environment, and what descriptors are open. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	unsigned long n = 0, i;

	printf("argc=%d\n", argc);
	for (i = 1; i < (unsigned long)argc; i++)
		printf("arg=%lu\n", (unsigned long)strlen(argv[i]));
	for (i = 0; environ[i]; i++)
		n += strlen(environ[i]) + 1;
	printf("env=%lu of %lu\n", n, i);
	for (i = 0; i < 64; i++)
		if (fcntl((int)i, F_GETFD) >= 0)
			printf("fd=%lu\n", i);
	return 0;
}
