/* Door 2: the retrofit's stub, put as a flat blob into an executable that exists already.  Code and
 * texts make one block (stub.ld); right behind it lie the parameters, which package patcher writes,
 * reached relative to the program counter.  `stub_start` runs twice: first from the kernel, when
 * there is no loader yet, and again from the loader, when the program is linked and its own entry
 * may run.
 *
 * It is compiled three times: for musl's loader (-DSTUB_MUSL=1), for one that is as long as its segments and has no
 * page of zeros, as some of glibc's (-DSTUB_WHOLE=1), and for all others.  Each starts the others' loaders, too. */
#define ARCH_BYTEWISE /* shorter */
#ifndef STUB_MUSL
#define STUB_MUSL 0
#endif
#ifdef STUB_WHOLE
#define DOOR_FOLDER /* mmap, by which a file is read then, has no errno for one */
#else
#define STUB_WHOLE 0
#endif
#include "relinterp.c"

/* Written by package patcher in the byte order of the file, read here alone. */
struct stub_params {
	char magic[8];     /* "relintr" and the version: 2, or 3 where the loader will not want the program's place */
	word base;         /* from this struct to the program's address 0, */
	int32_t entry;     /* to its own entry, */
	int32_t phdr;      /* and to its program headers, */
	uint16_t phnum;    /* so many */
	uint16_t fallback; /* from this struct to a string */
	char loader[];
};
extern const struct stub_params stub_params __attribute__((visibility("hidden")));

__asm__(ARCH_STUB);

static inline const char *door_loader(void)
{
	return stub_params.loader;
}

static inline int door_musl(void)
{
	return STUB_MUSL;
}

static inline int door_whole(void)
{
	return STUB_WHOLE;
}

static inline int door_tell(void)
{
	return 0; /* for size */
}

static inline const char *door_fallback(void)
{
	return (const char *)&stub_params + stub_params.fallback;
}

extern const char stub_start[] __attribute__((visibility("hidden")));

/* musl leaves its own AT_PHDR and AT_ENTRY on the stack when somebody types `ld-musl-x86_64.so.1 ./app`. */
static inline int door_by_hand(word entry)
{
	return entry != (word)stub_start;
}

#ifdef arch_touch
static inline int door_fresh(word entry)
{
	(void)entry; /* door_by_hand tells */
	return 1;
}
#endif

/* Package patcher has looked, and says it in the version's last bit. */
static inline int door_wants(void)
{
	return ~stub_params.magic[7] & 1;
}

/* Kernels before 5.18, and qemu, take the first segment for the one with the headers, and it may be the
 * stub's.  Where the number of headers is another, patchelf has moved them, or they are those that the
 * loader was given. */
static inline word door_phdr(word phdr, word phnum)
{
	return phnum == stub_params.phnum ? (word)&stub_params + (word)(long)stub_params.phdr : phdr;
}

/* .dynamic is not in the parameters because patchelf moves it. */
static inline word door_base(word at, const struct phdr *dynamic)
{
	(void)at, (void)dynamic;
	return (word)&stub_params + stub_params.base;
}

/* Debuggers put their breakpoint for library events here when a program has no .interp.  It begins with
 * two instructions alike, so that it can be seen that somebody has put one here. */
static __attribute__((noinline, used)) void door_debug_state(void)
{
	__asm__ volatile(ARCH_NOP ARCH_NOP);
}
void _dl_debug_state(void) __attribute__((alias("door_debug_state"), visibility("hidden")));

#ifdef arch_forward
/* The loader calls its own _dl_debug_state at each change of the list of libraries, for the first time
 * before it runs their constructors.  It knows nothing of ours, so where a debugger has put its breakpoint
 * into ours, a jump to ours goes into the loader's: through /proc/self/mem, which needs no page that is
 * writable and executable.  Where that is forbidden, the list is announced once, when the loader
 * has come back.  Without a debugger nothing is touched. */
static INLINE void forward(struct run *r, word base, word *dynamic)
{
	const volatile arch_insn *ours = (const arch_insn *)(word)door_debug_state;
	const struct sym *sym;
	const char *names;
	uint64_t code[2];
	long fd;

	if (ours[0] == ours[1] || !dynamic)
		return;
	scan(r, AUX, dynamic);
	names = (const char *)(base + *r->at[STRTAB]);
	sym = (const struct sym *)(base + *r->at[SYMTAB]);
	for (; (const char *)sym < names; sym++)
		if (*(const uint64_t *)(names + sym->st_name + 7) == 0x65746174735f6775) { /* _dl_deb, then ug_state */
			base += sym->st_value;
			fd = arch_call3(ARCH_SYS_openat, SYS_AT_FDCWD, (long)"/proc/self/mem", SYS_O_CLOEXEC | SYS_O_WRONLY);
			ARCH_PWRITE64(fd, (long)code, (long)arch_forward(code, (const unsigned char *)base, (word)ours), base);
			sys_close(fd);
			return;
		}
}
#endif

static inline void door_mapped(struct run *r, word base, word *dynamic)
{
#ifdef arch_forward
	forward(r, base, dynamic);
#else
	(void)r, (void)base, (void)dynamic;
#endif
}

/* What the program's own entry is. */
#ifdef arch_leave
_Noreturn __attribute__((used, visibility("hidden"))) void stub_c(word *sp, word hand)
{
	relinterp_enter(sp, 0, hand);
	arch_leave(sp, (word)&stub_params + (word)(long)stub_params.entry);
}
#else
__attribute__((used, visibility("hidden"))) word stub_c(word *sp, word hand)
{
	relinterp_enter(sp, 0, hand);
	return (word)&stub_params + (word)(long)stub_params.entry;
}
#endif
