/* The body of the entry object, top to bottom in the order in which things happen:
 * read the stack, refuse if secure, find the origin, search, open, check, map, present, jump.
 *
 * Nothing here may need a relocation, a writable static, a GOT or libc: when it runs, the kernel
 * has mapped the program and nobody has linked it. */
#include "relinterp.h"

#include "mem.h"
#include "sys.h"

/* PR_SET_MM_MAP's argument (prctl(2), include/uapi/linux/prctl.h: struct prctl_mm_map). */
struct mm_map {
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk;
	uint64_t start_stack, arg_start, arg_end, env_start, env_end;
	word *auxv;
	uint32_t auxv_size;
	uint32_t exe_fd;
};

/* What is searched, in this order: that in which the loader will look for libc, so that both come
 * from one place.  The first and the last are files, the others lists of folders. */
enum { LOADER, LIBRARY_PATH, RUNPATH, ORIGIN, FALLBACK, SOURCES };

/* One start of one program.  Its size decides how many pages of the stack are touched. */
struct run {
	char *p;         /* where the next name in text goes; a NUL always stands there */
	char *text;      /* names, one behind the other: the origin, the RUNPATH with the origin in
	                  * place, the report, the candidate */
	char *text_end;  /* where p never goes beyond by more than a word */
	char *path;      /* the candidate */
	char *report;    /* 0, or: the second try; keep what came of each candidate */
	unsigned origin; /* length of the origin's path, 0 when it is not known */
	unsigned full;   /* a name did not fit */
	unsigned size;   /* of text */
	unsigned odd;    /* a $ that is not $ORIGIN was seen */
	const char *program; /* the path that execve was given */
	word *sp; /* the loader's */
	word *auxv;
	word loader_base;
	word loader_entry;
	const char *source[SOURCES];
	char first_text[RELINTERP_TEXT] __attribute__((aligned(sizeof(word))));
	word room[RELINTERP_HEADERS / sizeof(word)]; /* a loader's headers; then the stack's new part */
};

/* ------------------------------------------------------------------ the initial stack */

/* Where the value of a tag of .dynamic or of the auxiliary vector is; without that tag, where the
 * value of the last entry is, a zero. */
static word *find(word *list, word tag)
{
	for (; *list && *list != tag; list += 2)
		;
	return list + 1;
}

/* ------------------------------------------------------------------ text */

static void put(struct run *r, const char *s, size_t n)
{
	char *p = r->p;
	const char *end = s + n;

	if ((long)n > r->text_end - p) {
		end = s;
		r->full = 1;
	}
	while (s < end)
		*p++ = *s++;
	*p = 0;
	r->p = p;
}

static void puts0(struct run *r, const char *s)
{
	put(r, s, length(s));
}

/* One string of code, text, NUL, ..., 0, text for the rest: an array of pointers would need
 * relocations. */
static void put_why(struct run *r, int why)
{
	const char *t = "\001not permitted (noexec?)\0"
			"\002no such file\0"
			"\015permission denied\0"
			"\025is a folder\0"
			"\044path too long\0"
			"\056own path not known\0"
			"\057not an ELF file\0"
			"\063for another machine\0"
			"\064not a loader, truncated or damaged\0"
			"\0cannot be opened or mapped";

	while (*t && *t != why)
		t += length(t) + 1;
	puts0(r, t + 1);
}

/* ------------------------------------------------------------------ the origin */

/* The length of $ORIGIN or ${ORIGIN} at s, else 0.  As musl does, no end of the word is asked for. */
static size_t origin_token(const char *s)
{
	size_t n = prefix(s, "$ORIGIN");

	return n ? n : prefix(s, "${ORIGIN}");
}

/* Before a relative path append the current folder and a slash: it is only as good as that.  0, or why
 * not. */
static int put_cwd(struct run *r, const char *path)
{
	long n;

	if (*path == '/')
		return 0;
	n = sys_getcwd(r->p, (size_t)(r->text + r->size - r->p));
	r->full |= n == -SYS_ERANGE;
	if (sys_failed(n))
		return (int)-n;
	if (*r->p != '/') /* "(unreachable)/...": outside of this root */
		return WHY_ORIGIN;
	r->p += n - 1;
	puts0(r, "/");
	return 0;
}

/* The first look at /proc/self/exe in a process is dear, since /proc makes its inodes then: a twentieth
 * of a small program's start.  A loader spends that only when it wants the origin.  So this is whether
 * it will: with a library besides libc, or for dlopen, whose name is then among a few strings.  A
 * program with many strings is not worth the reading. */
