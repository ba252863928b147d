/* Before setlocale bytes, behind it UTF-8; the environment is heeded. */
//: env LC_ALL=C.UTF-8
#include "probe.h"
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>
int main(void)
{
	wchar_t w;
	printf("%s %zu\n", setlocale(LC_ALL, 0), (size_t)MB_CUR_MAX);
	check(setlocale(LC_ALL, ""));
	printf("%s %zu %s\n", setlocale(LC_ALL, 0), (size_t)MB_CUR_MAX, nl_langinfo(CODESET));
	check(mbtowc(&w, "\xe2\x82\xac", 3) == 3 && w == 0x20ac);
	check(!strcmp(localeconv()->decimal_point, "."));
}
