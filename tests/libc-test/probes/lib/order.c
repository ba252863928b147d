/* Says when its constructors and destructors run; NAME and NEXT tell the libraries apart. */
#include <stdio.h>
#include <stdlib.h>
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
static void bye(void) { printf("atexit of %s\n", TEXT(NAME)); }
__attribute__((constructor)) static void in(void) { printf("constructor of %s\n", TEXT(NAME)); atexit(bye); }
__attribute__((constructor(101))) static void first(void) { printf("first constructor of %s\n", TEXT(NAME)); }
__attribute__((destructor)) static void out(void) { printf("destructor of %s\n", TEXT(NAME)); }
__attribute__((destructor(101))) static void last(void) { printf("last destructor of %s\n", TEXT(NAME)); }
#ifdef NEXT
int JOIN(NEXT, _call)(void);
int JOIN(NAME, _call)(void) { return 1 + JOIN(NEXT, _call)(); }
#else
int JOIN(NAME, _call)(void) { return 1; }
#endif
