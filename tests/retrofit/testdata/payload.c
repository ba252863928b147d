/* Prints what somebody appended to this file: by its distance from the end, or, if the figure was
 * filled in after linking, at an offset from the start. The last 8 bytes are the length in decimal. */
#include <stdio.h>
#include <stdlib.h>

/* The mark by which the test finds the figure. */
static volatile const struct {
	char mark[16];
	long offset;
} place = {"payload is here", 0};

int main(void)
{
	char text[200] = "", length[9] = "";
	FILE *f = fopen("/proc/self/exe", "r");

	if (!f || fseek(f, -8, SEEK_END) || fread(length, 8, 1, f) != 1)
		return 1;
	if (place.offset ? fseek(f, place.offset, SEEK_SET) : fseek(f, -8 - atol(length), SEEK_END))
		return 2;
	if (atol(length) <= 0 || atol(length) >= (long)sizeof text || fread(text, (size_t)atol(length), 1, f) != 1)
		return 3;
	puts(text);
	return 0;
}
