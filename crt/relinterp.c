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

/* What is wanted of the auxiliary vector, and as much of .dynamic; one tag more, since the place behind
 * those of a list takes what is not wanted. */
#if defined(ARCH_PAGE) && !defined(RELINTERP_FAKE_SYS)
#define page_bits(r) ((word)ARCH_PAGE - 1)
enum { PHDR, PHNUM, BASE, ENTRY, SECURE, EXECFN, AUX };
#define ALSO
#else
#define page_bits(r) (*(r)->at[PAGESZ] - 1)
enum { PHDR, PHNUM, BASE, ENTRY, SECURE, EXECFN, PAGESZ, AUX };
#define ALSO [PAGESZ] = AT_PAGESZ,
#endif
enum { STRTAB = AUX, STRSZ, RPATH, DEBUG, RUNPATH_SLOT, SYMTAB, SLOTS = 2 * AUX + 1 };
static const char tags[SLOTS] __attribute__((aligned(2))) = {
	[PHDR] = AT_PHDR, [PHNUM] = AT_PHNUM, [BASE] = AT_BASE, [ENTRY] = AT_ENTRY, [SECURE] = AT_SECURE, [EXECFN] = AT_EXECFN, ALSO
	[STRTAB] = DT_STRTAB, [STRSZ] = DT_STRSZ, [RPATH] = DT_RPATH, [DEBUG] = DT_DEBUG, [RUNPATH_SLOT] = DT_RUNPATH,
	[SYMTAB] = DT_SYMTAB,
};

/* One start of one program, in two halves: a machine reaches what lies a little below a pointer with
 * instructions as short as what lies a little above. */
struct below {
	const char *origin;  /* the program's path up to its last slash; */
	size_t origin_size;  /* 0: there is none */
	char *path;          /* the candidate */
	char *p;             /* the end of what expand has written */
	const char *source[SOURCES];
	const char *program; /* as execve was given it */
	const char *names;   /* the program's .dynstr */
	word list;           /* what stands in the slot of DT_RUNPATH or DT_RPATH, 0: not to be written */
	word *end;           /* of the auxiliary vector */
	unsigned odd;        /* a $ that is not $ORIGIN was seen */
	unsigned report;     /* say what comes of each candidate */
	word libraries;      /* so many DT_NEEDED */
	word entry;          /* the loader's; before that 0, which an entry has that is not there */
};
struct run {
	union {
		word *at[SLOTS];   /* where the values of those tags are; */
		struct mm_map map; /* in the end, when AT_PHDR is the file's again */
	};
	word base;           /* where the program is */
	word *sp;            /* the stack as it is */
	word phdr, phnum;    /* the program's own headers */
};
#define below(r) ((struct below *)(r) - 1)

/* ------------------------------------------------------------------ the initial stack */

/* Note where the values of the tags of .dynamic or of the auxiliary vector are; the first of them is given.
 * The end of the list. */
static NOINLINE word *scan(struct run *r, unsigned first, word *list)
{
	const char *wanted = &tags[first];
	word **at = &r->at[first] - 1;

	for (; *list; list += 2) {
		if (*list < TAGS)
			at[arch_find(wanted, AUX + 1, (char)*list) - wanted] = list + 1;
		if (door_wants() < 0 && *list == DT_NEEDED)
			below(r)->libraries++;
	}
	return list + 2;
}

/* ------------------------------------------------------------------ text */

#ifndef DOOR_FOLDER
#define DOOR_FOLDER "\025a folder\0"
#endif

static NOINLINE void say(const char *s)
{
	sys_write(2, s, length(s));
}

/* What follows in the line. */
static NOINLINE void item(const char *s)
{
	say(": ");
	say(s);
}

/* One string of code, text, NUL, ..., 127, text for the rest: an array of pointers would need
 * relocations.  0 is success, which ends the line. */
static inline void say_why(int why)
{
	const char *t = "\0ok\n\0"
			"\001noexec mount?\0"
			"\002no such file\0"
			"\015no access\0"
			DOOR_FOLDER
			"\026not ELF\0"
			"\044too long\0"
			"\063wrong machine/type\0"
			"\064damaged\0"
			"\177unusable";

	while (*t != why && *t != 127)
		t = arch_find(t + 1, 99, 0);
	item(t + 1);
}

/* ------------------------------------------------------------------ names */

/* The length of $ORIGIN or ${ORIGIN} at s, else 0.  As musl does, no end of the word is asked for. */
static INLINE size_t origin_token(const char *s)
{
	size_t n = prefix(s, "$ORIGIN");

	return n ? n : prefix(s, "${ORIGIN}");
}

