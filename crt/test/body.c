/* A third door: the tests'. */
#define RELINTERP_FAKE_SYS
#include "../relinterp.c"

#include "body.h"

const char *body_loader = LOADER_NAME, *body_fallback = "";
int body_debug_states, body_fresh, body_musl, body_whole, body_tell, body_wants;
word body_hand;
#ifdef arch_touch
const int body_touches = 1;
#else
const int body_touches = 0;
#endif
const unsigned body_machine = ARCH_MACHINE;

const char *const body_doors[DOORS] = { "entry object", "stub for musl", "stub for a whole file", "stub" };
void body_as(int door)
{
	body_tell = door == ENTRY_OBJECT;
	body_musl = door == ENTRY_OBJECT || door == STUB_FOR_MUSL;
	body_whole = door == STUB_WHOLE;
}

static inline const char *door_loader(void)
{
	return body_loader;
}

static inline int door_musl(void)
{
	return body_musl;
}

static inline int door_whole(void)
{
	return body_whole;
}

static inline int door_tell(void)
{
	return body_tell;
}

static inline const char *door_fallback(void)
{
	return body_fallback;
}

static inline void door_mapped(struct run *r, word base, word *dynamic)
{
	(void)r, (void)base, (void)dynamic;
}

static inline int door_by_hand(word entry)
{
	(void)entry;
	return 0;
}

#ifdef arch_touch
static inline int door_fresh(word entry)
{
	(void)entry;
	return body_fresh;
}
#endif

static inline int door_wants(void)
{
	return body_wants;
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

/* A frame of its own, right below what the kernel left (program.c, TIGHT). */
__attribute__((noinline)) void body_enter(word *sp, word *dynamic)
{
	relinterp_enter(sp, (word)dynamic, body_hand);
}
