/* In a library's constructor environment, malloc, threads and errno already work. */
//: links libearly.so early.c
#include "probe.h"
extern int early_environment, early_memory, early_thread, early_errno;
int main(void)
{
	check(early_environment && early_memory && early_thread == 7 && early_errno);
	puts("all there");
}
