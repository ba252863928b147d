/* A program with a library of its own that opens a plugin by its bare name, after it has gone to
 * the folder that it is given. */
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

void greet(void);

int main(int argc, char **argv)
{
	void (*plug)(void);
	void *handle;

	if (argc > 1 && chdir(argv[1])) {
		perror(argv[1]);
		return 2;
	}
	greet();
	handle = dlopen("libplugin.so", RTLD_NOW);
	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		return 3;
	}
	*(void **)&plug = dlsym(handle, "plug");
	plug();
	return 0;
}
