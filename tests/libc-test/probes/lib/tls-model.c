/* Thread-local variables of a library; VALUE tells the models apart. */
#ifndef ALIGN
#define ALIGN 64
#endif
#ifndef SIZE
#define SIZE 64
#endif
_Thread_local int tls_value = VALUE;
static _Thread_local _Alignas(ALIGN) char block[SIZE] = {1, 2, 3};
static int constructed;
__attribute__((constructor)) static void early(void) { constructed = tls_value; }
int tls_constructed(void) { return constructed; }
int tls_next(void) { return ++tls_value; }
char *tls_block(unsigned long *align, unsigned long *size) { *align = ALIGN; *size = SIZE; return block; }
