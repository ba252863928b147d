/* Constructors and destructors of a program alone, also where it is static. */
#include "probe.h"
static int step;
__attribute__((constructor(101))) static void one(void) { check(step++ == 0); }
__attribute__((constructor(102))) static void two(void) { check(step++ == 1); }
__attribute__((constructor)) static void three(void) { check(step++ == 2); }
__attribute__((destructor(101))) static void end(void) { check(step == 5); puts("in order"); }
__attribute__((destructor)) static void before(void) { check(step++ == 4); }
int main(void) { check(step++ == 3); }
