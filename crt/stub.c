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

/* Debuggers put their breakpoint for library events here when a program has no .interp.  It begins with
 * two instructions alike, so that it can be seen that somebody has put one here. */
static __attribute__((noinline, used)) void door_debug_state(void)
{
	__asm__ volatile(ARCH_NOP ARCH_NOP);
}
void _dl_debug_state(void) __attribute__((alias("door_debug_state"), visibility("hidden")));

#ifdef arch_forward
/* The loader calls the function r_brk of struct r_debug (<link.h>) at each change of the list of libraries.
 * It knows nothing of ours, so where a debugger has put its breakpoint into ours, a jump to ours goes into
 * the loader's: through /proc/self/mem, which needs no page that is writable and executable.  Where that
 * is forbidden, libraries opened by dlopen are not announced.  Without a debugger nothing is touched. */
static inline void forward(word *dynamic)
{
	const volatile arch_insn *ours = (const arch_insn *)(word)door_debug_state;
	const word *r_debug = (const word *)*find(dynamic, DT_DEBUG);
	unsigned char code[16];
	long fd;

	if (ours[0] == ours[1] || !r_debug)
		return;
	fd = arch_call3(ARCH_SYS_openat, SYS_AT_FDCWD, (long)"/proc/self/mem", SYS_O_CLOEXEC | SYS_O_WRONLY);
	ARCH_PWRITE64(fd, (long)code, (long)arch_forward(code, (const unsigned char *)r_debug[2], (word)ours), r_debug[2]);
	sys_close(fd);
}
#endif

/* What the program's own entry is. */
__attribute__((used, visibility("hidden"))) word stub_c(word *sp)
{
	word *dynamic = (word *)((word)&stub_params + (word)(long)stub_params.dynamic);

	relinterp_enter(sp, dynamic);
#ifdef arch_forward
	forward(dynamic);
#endif
	return (word)&stub_params + (word)(long)stub_params.entry;
}
