/* Points the symbolic link argv[1] to argv[2], and only then opens its plugin. */
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	void (*plug)(void);
	void *handle;

	if (argc != 3 || unlink(argv[1]) || symlink(argv[2], argv[1])) {
		perror("switch");
		return 2;
	}
	handle = dlopen("libplugin.so", RTLD_NOW);
	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		return 3;
	}
	*(void **)&plug = dlsym(handle, "plug");
	plug();
	return 0;
}
