/* The body under test, through its door: body.c alone includes relinterp.c. */
#ifndef BODY_H
#define BODY_H

#include "../elf.h"

#define LOADER_NAME "ld-test.so.1"

extern const char *body_loader, *body_fallback; /* door_loader, door_fallback */
extern int body_debug_states;     /* calls of door_debug_state */
extern int body_fresh;            /* door_fresh */
extern int body_musl, body_whole, body_tell; /* door_musl, door_whole, door_tell */
enum { ENTRY_OBJECT, STUB_FOR_MUSL, STUB_WHOLE, STUB, DOORS };
extern const char *const body_doors[DOORS]; /* their names */
void body_as(int door);              /* sets those three */
extern int body_wants;            /* door_wants */
extern word body_hand;            /* what the register holds in which the psABI hands over a function for atexit */
extern const int body_touches;    /* this machine's file has arch_touch */

void body_enter(word *sp, word *dynamic);
extern const unsigned body_machine;

#endif