static int wants_origin(word *dynamic, const char *strtab)
{
	const char *end = strtab + *find(dynamic, DT_STRSZ);
	int libraries = 0;

	for (; *dynamic; dynamic += 2)
		libraries += *dynamic == DT_NEEDED;
	if (libraries > 1 || end - strtab > RELINTERP_STRINGS)
		return 1;
	/* Anywhere: linkers let a name lie in the end of a longer one. */
	for (; strtab < end; strtab++)
		if (*strtab == 'd' && prefix(strtab, "dlopen"))
			return 1;
	return 0;
}

/* Find the folder of the program and leave it at r->text, without a slash at its end.
 * /proc/self/exe knows it; for a program in a memfd that says "/memfd:name (deleted)", which is no
 * place, as the "/dev/fd/N" of fexecve is none.  Without /proc: the path that execve was given, made
 * absolute, its symbolic links followed as far as the last component goes (the kernel follows those of
 * folders by itself).  quick: the same though there may be a /proc. */
static void find_origin(struct run *r, int quick)
{
	const char *name = r->program;
	char *end = r->text;
	int links = 40;
	long n = quick ? -1 : sys_readlink("/proc/self/exe", end, (size_t)(r->text_end - end));

	if (sys_failed(n) || *end != '/') {
		if (put_cwd(r, name))
			return;
		puts0(r, name);
		while (links-- && (n = sys_readlink(r->text, r->p + 1, (size_t)(r->text_end - r->p - 1))) > 0) {
			name = r->p + 1;
			r->full |= name + n == r->text_end;
			while (r->p > end && (*name == '/' || r->p[-1] != '/'))
				r->p--;
			put(r, name, (size_t)n);
		}
		end = r->p;
	} else {
		end += n;
		*end = 0;
	}
	r->full |= end == r->text_end;
	if (r->full || prefix(r->text, "/memfd:") || prefix(r->text, "/dev/fd/"))
		return;
	while (*--end != '/')
		;
	end += end == r->text; /* the root keeps its slash */
	r->origin = (unsigned)(end - r->text);
}

/* Copy one entry of a list, up to stop or the end, with the origin in place of $ORIGIN where it is
 * known.  Where the entry ends. */
static const char *expand(struct run *r, const char *s, char stop)
{
	size_t n;

	for (;;) {
		for (n = 0; s[n] && s[n] != stop && s[n] != '$'; n++)
			;
		put(r, s, n);
		s += n;
		if (*s != '$')
			return s;
		n = origin_token(s);
		r->odd |= !n;
		if (n && r->origin)
			put(r, r->text, r->origin);
		else
			put(r, s, n += !n);
		s += n;
	}
}

/* ------------------------------------------------------------------ a loader's file */

/* PF_X, PF_W, PF_R are PROT_EXEC, PROT_WRITE, PROT_READ in the other order. */
static inline long prot_of(const struct phdr *ph)
{
	return 0x73516240 >> (ph->p_flags & 7) * 4 & 7;
}

