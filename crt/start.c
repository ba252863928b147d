/* Door 1: relinterp.o, linked in place of Scrt1.o or crt1.o.  `_start` runs twice: first from the
 * kernel, when there is no loader yet, and again from the loader, when the program is linked and
 * libc can be called. */
#include "relinterp.c"

__asm__(ARCH_START);

/* Weak: an object with a strong definition of either replaces it, without a new relinterp.o.  In
 * assembly, for gcc on arm fetches the address of what C calls weak from the GOT, where nothing
 * stands yet. */
__asm__(".pushsection .rodata\n"
	".weak __relinterp_loader, __relinterp_fallback\n"
	".hidden __relinterp_loader, __relinterp_fallback\n"
	".type __relinterp_loader, %object\n"
	".type __relinterp_fallback, %object\n"
	".balign 2\n" /* s390x knows no odd addresses relative to the program counter */
	"__relinterp_loader: .asciz \"ld-musl-" ARCH_NAME ".so.1\"\n"
	".size __relinterp_loader, . - __relinterp_loader\n"
	".balign 2\n"
	"__relinterp_fallback: .asciz \"\"\n"
	".size __relinterp_fallback, . - __relinterp_fallback\n"
	".popsection\n");
extern __attribute__((visibility("hidden"), aligned(2))) const char __relinterp_loader[], __relinterp_fallback[];

static inline const char *door_loader(void)
{
	return __relinterp_loader;
}

static inline int door_musl(void)
{
	return 1;
}

static inline int door_tell(void)
{
	return 1;
}

static inline int door_whole(void)
{
	return 0; /* musl's has */
}

static inline const char *door_fallback(void)
{
	return __relinterp_fallback;
}

static inline void door_mapped(struct run *r, word base, word *dynamic)
{
	(void)r, (void)base, (void)dynamic;
}

static inline int door_by_hand(word entry)
{
	(void)entry; /* DT_DEBUG tells */
	return 0;
}

#ifdef arch_touch
static inline int door_fresh(word entry)
{
	word start;

	arch_start(start); /* what C declares to be hidden would be so for everybody */
	return entry == start;
}
#endif

static inline int door_wants(void)
{
	return -1;
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

/* Debuggers put their breakpoint for library events here when a program has no .interp. */
static __attribute__((noinline, used)) void door_debug_state(void)
{
	__asm__ volatile("");
}
void _dl_debug_state(void) __attribute__((alias("door_debug_state"), visibility("default")));

int main(int, char **, char **);
_Noreturn void __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

/* fini is what the psABI hands to _start for atexit; musl ignores it, glibc 2.34 and later wants
 * it, and the stack's end as the seventh argument.  A static program has no .dynamic. */
__attribute__((used, visibility("hidden"))) void relinterp_start_c(word *sp, void (*fini)(void), word *dynamic)
{
	if (dynamic)
		relinterp_enter(sp, (word)dynamic, (word)fini);
	__libc_start_main(main, (int)*sp, (char **)(sp + 1), 0, 0, fini, sp);
}
