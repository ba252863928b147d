/* The body of the entry object, top to bottom in the order in which things happen:
 * read the stack, refuse if secure, find the origin, search, open, check, map, present, jump.
 *
 * Nothing here may need a relocation, a writable static, a GOT or libc: when it runs, the kernel
 * has mapped the program and nobody has linked it.
 *
 * Names are built where they stay.  A function takes from the stack what its names need, calls the next
 * one, and comes back when that has found no loader; the last one does not come back but jumps, and
 * what its callers have put together stays for the life of the process.  No length is guessed, so
 * nothing is ever cut.
 *
 * Everything is written to be small: which function the compiler shall inline was tried. */
#include "relinterp.h"

#include "mem.h"
#include "sys.h"

#define NOINLINE __attribute__((noinline))
#define INLINE inline __attribute__((always_inline))

/* What is searched, in this order: that in which the loader will look for libc, so that both come
 * from one place.  The first and the last are files, the others lists of folders. */
enum { LOADER, LIBRARY_PATH, RUNPATH, ORIGIN, FALLBACK, SOURCES };

/* One start of one program.  What is used most comes first, where the machine reaches it with short
 * instructions. */
struct run {
	const char *origin;  /* the program's path up to its last slash; */
	size_t origin_size;  /* 0: it is not known */
	char *path;          /* the candidate */
	char *p;             /* the end of what expand has written */
	const char *source[SOURCES];
	word base;           /* where the program would be if what is put together stood there already */
	word real_base;      /* where it is */
	const char *names;   /* its .dynstr */
	word *sp, *to, *final; /* the stack as it is; where the loader's is put together, and where it will be */
	word *runpath;       /* the slot of DT_RUNPATH or DT_RPATH */
	unsigned odd;        /* a $ that is not $ORIGIN was seen */
	unsigned report;     /* say what comes of each candidate */
	word none;           /* what a tag has that is not there: 0 */
	word entry;          /* the loader's */
	struct phdr *interp; /* PT_INTERP for the loader */
	word *end;           /* of the auxiliary vector */
	word list;           /* what stands in that slot in the file */
	word *dynamic;       /* the program's */
	word phdr, phnum;    /* the program's own headers */
	word libraries;      /* so many DT_NEEDED */
	word *aux[TAGS];     /* where the values of the auxiliary vector are, by tag, */
	word *dyn[TAGS];     /* and those of .dynamic */
	struct mm_map map;
};

/* ------------------------------------------------------------------ the initial stack */

/* Where the value of a tag of .dynamic is; that of the last entry where there is none. */
static inline word *find(word *list, word tag)
{
	for (; *list && *list != tag; list += 2)
		;
	return list + 1;
}

/* Note where the value of each tag of .dynamic or of the auxiliary vector is.  The end of the list. */
static NOINLINE word *scan(struct run *r, word **at, word *list)
{
	arch_fill((word *)at, (word)&r->none, TAGS);
	for (; *list; list += 2) {
		if (*list < TAGS)
			at[*list] = list + 1;
		if (*list == DT_NEEDED)
			r->libraries++;
	}
	return list + 2;
}

/* ------------------------------------------------------------------ text */

static NOINLINE void say(const char *s)
{
	sys_write(2, s, length(s));
}

/* One string of code, text, NUL, ..., 0, text for the rest: an array of pointers would need
 * relocations. */
static inline void say_why(int why)
{
	const char *t = "\001not permitted (noexec?)\0"
			"\002no such file\0"
			"\015permission denied\0"
			"\025is a folder\0"
			"\044path too long\0"
			"\056own path not known\0"
			"\057not an ELF file\0"
			"\063for another machine\0"
			"\064damaged or no loader\0"
			"\0cannot open or map";

	say(": ");
	while (*t && *t != why)
		t += length(t) + 1;
	say(t + 1);
	say("; ");
}

/* ------------------------------------------------------------------ names */

/* The length of $ORIGIN or ${ORIGIN} at s, else 0.  As musl does, no end of the word is asked for. */
static INLINE size_t origin_token(const char *s)
{
	size_t n = prefix(s, "$ORIGIN");

	return n ? n : prefix(s, "${ORIGIN}");
}

/* What a list takes with the origin in place, at most; without the NUL. */
static INLINE size_t room(struct run *r, const char *s)
{
	size_t n = 0;

	for (; *s; n++)
		if (*s++ == '$')
			n += r->origin_size;
	return n;
}

