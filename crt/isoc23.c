/* What gcc's libgcov wants of glibc 2.38 and later, whose headers turn strtol into this: the number
 * may have the prefix 0b.  libgcov reads decimal numbers. */
#include <stdlib.h>

__attribute__((visibility("hidden"))) long __isoc23_strtol(const char *s, char **end, int base)
{
	return strtol(s, end, base);
}
