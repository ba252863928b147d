/* The body under test, through its door: body.c alone includes relinterp.c. */
#ifndef BODY_H
#define BODY_H

#include "../elf.h"

#define LOADER_NAME "ld-test.so.1"

extern const char *body_fallback; /* door_fallback */
extern int body_debug_states;     /* calls of door_debug_state */

void body_enter(word *sp, word *dynamic);
extern const unsigned body_machine;

#endif
