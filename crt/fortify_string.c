/* What gcc's own archives want of glibc where the distribution compiled them with -D_FORTIFY_SOURCE (Ubuntu): the
 * string functions with the size of what they write to. */
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("hidden"))) void *__memcpy_chk(void *to, const void *from, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memcpy(to, from, n);
}

__attribute__((visibility("hidden"))) void *__memset_chk(void *to, int c, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memset(to, c, n);
}

__attribute__((visibility("hidden"))) char *__strcpy_chk(char *to, const char *from, size_t room)
{
	return __memcpy_chk(to, from, strlen(from) + 1, room);
}
