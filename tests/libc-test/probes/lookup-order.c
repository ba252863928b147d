/* The first library in the program's list wins, for the others' own calls too. */
//: links liblookup-one.so lookup.c -DWHO=1 -DJOIN=lookup_one
//: links liblookup-two.so lookup.c -DWHO=2 -DJOIN=lookup_two
#include "probe.h"
int lookup_who(void), lookup_one(void), lookup_two(void);
int main(void)
{
	check(lookup_who() == 1 && lookup_one() == 1 && lookup_two() == 1);
	puts("the first");
}
