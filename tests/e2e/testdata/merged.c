/* Exports a name that ends in dlopen: .dynstr then holds both in one string. */
#include <dlfcn.h>

void *my_dlopen(const char *name)
{
	return dlopen(name, RTLD_NOW);
}

int main(void)
{
	return my_dlopen("libnone.so") != 0;
}
