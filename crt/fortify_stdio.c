/* The same for what prints. The flag asks for a check of %n, which has no business here. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((visibility("hidden"))) int __vfprintf_chk(FILE *f, int flag, const char *format, va_list args)
{
	(void)flag;
	return vfprintf(f, format, args);
}

__attribute__((visibility("hidden"))) int __fprintf_chk(FILE *f, int flag, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = __vfprintf_chk(f, flag, format, args);
	va_end(args);
	return n;
}

__attribute__((visibility("hidden"))) int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = room == (size_t)-1 ? vsprintf(to, format, args) : vsnprintf(to, room, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n >= room)
		abort();
	return n;
}