/* Copy a list, or its first entry, to the candidate's place, with the origin in place of $ORIGIN.  What is
 * left of the list. */
static NOINLINE const char *expand(struct run *r, const char *s, int stop)
{
	char *to = below(r)->path, c;
	size_t n;

	while ((c = *s) && c != stop) {
		*to = c;
		if (c == '$') {
			n = origin_token(s);
			if (n) {
				s += n;
				to = arch_move(to, below(r)->origin, below(r)->origin_size);
				continue;
			}
			if (door_musl())
				below(r)->odd = 1;
		}
		to++, s++;
	}
	*to = 0;
	below(r)->p = to;
	return s;
}

/* ------------------------------------------------------------------ a loader's file */

/* PF_X and PF_W are PROT_EXEC and PROT_WRITE; no segment has both. */
static INLINE long prot_of(const struct phdr *ph)
{
	word x = ph->p_flags & PF_X;

	__asm__("" : "+r"(x)); /* else clang takes it for three bits turned around, and does that at length */
	return (long)(SYS_PROT_READ + (ph->p_flags & PF_W) + x * SYS_PROT_EXEC);
}

/* The beginning of a loader's file. */
struct head {
	struct ehdr e;
	struct phdr ph[RELINTERP_HEADERS];
};

/* Why what begins so is no loader; 0: it may be one.  No more of the header is looked at than is relied on. */
static INLINE int strange(const struct head *f)
{
	if (*(const uint32_t *)f->e.e_ident != ELF_MAGIC)
		return WHY_NOT_ELF;
	if (*(const uint16_t *)(f->e.e_ident + EI_CLASS) != TWO(8, ELF_CLASS, ELF_DATA) ||
	    *(const uint32_t *)&f->e.e_type != TWO(16, ET_DYN, ARCH_MACHINE))
		return WHY_KIND;
	if (*(const uint32_t *)&f->e.e_ehsize != TWO(16, sizeof f->e, sizeof *f->ph) || f->e.e_phoff != sizeof f->e || f->e.e_phnum > RELINTERP_HEADERS)
		return WHY_DAMAGED;
	return 0;
}

/* Check the file behind fd and map it.  0, or why not.  Of a file that the kernel refuses to map executable
 * what was laid before it stays, and what was reserved for it; of one that was mapped to be looked at, that:
 * nobody knows of them. */