/* Copy a list, or its first entry, with the origin in place of $ORIGIN where it is known.  What is left
 * of the list. */
static NOINLINE const char *expand(struct run *r, char *to, const char *s, char stop)
{
	size_t n;

	while ((*to = *s) && *s != stop) {
		if (*s == '$') {
			n = origin_token(s);
			if (!n) {
				r->odd = 1;
			} else if (r->origin_size) {
				s += n;
				to = arch_move(to, r->origin, r->origin_size);
				continue;
			}
		}
		to++, s++;
	}
	*to = 0;
	r->p = to;
	return s;
}

/* ------------------------------------------------------------------ a loader's file */

#if defined(ARCH_PAGE) && !defined(RELINTERP_FAKE_SYS)
#define page_bits(r) ((word)ARCH_PAGE - 1)
#else
#define page_bits(r) (*(r)->aux[AT_PAGESZ] - 1)
#endif

/* PF_X, PF_W, PF_R are PROT_EXEC, PROT_WRITE, PROT_READ in the other order. */
static inline long prot_of(const struct phdr *ph)
{
	return 0x73516240 >> (ph->p_flags * 4 & 31) & 7;
}

/* Check the file behind fd and map it.  0, or why not; then nothing of it stays mapped. */
static NOINLINE int map_loader(struct run *r, long fd)
{
	struct {
		struct ehdr e;
		struct phdr ph[RELINTERP_HEADERS];
	} f;
	const struct phdr *ph, *end;
	word page = page_bits(r); /* of an address, those within a page */
	word align = page, lo = 0, hi = 0, last = 0, start, v;
	int why;
	long n;

	*(uint32_t *)f.e.e_ident = 0;
	n = sys_pread(fd, &f, sizeof f, 0);
	why = (int)-n;
	if (sys_failed(n))
		goto out;
	why = WHY_NOT_ELF;
	if (*(const uint32_t *)f.e.e_ident != ELF_MAGIC)
		goto out;
	why = WHY_DAMAGED;
	if (n != sizeof f)
		goto out;
	why = WHY_MACHINE;
	if (f.e.e_ident[EI_CLASS] != ELF_CLASS || f.e.e_ident[EI_DATA] != ELF_DATA || f.e.e_machine != ARCH_MACHINE)
		goto out;
	why = WHY_DAMAGED;
	if (f.e.e_type != ET_DYN || f.e.e_phentsize != sizeof *ph || f.e.e_phoff != sizeof f.e || f.e.e_phnum > RELINTERP_HEADERS)
		goto out;

	/* Everything that is relied on below: segments ascend, no two on one page, none writable and
	 * executable; offsets and addresses agree within a page; nothing is larger than 1 GiB, so no
	 * sum wraps; the entry lies among them. */
	end = f.ph + f.e.e_phnum;
	for (ph = f.ph; ph < end; ph++) {
		if (ph->p_type != PT_LOAD)
			continue;
		if (!hi)
			lo = ph->p_vaddr & ~page;
		v = ph->p_vaddr - lo;
		if ((v | ph->p_offset | ph->p_filesz | ph->p_memsz | ph->p_align) >> 30 || v < hi || ph->p_filesz > ph->p_memsz ||
		    (v ^ ph->p_offset) & page || !(~ph->p_flags & (PF_W | PF_X)))
			goto out;
		align |= ph->p_align - !!ph->p_align;
		if (last < ph->p_offset + ph->p_filesz)
			last = ph->p_offset + ph->p_filesz;
		hi = (v + ph->p_memsz + page) & ~page;
	}
	/* A page behind the file's end would be a SIGBUS: see that the last byte is there. */
	if (f.e.e_entry - lo - 1 >= hi - 1 || sys_pread(fd, &f.e.e_flags, 1, last - 1) != 1)
		goto out;

	/* Reserve the whole span, with pages of zeros that can be written: what a segment has behind its
	 * part of the file.  (Laying files over such a mapping costs less than over that of a file.)
	 * Where an alignment larger than a page wants it, reserve more. */
	hi += align - page;
	n = sys_mmap(0, hi, SYS_PROT_READ | SYS_PROT_WRITE, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	why = (int)-n;
	if (sys_failed(n))
		goto out;
	start = (word)n;
	lo = (start - lo + align) & ~align;
	*r->aux[AT_BASE] = lo;
	r->entry = lo + f.e.e_entry;
	for (ph = f.ph; ph < end; ph++) {
		word at = lo + ph->p_vaddr, rest = at + ph->p_filesz;

		if (ph->p_type == PT_DYNAMIC) /* behind the segment that it lies in */
			door_mapped(lo, (const word *)at);
		if (ph->p_type != PT_LOAD || !ph->p_filesz)
			continue;
		at &= ~page;
		n = sys_mmap(at, rest - at, prot_of(ph), SYS_MAP_PRIVATE | SYS_MAP_FIXED, fd, ph->p_offset & ~page);
		if (sys_failed(n)) {
			sys_munmap(start, hi);
			why = (int)-n;
			goto out;
		}
		/* Zeros to the END of the last page: glibc's first allocator hands that rest out. */
		if (ph->p_flags & PF_W) {
			for (; rest % sizeof(word); rest++)
				*(volatile char *)rest = 0;
			arch_fill((word *)rest, 0, (-rest & page) / sizeof(word));
		}
	}
	why = 0;
out:
	return why;
}

/* ------------------------------------------------------------------ search */

/* Move what search has put together up to where the stack began, over everything but the frame of this
 * function, so that little of the stack is lost to the program; and go. */
static NOINLINE void leave(word *end, word *from_end, word *sp, word entry)
{
	arch_copy_back(end, from_end, (size_t)(end - sp));
	arch_jump((word)sp, entry);
}

/* Look at each entry of a list with colons, in which an empty one would be the current folder and is
 * passed over; without stop, at one file.  With a loader: finish what search has prepared and go. */
static INLINE void look(struct run *r, const char *s, char stop)
{
	int why;
	long fd;

	while (*s) {
		if (*s == stop) {
			s++;
			continue;
		}
		s = expand(r, r->path, s, stop);
		if (stop)
			copy(copy(r->p, "/"), door_loader());
		why = WHY_ORIGIN;
		if (*r->path != '$' || r->origin_size) {
			fd = sys_open(r->path);
			why = (int)-fd;
			if (!sys_failed(fd)) {
				why = map_loader(r, fd);
				sys_close(fd);
			}
		}
		if (r->report) {
			say(r->path);
			if (why)
				say_why(why);
			else
				say("\n");
		}
		if (!why) {
			r->interp->p_vaddr = (word)r->path - r->base;
			r->interp->p_filesz = r->interp->p_memsz = length(r->path) + 1;
			arch_copy(r->to, r->sp, (size_t)(r->end - r->sp));
			leave(r->end, r->to + (r->end - r->final), r->final, r->entry);
		}
	}
}

/* Search for the loader of a program of that path, 0 when it is not known. */
static NOINLINE void search(struct run *r, const char *program)
{
	size_t size, block, n;
	word phnum = r->phnum;
	struct phdr *table;
	char c;
	int i, plain = 1, last = 0;
	word up;

	/* The folder; and whether it may stand in a list, where ':' and '$' mean something. */
	r->origin_size = r->odd = 0;
	if (program && !prefix(program, "/memfd:")) {
		r->origin = program;
		for (n = 0; (c = program[n]); n++) {
			if (c == '/') {
				r->origin_size = n;
				last = plain;
			}
			if (c == ':' || c == '$')
				plain = 0;
		}
		r->origin_size += !r->origin_size; /* the root keeps its slash */
	}

	/* From below: the loader's stack, that is argc..auxv; a program header table that has PT_PHDR first
	 * and PT_INTERP last; the RUNPATH with the origin in place; the candidate. */
	block = (size_t)((char *)r->end - (char *)r->sp) + (phnum + 2) * sizeof *table;
	size = block + length(door_loader()) + 4;
	for (i = 0; i < SOURCES; i++)
		size += 2 * room(r, r->source[i]);
	r->to = __builtin_alloca_with_align(size + 16, 8 * 16);
	r->final = (word *)(((word)r->end - size) & -(word)16);
	up = (word)r->final - (word)r->to; /* what is put together here will be there */
	r->base = r->real_base - up;
	r->path = (char *)r->to + block;
	table = (struct phdr *)r->path - phnum - 2;
	arch_fill((word *)table, 0, sizeof *table / sizeof(word));
	table->p_type = PT_PHDR;
	table->p_vaddr = (word)table - r->base;
	table->p_filesz = table->p_memsz = (phnum + 2) * sizeof *table;
	table->p_paddr = r->phdr; /* till the loader has come back */
	*r->aux[AT_PHDR] = (word)table + up;
	*r->aux[AT_PHNUM] = phnum + 2;
	table++;
	r->interp = (struct phdr *)arch_copy((word *)table, (const word *)r->phdr, phnum * sizeof *table / sizeof(word));
	arch_fill((word *)r->interp, 0, sizeof *table / sizeof(word));
	for (; table < r->interp; table++) /* on arm it is not the first */
		if (table->p_type == PT_PHDR)
			table->p_type = PT_NULL;
	table->p_type = PT_INTERP;

	if (r->list)
		*r->runpath = last ? (word)r->path + up - (word)r->names : r->list;
	expand(r, r->path, r->source[RUNPATH], 0);
	r->path = r->p + 1;
	if (r->odd) /* nothing to musl, so nothing here */
		r->source[RUNPATH] = "";
	for (i = 0; i < SOURCES; i++)
		look(r, r->source[i], i % FALLBACK ? ':' : 0);
}

/* /proc/self/exe knows the program's path; for one in a memfd that is "/memfd:name (deleted)", which is
 * no place.  0: it does not.  Little stack is taken for it at first, and a page if that does not do. */
static NOINLINE long by_proc(struct run *r)
{
	size_t size = RELINTERP_LINK;
	char *path;
	long n;

	do {
		path = __builtin_alloca(size);
		n = sys_readlink("/proc/self/exe", path, size);
	} while (n == (long)size && (size = RELINTERP_PATH));
	if (n <= 0 || *path != '/')
		return 0;
	path[n] = 0;
	search(r, path);
	return 1;
}

/* Without /proc: the path that execve was given, made absolute, its symbolic links followed as far as
 * the last component goes (the kernel follows those of folders by itself).  What is longer than a path
 * may be does not grow any more, for readlink refuses it. */
static NOINLINE void by_path(struct run *r)
{
	char path[3 * RELINTERP_PATH], *p = path, *end;
	const char *name = (const char *)*r->aux[AT_EXECFN];
	int links = 40;
	long n;

	if (*name != '/') {
		n = sys_getcwd(path, RELINTERP_PATH);
		if (sys_failed(n) || *path != '/') { /* "(unreachable)/...": outside of this root */
			search(r, 0);
			return;
		}
		p += n;
		p[-1] = '/';
	}
	for (;;) {
		end = copy(p, name) + 1;
		n = sys_readlink(path, end, RELINTERP_PATH - 1);
		if (n <= 0 || !links--)
			break;
		end[n] = 0;
		name = end;
		p = path;
		if (*name != '/')
			for (p = end; p[-1] != '/'; p--)
				;
	}
	search(r, path);
}

/* The first look at /proc/self/exe in a process is dear, since /proc makes its inodes then: a twentieth
 * of a small program's start.  A loader spends that only when it wants the origin: with a library
 * besides libc, or for dlopen, whose name is then among a few strings, perhaps in the end of a longer
 * one.  A program with many strings is not worth the reading.  So: whether the path that execve was
 * given will do. */
static INLINE int plain(struct run *r, size_t size)
{
	const char *s = r->names, *end = s + size - 3, *program = (const char *)*r->aux[AT_EXECFN];
	char **arg = (char **)r->sp + 2;

	if (r->libraries > 1 || size > RELINTERP_STRINGS || *program != '/')
		return 0;
	while (s < end) {
		s = arch_find(s, (size_t)(end - s), 'd');
		if (four_letters(s - 1) == FOUR_LETTERS('d', 'l', 'o', 'p'))
			return 0;
	}
	/* An argument that begins with the program's path: perhaps a script with #!, whose path the kernel
	 * gives here and there. */
	for (; *arg; arg++)
		if (prefix(*arg, program))
			return 0;
	return sys_readlink(program, (char *)&r->odd, 1) == -SYS_EINVAL; /* it is there, and no link */
}

/* ------------------------------------------------------------------ the whole */

/* The loader has read its table of program headers; from here on AT_PHDR is the file's again, which
 * debuggers compare.  Tell the kernel where the loader is: /proc/PID/auxv and core files then have
 * AT_BASE.  What it calls code and data is what lies from the headers to .dynamic.  Where the kernel
 * does not let us (no CONFIG_CHECKPOINT_RESTORE, a sandbox) nothing is lost but that. */
static NOINLINE void come_back(struct run *r, word *auxv, struct mm_map *m)
{
	struct phdr *ph = (struct phdr *)r->end;
	word n;

	if (*r->aux[AT_PHDR] != (word)ph)
		return;
	*r->aux[AT_PHDR] = m->start_code = m->start_data = ph->p_paddr;
	*r->aux[AT_PHNUM] -= 2;
	m->end_code = m->end_data = (word)r->dynamic;
	m->start_stack = (word)r->sp;
	m->arg_start = r->sp[1];
	m->env_end = n = *r->aux[AT_EXECFN];
	if (r->sp[*r->sp + 2])
		n = r->sp[*r->sp + 2];
	m->arg_end = m->env_start = n;
	m->auxv = auxv;
	m->auxv_size = (uint32_t)((word)ph - (word)auxv);
	m->exe_fd = (uint32_t)-1;
	/* One byte of what the loader took stays the heap's, and with it the name. */
	m->brk = (word)sys_brk();
	m->start_brk = m->brk - 1;
	sys_prctl_mm_map(m, sizeof *m);
}

/* With the stack pointer as the kernel or the loader left it (argc, argv..., 0, envp..., 0, auxv...;
 * gABI chapter 3) and what the door wants to know: start the loader, or, when it has been here, come
 * back. */
static NOINLINE void enter(struct run *r, word *sp, word at)
{
	char **env = (char **)sp + *sp + 2;
	const struct phdr *ph;
	word *auxv, secure;
	const char *s, *program;
	size_t n;
	int i;

	r->sp = sp;
	r->none = r->report = r->libraries = 0;
	for (auxv = (word *)env; *auxv++;)
		;
	r->end = scan(r, r->aux, auxv);
	if (door_by_hand(*r->aux[AT_ENTRY]))
		return;
	r->phnum = *r->aux[AT_PHNUM];
	r->phdr = *r->aux[AT_PHDR] = door_phdr(*r->aux[AT_PHDR], r->phnum);
	for (ph = (const struct phdr *)r->phdr; ph->p_type != PT_DYNAMIC; ph++)
		;
	r->real_base = door_base(at, ph);
	r->dynamic = (word *)(r->real_base + ph->p_vaddr);
	r->libraries = 0;
	scan(r, r->dyn, r->dynamic);
	/* The loader has been here: both loaders write DT_DEBUG before they start the program, whoever
	 * started them; and AT_BASE, which the kernel leaves 0 without PT_INTERP, is set above. */
	if (*r->dyn[DT_DEBUG] | *r->aux[AT_BASE]) {
		door_debug_state();
		come_back(r, auxv, &r->map);
		return;
	}
	r->names = (const char *)(r->real_base + *r->dyn[DT_STRTAB]);
	r->runpath = r->dyn[DT_RUNPATH];
	if (!*r->runpath)
		r->runpath = r->dyn[DT_RPATH];
	r->list = *r->runpath;
	if (!(ph->p_flags & PF_W)) /* -z rodynamic: written to a place where it does no harm */
		r->runpath = &r->entry;

	arch_fill((word *)r->source, (word)"", SOURCES);
	if (*door_fallback() == '/')
		r->source[FALLBACK] = door_fallback();
	program = (const char *)*r->aux[AT_EXECFN];
	secure = *r->aux[AT_SECURE];
	/* The environment and the origin count only when the kernel says that the caller may be trusted. */
	if (!secure) {
		for (; *env; env++)
			if (**env == 'L' || **env == 'R')
				for (s = "RELINTERP_LOADER=\0LD_LIBRARY_PATH=\0\0RELINTERP_DEBUG=", i = 0; i < 3; s += 18, i++)
					if ((n = prefix(*env, s)))
						r->source[i] = *env + n;
		r->report = *r->source[RUNPATH];
		r->source[RUNPATH] = r->names + r->list;
		r->source[ORIGIN] = "$ORIGIN";
		if (!r->report && plain(r, *r->dyn[DT_STRSZ]))
			search(r, program);
	}
again: /* first in silence, then once more with a report */
	if (r->report) {
		say("relinterp: ");
		say(program);
		say(": ");
	}
	if (secure)
		search(r, 0);
	else if (!by_proc(r))
		by_path(r);
	if (!r->report) {
		r->report = 1;
		goto again;
	}
	say(secure ? "raised privileges need an absolute fallback\n"
		   : "no loader; put one there or set RELINTERP_LOADER=FILE\n");
	sys_exit(RELINTERP_STATUS);
}

/* In a frame of its own, so that every access to r is a short one. */
static INLINE void relinterp_enter(word *sp, word at)
{
	struct run r;

	enter(&r, sp, at);
}