/* Check the file behind fd and map it.  0, or why not; then nothing of it stays mapped. */
static int map_loader(struct run *r, long fd)
{
	const struct ehdr *e = (const struct ehdr *)r->room;
	word page = *find(r->auxv, AT_PAGESZ) - 1; /* the bits of an address within a page */
	word align = page, lo = 0, hi = 0, last = 0, bias = 0;
	const struct phdr *ph, *end;
	word start;
	int why = WHY_DAMAGED;
	long n = sys_pread(fd, r->room, sizeof r->room, 0);

	if (sys_failed(n))
		return (int)-n;
	if (n < (long)sizeof *e || *(const uint32_t *)e->e_ident != ELF_MAGIC)
		return WHY_NOT_ELF;
	if (e->e_ident[EI_CLASS] != ELF_CLASS || e->e_ident[EI_DATA] != ELF_DATA || e->e_machine != ARCH_MACHINE)
		return WHY_MACHINE;
	if (e->e_type != ET_DYN || e->e_phentsize != sizeof *ph || e->e_phoff % sizeof(word) ||
	    e->e_phoff > (word)n || e->e_phnum > ((word)n - e->e_phoff) / sizeof *ph)
		return WHY_DAMAGED;
	ph = (const struct phdr *)((const char *)e + e->e_phoff);
	end = ph + e->e_phnum;

	/* Everything that is relied on below: segments ascend, no two on one page, none writable and
	 * executable; offsets and addresses agree within a page; nothing is larger than 1 GiB, so no
	 * sum wraps; the entry lies in code. */
	for (; ph < end; ph++) {
		word v;

		if (ph->p_type != PT_LOAD)
			continue;
		if (!hi)
			lo = ph->p_vaddr & ~page;
		v = ph->p_vaddr - lo;
		if ((v | ph->p_offset | ph->p_filesz | ph->p_memsz | ph->p_align) >> 30 || v < hi || ph->p_filesz > ph->p_memsz ||
		    (v ^ ph->p_offset) & page || !(~ph->p_flags & (PF_W | PF_X)))
			return WHY_DAMAGED;
		if (ph->p_flags & PF_X && e->e_entry && e->e_entry - ph->p_vaddr < ph->p_filesz)
			why = 0;
		align |= ph->p_align - !!ph->p_align;
		if (last < ph->p_offset + ph->p_filesz)
			last = ph->p_offset + ph->p_filesz;
		hi = (v + ph->p_memsz + page) & ~page;
	}
	if (why)
		return why;
	/* A page behind the file's end would be a SIGBUS: see that the last byte is there. */
	if (sys_pread(fd, &n, 1, last - 1) != 1)
		return WHY_DAMAGED;

	/* Reserve the whole span, with pages of zeros that can be written: what a segment has behind its
	 * part of the file.  (Laying files over such a mapping costs less than over that of a file.)
	 * Where an alignment larger than a page wants it, reserve more and give back the ends. */
	n = sys_mmap(0, hi + align - page, SYS_PROT_READ | SYS_PROT_WRITE, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	if (sys_failed(n))
		return (int)-n;
	start = (word)n;
	bias = ((start - lo + align) & ~align);
	if (align != page) {
		sys_munmap(start, bias + lo - start);
		sys_munmap(bias + lo + hi, start + align - page - bias - lo);
	}
	for (ph = end - e->e_phnum; ph < end; ph++) {
		word rest = bias + ph->p_vaddr + ph->p_filesz;
		word file = (rest + page) & ~page;

		if (ph->p_type == PT_DYNAMIC) /* behind the segment that it lies in */
			door_mapped(bias, (const word *)(bias + ph->p_vaddr));
		if (ph->p_type != PT_LOAD)
			continue;
		start = (bias + ph->p_vaddr) & ~page;
		if (rest > start) {
			n = sys_mmap(start, rest - start, prot_of(ph), SYS_MAP_PRIVATE | SYS_MAP_FIXED, fd, ph->p_offset & ~page);
			if (sys_failed(n)) {
				sys_munmap(bias + lo, hi);
				return (int)-n;
			}
		}
		/* Zeros to the END of the last page: glibc's first allocator hands that rest out. */
		if (ph->p_flags & PF_W) {
			for (; rest % sizeof(word); rest++)
				*(volatile char *)rest = 0;
			arch_zero((word *)rest, (file - rest) / sizeof(word));
		}
	}
	r->loader_base = bias;
	r->loader_entry = bias + e->e_entry;
	return 0;
}

/* ------------------------------------------------------------------ search */

/* Look at each entry of a list with colons, in which an empty one would be the current folder and is
 * passed over; without a name, at one file.  1 when one of them is now the loader, or when a name did
 * not fit and there is more room to be had. */
static int look(struct run *r, const char *s, const char *name)
{
	const char *next;
	long fd;
	int why;

	for (; s && *s; s = next) {
		next = s + 1;
		if (*s == ':' && name)
			continue;
		r->p = r->path;
		why = r->origin ? 0 : WHY_ORIGIN;
		if (!origin_token(s))
			why = put_cwd(r, s);
		next = expand(r, s, name ? ':' : 0);
		if (name) {
			puts0(r, "/");
			puts0(r, name);
		}
		if (r->full) {
			if (r->size <= RELINTERP_TEXT_MAX)
				return 1;
			why = SYS_ENAMETOOLONG;
			r->full = 0;
		}
		if (!why) {
			fd = sys_open(r->path);
			why = (int)-fd;
			if (!sys_failed(fd)) {
				why = map_loader(r, fd);
				sys_close(fd);
			}
		}
		if (!why)
			return 1;
		if (r->report) {
			puts0(r, ": ");
			put_why(r, why);
			puts0(r, "; ");
			r->path = r->p;
		}
	}
	return 0;
}

/* ------------------------------------------------------------------ the whole */

static void header(struct phdr *ph, uint32_t type, word start, word end, word base)
{
	ph->p_type = type;
	ph->p_flags = PF_R;
	ph->p_vaddr = start - base;
	ph->p_filesz = ph->p_memsz = end - start;
}

/* With the stack pointer as the kernel or the loader left it (argc, argv..., 0, envp..., 0, auxv...;
 * gABI chapter 3) and what the door wants to know: start the loader, or, when it has been here, come
 * back. */
static __attribute__((noinline)) void enter(struct run *r, word *sp, word at)
{
	char **env = (char **)sp + *sp + 2;
	const struct phdr *phdr;
	word *dynamic = 0;
	struct phdr *first, *ph;
	struct mm_map *m;
	word *auxv_end, *list, *to;
	word *auxv, *at_phdr, *at_phnum, *at_base;
	word strtab, base = 0, secure, keep = 0, shift;
	const char *s, *debug;
	char *t, *line, *keep_from;
	size_t n, size;
	size_t i;
	int quick;

	arch_zero((word *)r, offsetof(struct run, first_text) / sizeof(word));
	for (auxv = (word *)env; *auxv++;)
		;
	r->auxv = auxv;
	auxv_end = find(auxv, AT_NULL) + 1;
	at_phdr = find(auxv, AT_PHDR);
	at_phnum = find(auxv, AT_PHNUM);
	at_base = find(auxv, AT_BASE);
	r->program = (const char *)*find(auxv, AT_EXECFN);

	if (door_by_hand(*find(auxv, AT_ENTRY)))
		return;
	phdr = (const struct phdr *)(*at_phdr = door_phdr(*at_phdr, *at_phnum));
	for (ph = (struct phdr *)phdr, n = *at_phnum; n--; ph++)
		if (ph->p_type == PT_DYNAMIC) {
			base = door_base(at, ph);
			dynamic = (word *)(base + ph->p_vaddr);
		}

	/* The loader has been here: both loaders write DT_DEBUG before they start the program, whoever
	 * started them; and AT_BASE, which the kernel leaves 0 without PT_INTERP, is set below. */
	if (*find(dynamic, DT_DEBUG) || *at_base) {
		door_debug_state();
		/* The loader has read its table of program headers; from here on AT_PHDR is the file's
		 * again, which debuggers compare.  Tell the kernel where the loader is: /proc/PID/auxv
		 * and core files then have AT_BASE.  Where the kernel does not let us (no
		 * CONFIG_CHECKPOINT_RESTORE, a sandbox) nothing is lost but that. */
		m = (struct mm_map *)auxv_end;
		if (*at_phdr == (word)(m + 1)) {
			*at_phdr = m->brk;
			*at_phnum -= 2;
			/* One byte of what the loader took stays the heap's, and with it the name. */
			m->brk = (word)sys_brk();
			m->start_brk = m->brk - 1;
			sys_prctl_mm_map(m, sizeof *m);
		}
		return;
	}

	strtab = base + *find(dynamic, DT_STRTAB);
	list = find(dynamic, DT_RUNPATH);
	if (!*list)
		list = find(dynamic, DT_RPATH);

	secure = *find(auxv, AT_SECURE);
	if (!secure || *door_fallback() == '/')
		r->source[FALLBACK] = door_fallback();
	r->text = r->first_text;
	r->size = RELINTERP_TEXT;
	/* The environment counts only when the kernel says that the caller may be trusted with it. */
	for (; !secure && *env; env++)
		if (**env == 'L' || **env == 'R')
			for (s = "RELINTERP_LOADER=\0LD_LIBRARY_PATH=\0\0RELINTERP_DEBUG=1", i = 0; i < 3; s += 18, i++)
				if ((n = prefix(*env, s)))
					r->source[i] = *env + n;
	/* An argument that equals the program's path: a script with #!, whose path the kernel gives here,
	 * or somebody who names it twice. */
	quick = *r->program == '/' && !wants_origin(dynamic, (const char *)strtab);
	for (env = (char **)sp + 2; *env; env++)
		if ((n = prefix(*env, r->program)) && !(*env)[n])
			quick = 0;
	debug = r->source[RUNPATH];
	if (!debug)
		goto first_try;

next_try:
	r->size *= 4;
	r->text = r->report = __builtin_alloca(r->size);
	r->full = r->odd = r->origin = quick = 0;
first_try:
	r->text_end = r->text + r->size - 2 * sizeof(word) - 1; /* what follows a name begins within a word */
	line = keep_from = r->p = r->text;
	if (!secure) {
		find_origin(r, quick);
		if (quick && !r->origin)
			goto next_try;
		r->source[ORIGIN] = "$ORIGIN";
		/* What the loader shall read instead of DT_RUNPATH or DT_RPATH, with the origin in
		 * place: then it needs no /proc. */
		r->source[RUNPATH] = s = (const char *)(strtab + *list);
		r->p = keep_from = r->text + (r->origin / sizeof(word) + 1) * sizeof(word);
		expand(r, s, 0);
		if (r->odd) /* nothing to musl, so nothing here */
			r->source[RUNPATH] = 0;
		/* Left alone where it does not fit, and where the origin holds what means something
		 * in a list. */
		while (line < r->text + r->origin && *line != ':' && *line != '$')
			line++;
		keep = *list && !r->full && line == r->text + r->origin;
		if (r->full && r->size > RELINTERP_TEXT_MAX) {
			r->full = 0;
			r->p = keep_from;
		}
		line = r->p + 1;
	}
	r->p = line;
	if (r->report) {
		puts0(r, "relinterp: ");
		puts0(r, r->program);
		puts0(r, ": ");
	}
	r->path = r->p;
	for (i = 0; !look(r, r->source[i], i % FALLBACK ? door_loader() : 0);)
		if (++i == SOURCES) {
			if (!r->report)
				goto next_try;
			if (r->p > r->text_end - 64) {
				if (r->size <= RELINTERP_TEXT_MAX)
					goto next_try;
				r->p = r->text_end - 64;
			}
			puts0(r, secure ? "no loader; raised privileges need -relinterp-fallback\n"
					: "no loader; put one there or set RELINTERP_LOADER=FILE\n");
			sys_write(2, line, (size_t)(r->p - line));
			sys_exit(RELINTERP_STATUS);
		}
	if (r->full)
		goto next_try;
	if (debug) {
		*r->p = '\n';
		sys_write(2, line, (size_t)(r->p + 1 - line));
		*r->p = 0;
	}

	/* The loader's stack: argc..auxv, and behind it, for the life of the process, what the kernel
	 * shall be told, a program header table that has PT_PHDR first and PT_INTERP last, the expanded
	 * RUNPATH and the loader's path.  It takes the place of the old one and of what lies below, down
	 * to the room; where that does not suffice, a new place. */
	size = (size_t)(r->p - keep_from) + 1;
	n = *at_phnum;
	shift = (sizeof *m + (n + 2) * sizeof *ph + size + 31) & -(word)16;
	to = sp - shift / sizeof *sp;
	if (to < r->room)
		to = __builtin_alloca((word)auxv_end - (word)sp + shift);
	*at_base = r->loader_base; /* beside AT_NULL, where nobody looks, if the kernel gave no place */
	shift = *at_phdr;
	*at_phnum = n + 2;
	*at_phdr = (word)(to + (auxv_end - sp)) + sizeof *m;
	auxv = to + (auxv - sp);
	r->sp = to;
	to = arch_copy(to, sp, (size_t)(auxv_end - sp));

	/* start_brk and brk are filled in when the loader has come back. */
	m = (struct mm_map *)to;
	m->brk = shift; /* the kernel's AT_PHDR, till then */
	m->start_stack = (word)sp;
	m->arg_start = r->sp[1];
	m->env_end = shift = (word)r->program;
	if (r->sp[*r->sp + 2])
		shift = r->sp[*r->sp + 2];
	m->arg_end = m->env_start = shift;
	m->auxv = auxv;
	m->auxv_size = (uint32_t)((word)m - (word)auxv);
	m->exe_fd = (uint32_t)-1;

	ph = first = (struct phdr *)(m + 1);
	for (; n; n--) {
		arch_copy((word *)++ph, (const word *)phdr++, sizeof *ph / sizeof(word)); /* not through memcpy */
		if (ph->p_type == PT_PHDR || ph->p_type == PT_INTERP)
			ph->p_type = PT_NULL;
		/* What /proc/PID/stat and status show, as fs/binfmt_elf.c sums it up. */
		if (ph->p_type == PT_LOAD) {
			m->start_data = base + ph->p_vaddr;
			m->end_data = m->start_data + ph->p_filesz;
			if (ph->p_flags & PF_X) {
				m->start_code = m->start_data;
				m->end_code = m->end_data;
			}
		}
	}
	t = (char *)(ph + 2);
	header(first, PT_PHDR, (word)first, (word)t, base);
	header(ph + 1, PT_INTERP, (word)t + (word)(r->path - keep_from), (word)t + size, base);
	if (keep)
		*list = (word)t - strtab;
	arch_copy((word *)t, (const word *)keep_from, (size + sizeof(word) - 1) / sizeof(word));
	arch_jump((word)r->sp, r->loader_entry);
}

/* In a frame of its own, so that every access to r is a short one. */
static inline void relinterp_enter(word *sp, word at)
{
	struct run r;

	enter(&r, sp, at);
}