static NOINLINE int map_loader(struct run *r, long fd)
{
	struct head head;
	const struct phdr *ph, *end;
	word page = page_bits(r); /* of an address, those within a page */
	word align = 0, hi = 0, zeros = 0, size, base, whole, *dynamic = 0;
	int why;
	long n;

	/* A file that is perhaps laid over itself is mapped to be read, too.  Copied all the same: whoever writes
	 * to the file, and what is laid there, changes nothing that has been looked at. */
	size = (word)sys_size(fd);
	if (door_whole())
		n = sys_mmap(0, size, SYS_PROT_READ, SYS_MAP_PRIVATE, fd, 0);
	else
		n = sys_pread(fd, &head, sizeof head, 0);
	if (sys_failed(n))
		goto failed;
	if (door_whole()) /* behind the end of a file there are zeros on its page */
		arch_copy((word *)&head, (const word *)n, sizeof head / sizeof(word));
	else if (n != sizeof head) /* no loader is that small */
		return WHY_NOT_ELF;
	whole = (word)n;
	why = strange(&head);
	if (why)
		return why;

	/* Everything that is relied on below: segments ascend, no two on one page, none writable and
	 * executable; they lie in the file (a page behind its end would be a SIGBUS); offsets and addresses
	 * agree within a page; nothing is larger than 2 GiB, so no sum wraps and what would be negative
	 * is seen; the entry lies among them. */
	end = head.ph + head.e.e_phnum;
	for (ph = head.ph; ph != end; ph++) {
		if (ph->p_type != PT_LOAD)
			continue;
		if ((ph->p_offset | ph->p_vaddr | ph->p_align | ph->p_filesz | (size - ph->p_offset - ph->p_filesz) |
		     (ph->p_memsz - ph->p_filesz) | (ph->p_vaddr - hi)) >> 30 | ((ph->p_vaddr ^ ph->p_offset) & page) ||
		    !(~ph->p_flags & (PF_W | PF_X)))
			return WHY_DAMAGED;
		align = ph->p_align;
		align -= align > 0; /* linkers give all the same */
		hi = (ph->p_vaddr + ph->p_memsz + page) & ~page;
		zeros |= hi - ph->p_vaddr - ph->p_filesz;
	}
	if (head.e.e_entry - 1 >= hi - 1)
		return WHY_DAMAGED;

	/* Reserve the whole span, with pages of zeros that can be written: what a segment has behind its
	 * part of the file.  (Laying files over such a mapping costs less than over that of a file.)
	 * Where an alignment larger than a page wants it, reserve more.  Or lay them over the file as it was
	 * read, where that is just as long: a stripped one without pages of zeros. */
	hi += align & ~page;
	if (!door_whole() || (zeros | (hi - size)) > page) {
		if (door_whole())
			sys_munmap(whole, size);
		whole = (word)-1; /* no page's, for what is reserved may lie where that was */
		n = sys_mmap(0, hi, SYS_PROT_READ | SYS_PROT_WRITE, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
		if (sys_failed(n))
			goto failed;
	}
	base = ((word)n + align) & ~align;
	*r->at[BASE] = base;
	for (ph = head.ph; ph != end; ph++) {
		word at = base + ph->p_vaddr, rest = at + ph->p_filesz, off;

		if (ph->p_type == PT_DYNAMIC)
			dynamic = (word *)at;
		if (ph->p_type != PT_LOAD)
			continue;
		off = ph->p_offset & ~page;
		at &= ~page;
		if (rest == at) /* nothing but zeros */
			continue;
		if (at == whole && !(off | (ph->p_flags & (PF_W | PF_X)))) /* it is there */
			continue;
		n = sys_mmap(at, rest - at, prot_of(ph), SYS_MAP_PRIVATE | SYS_MAP_FIXED, fd, off);
		if (sys_failed(n))
			goto failed;
		/* Zeros to the END of the last page: glibc's first allocator hands that rest out. */
		if (ph->p_flags & PF_W)
			arch_clear((char *)rest, (unsigned)(-rest & page));
	}
	below(r)->entry = base + head.e.e_entry;
	door_mapped(r, base, dynamic);
	return 0;
failed:
	return (int)-n;
}

/* ------------------------------------------------------------------ search */

/* Search for the loader of a program of that path, and start it: each source of r->source is a list with
 * colons, in which an empty entry would be the current folder and is passed over; the first and the
 * last are files.  Comes back when there is none. */
#define PHDR_WORDS (sizeof(struct phdr) / sizeof(word))
static NOINLINE void search(struct run *r, const char *program)
{
	size_t stack = (size_t)(below(r)->end - r->sp), words = (r->phnum + 2) * PHDR_WORDS, n, i;
	struct phdr *table, *interp;
	word *to;
	const char *s;
	char c, *p, plain = 1, last = 0;
	unsigned odd;
	int stop, why;
	long fd;

	/* The folder; and whether it may stand in a list, where ':' and '$' mean something. */
	below(r)->origin_size = 0;
	if (door_musl())
		below(r)->odd = 0;
	below(r)->origin = program;
	for (n = 0; (c = program[n]); n++) {
		if (c == '/') {
			below(r)->origin_size = n + !n; /* the root keeps its slash */
			last = plain;
		}
		if (c == ':' || c == '$')
			plain = 0;
	}

	/* From below: the loader's stack, that is argc..auxv; a program header table that has PT_PHDR first
	 * and PT_INTERP last; the RUNPATH with the origin in place; the candidate.  The headers of the
	 * program take as much as theirs; of the two added ones loaders read but p_vaddr. */
	n = length(door_loader());
	for (i = SOURCES; i--;)
		for (s = below(r)->source[i]; *s; n++)
			if (*s++ == '$')
				n += below(r)->origin_size;
	char memory[(stack + words) * sizeof *to + 2 * n + 4] __attribute__((aligned(16)));
	to = (word *)(void *)memory;
	table = (struct phdr *)(to + stack);
	*r->at[PHDR] = (word)table;
	*r->at[PHNUM] = r->phnum + 2;
	below(r)->path = (char *)arch_fill((word *)table, 0, words);
	table->p_type = PT_PHDR;
	table->p_vaddr = (word)table - r->base;
	table->p_paddr = r->phdr; /* till the loader has come back */
	table++;
	interp = (struct phdr *)arch_copy((word *)table, (const word *)r->phdr, words - 2 * PHDR_WORDS);
	for (; table < interp; table++) /* on arm it is not the first */
		if (table->p_type == PT_PHDR)
			table->p_type = PT_NULL;
	table->p_type = PT_INTERP;

	if (below(r)->list)
		*r->at[RUNPATH_SLOT] = last ? (word)below(r)->path - (word)below(r)->names : below(r)->list;
	expand(r, below(r)->source[RUNPATH], 0);
	below(r)->path = below(r)->p + 1;
	odd = door_musl() && below(r)->odd;

	for (i = 0; i < SOURCES; i++) {
		stop = i % FALLBACK ? ':' : 0;
		s = below(r)->source[i];
		if (i == RUNPATH && odd) /* nothing to musl, so nothing here */
			continue;
		while (*s) {
			if (*s == stop) {
				s++;
				continue;
			}
			s = expand(r, s, stop);
			if (stop) {
				p = below(r)->p;
				*p++ = '/';
				arch_string(p, door_loader());
			}
			fd = sys_open(below(r)->path);
			if (sys_failed(fd)) {
				why = (int)-fd;
			} else {
				why = map_loader(r, fd);
				sys_close(fd);
			}
			if (below(r)->report) {
				item(below(r)->path);
				say_why(why);
			}
			if (!why) {
				interp->p_vaddr = (word)below(r)->path - r->base;
				arch_copy(to, r->sp, (size_t)(below(r)->end - r->sp));
				arch_jump((word)to, below(r)->entry);
			}
		}
	}
}

/* Find out what the program's path is, and search.  /proc/self/exe knows it; for one in a memfd that is
 * "/memfd:name (deleted)", which is no place.  Without /proc: the path that execve was given, made
 * absolute, its symbolic links followed as far as the last component goes (the kernel follows those of
 * folders by itself).  What is longer than a path may be does not grow any more, for readlink
 * refuses it.  Where nothing tells, the origin is /proc/self/exe itself: a file, so that neither it nor
 * any .. behind it leads anywhere. */
static NOINLINE void ask(struct run *r)
{
	char *path, *p, *end;
	size_t size = RELINTERP_LINK;
	const char *name = below(r)->program;
	int links = 40;
	long n;

again:
	path = p = __builtin_alloca(size);
	*(uint32_t *)(void *)path = 0; /* as many as are looked at below */
	n = sys_readlink("/proc/self/exe", path, size);
	if (*path == '/' && n < (long)size) {
		path[n] = 0;
		if (four_letters(path + 1) == FOUR_LETTERS('m', 'e', 'm', 'f') && four_letters(path + 3) == FOUR_LETTERS('m', 'f', 'd', ':'))
			goto nowhere;
	} else if (size == RELINTERP_LINK) {
		size = 2 * RELINTERP_PATH;
		goto again;
	} else {
		if (*name != '/') {
			n = sys_getcwd(path, RELINTERP_PATH);
			if (*path != '/') { /* none, or "(unreachable)/...", outside of this root */
nowhere:
				path = (char *)(word)"/proc/self/exe/";
				goto out;
			}
			p += n;
			p[-1] = '/';
		}
		for (;;) {
			end = arch_string(p, name) + 1;
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
	}
out:
	search(r, path);
}

/* The first look at /proc/self/exe in a process is dear, since /proc makes its inodes then: a twentieth
 * of a small program's start.  A loader spends that only when it wants the origin: with a library
 * besides libc, or for dlopen, whose name is then among the strings, perhaps in the end of a longer
 * one.  A program with many strings is not worth the reading.  So: whether the path that execve was
 * given will do.  (Of a program that is patched package patcher has found that out.) */
static INLINE int plain(struct run *r, size_t size)
{
	const char *s = below(r)->names, *end = s + size - 3, *program = below(r)->program;
	char **arg = (char **)r->sp + 2;

	if (*program != '/' || (door_wants() < 0 ? below(r)->libraries > 1 : door_wants()))
		return 0;
	while (door_wants() < 0 && s < end) {
		s = arch_find(s, (size_t)(end - s), 'd');
		if (four_letters(s - 1) == FOUR_LETTERS('d', 'l', 'o', 'p'))
			return 0;
	}
	/* An argument that begins with the program's path: perhaps a script with #!, whose path the kernel
	 * gives here and there. */
	for (; *arg; arg++)
		if (prefix(*arg, program))
			return 0;
	return sys_readlink(program, (char *)&below(r)->odd, 1) == -SYS_EINVAL; /* it is there, and no link */
}

/* ------------------------------------------------------------------ the whole */

/* The loader has read its table of program headers; from here on AT_PHDR is the file's again, which
 * debuggers compare.  Tell the kernel where the loader is (the stub, which is to be small, does not):
 * /proc/PID/auxv and core files then have AT_BASE.  What it calls code is what lies from the headers to .dynamic.  Where the kernel
 * does not let us (no CONFIG_CHECKPOINT_RESTORE, a sandbox) nothing is lost but that. */
static INLINE void come_back(struct run *r, word *sp, word *auxv, word *dynamic)
{
	struct phdr *ph = (struct phdr *)below(r)->end;
	struct mm_map *m = &r->map;
	word n;

	if (*r->at[PHDR] != (word)ph)
		return;
	*r->at[PHNUM] -= 2;
	*r->at[PHDR] = n = ph->p_paddr;
	if (!door_tell())
		return;
	m->start_code = n;
	m->end_code = m->start_data = m->end_data = (word)dynamic; /* what is data counts against RLIMIT_DATA at each brk */
	m->start_stack = (word)sp;
	m->arg_start = sp[1];
	m->env_end = n = (word)below(r)->program;
	if (sp[*sp + 2])
		n = sp[*sp + 2];
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
static INLINE void enter(struct run *r, word *sp, word at, word hand)
{
	char **env = (char **)sp + *sp + 2;
	const struct phdr *ph;
	word *auxv, *dynamic, secure, list;
	const char *s;
	size_t n;
	int i;

	r->sp = sp;
	below(r)->report = below(r)->entry = 0;
	if (door_wants() < 0)
		below(r)->libraries = 0;
	for (auxv = (word *)env; *auxv++;)
		;
	arch_fill((word *)r->at, (word)&below(r)->entry, SLOTS);
	below(r)->end = scan(r, 0, auxv);
	below(r)->program = (const char *)*r->at[EXECFN];
	if (door_by_hand(*r->at[ENTRY]))
		return;
	r->phnum = *r->at[PHNUM];
	r->phdr = *r->at[PHDR] = door_phdr(*r->at[PHDR], r->phnum);
	for (ph = (const struct phdr *)r->phdr; ph->p_type != PT_DYNAMIC; ph++)
		;
	r->base = door_base(at, ph);
	dynamic = (word *)(r->base + ph->p_vaddr);
#ifdef arch_touch
	/* Its page will be written, here and by the loader.  Written before it is read it costs one fault
	 * and not two; but only the kernel leaves it so that it can be: no register holds a function for
	 * atexit then, and AT_ENTRY is the entry. */
	hand |= *r->at[BASE];
	if (!hand && door_fresh(*r->at[ENTRY]) && ph->p_flags & PF_W)
		arch_touch(dynamic);
#else
	hand = *r->at[BASE]; /* the register may hold anything */
#endif
	scan(r, AUX, dynamic);
	/* The loader has been here: both loaders write DT_DEBUG before they start the program, whoever
	 * started them, if there is one; AT_BASE, which the kernel leaves 0 without PT_INTERP, is set above;
	 * glibc's hands over a function. */
	if (*r->at[DEBUG] | hand) {
		door_debug_state();
		come_back(r, sp, auxv, dynamic);
		return;
	}
	below(r)->names = (const char *)(r->base + *r->at[STRTAB]);
	if (!*r->at[RUNPATH_SLOT])
		r->at[RUNPATH_SLOT] = r->at[RPATH];
	list = *r->at[RUNPATH_SLOT];
	below(r)->list = ph->p_flags & PF_W ? list : 0; /* -z rodynamic: left alone */

	arch_fill((word *)below(r)->source, (word)(auxv - 1), SOURCES);
	if (!door_tell() || *door_fallback() == '/') /* of the stub's package patcher takes no other */
		below(r)->source[FALLBACK] = door_fallback();
	secure = *r->at[SECURE];
	/* The environment and the origin count only when the kernel says that the caller may be trusted. */
	if (!secure) {
		for (; *env; env++)
			for (s = "RELINTERP_DEBUG=\0\0LD_LIBRARY_PATH=\0\0RELINTERP_LOADER=", i = 3; i--; s += 18)
				if ((n = prefix(*env, s)))
					below(r)->source[i] = *env + n;
		below(r)->report = *below(r)->source[RUNPATH];
		below(r)->source[RUNPATH] = below(r)->names + list;
		below(r)->source[ORIGIN] = "$ORIGIN";
		if (!below(r)->report && plain(r, *r->at[STRSZ]))
			search(r, below(r)->program);
	}
again: /* first in silence, then once more with a report */
	if (below(r)->report) {
		say("relinterp");
		item(below(r)->program);
	}
	if (secure)
		search(r, (const char *)(auxv - 1));
	else
		ask(r);
	if (++below(r)->report == 1)
		goto again;
	item(secure ? "privileges need a fallback\n"
		   : "put one there or set RELINTERP_LOADER\n");
	sys_exit(RELINTERP_STATUS);
}

static INLINE void relinterp_enter(word *sp, word at, word hand)
{
	struct {
		struct below below;
		struct run run;
	} r;
	struct run *p = &r.run;

	__asm__("" : "+r"(p)); /* in a register, from which every access is a short one */
	enter(p, sp, at, hand);
}
