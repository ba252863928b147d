/* Door 2: the retrofit's stub, put as a flat blob into an executable that exists already.  Code and
 * texts make one block (stub.ld); right behind it lie the parameters, which package patcher writes,
 * reached relative to the program counter.  `stub_start` runs twice: first from the kernel, when
 * there is no loader yet, and again from the loader, when the program is linked and its own entry
 * may run. */
#include "relinterp.c"

/* Written by package patcher in the byte order of the file, read here alone. */
struct stub_params {
	char magic[8]; /* "relintrp" */
	uint32_t version;
	int32_t entry, dynamic, phdr; /* from this struct to the program's own */
	uint32_t fallback;            /* from this struct to a string */
	uint32_t undo, undo_size, reserved;
	char loader[];
};
extern const struct stub_params stub_params __attribute__((visibility("hidden")));

__asm__(ARCH_STUB);

static inline const char *door_loader(void)
{
	return stub_params.loader;
}

static inline const char *door_fallback(void)
{
	return (const char *)&stub_params + stub_params.fallback;
}

/* Debuggers put their breakpoint for library events here when a program has no .interp. */
static __attribute__((noinline, used)) void door_debug_state(void)
{
	__asm__ volatile("");
}
void _dl_debug_state(void) __attribute__((alias("door_debug_state"), visibility("hidden")));

/* What the program's own entry is. */
__attribute__((used, visibility("hidden"))) word stub_c(word *sp)
{
	relinterp_enter(sp, (word *)((word)&stub_params + (word)(long)stub_params.dynamic));
	return (word)&stub_params + (word)(long)stub_params.entry;
}
