/* A third door: the tests'. */
#define RELINTERP_FAKE_SYS
#include "../relinterp.c"

#include "body.h"

const char *body_fallback = "";
int body_debug_states;
const unsigned body_machine = ARCH_MACHINE;

static inline const char *door_loader(void)
{
	return LOADER_NAME;
}

static inline const char *door_fallback(void)
{
	return body_fallback;
}

static inline void door_mapped(word base, const word *dynamic)
{
	(void)base, (void)dynamic;
}

static inline int door_by_hand(word entry)
{
	(void)entry;
	return 0;
}

static inline word door_phdr(word phdr, word phnum)
{
	(void)phnum;
	return phdr;
}

static inline word door_base(word at, const struct phdr *dynamic)
{
	return at - dynamic->p_vaddr;
}

static void door_debug_state(void)
{
	body_debug_states++;
}

/* A frame of its own: the new stack may reach up to the old one (program.c, TIGHT). */
__attribute__((noinline)) void body_enter(word *sp, word *dynamic)
{
	relinterp_enter(sp, (word)dynamic);
}
