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

/* One try to start one program. */
struct run {
	/* Names, one behind the other: the origin, the RUNPATH with the origin in place, the report,
	 * the candidate.  Below 128 bytes a field costs one byte of code less. */
	char *p; /* where the next character goes */
	char *text;
	char *text_end; /* and there, growing towards the initial stack, is the room: for a loader's
	                 * headers while it is looked at, later for the stack's new part */
	char *path;     /* the candidate */
	char *report;   /* 0, or: keep what came of each candidate, from here on */
	unsigned origin;   /* length of the origin's path, 0 when it is not known */
	unsigned full;     /* a name did not fit */
	unsigned odd;      /* a $ that is not $ORIGIN was seen */
	unsigned secure;

	word *sp;
	word *auxv;
	word *auxv_end; /* behind AT_NULL */
	word base;
	const char *env_loader;
	const char *env_library_path;
	word loader_base;
	word loader_entry;
};

/* ------------------------------------------------------------------ the initial stack */

/* In a list of pairs that ends with a zero pair, as .dynamic and the auxiliary vector are: where the
 * value of tag is, or the value at the end, which is zero. */
static word *find(word *pairs, word tag)
{
	for (; *pairs && *pairs != tag; pairs += 2)
		;
	return pairs + 1;
}

/* ------------------------------------------------------------------ text */

static void put(struct run *r, const char *s, size_t n)
{
	for (; n; n--) {
		if (r->p == r->text_end) {
			r->full = 1;
			return;
		}
		*r->p++ = *s++;
	}
}

static void puts0(struct run *r, const char *s)
{
	put(r, s, length(s));
}

/* One string of code, text, NUL, ..., 0, text for the rest: an array of pointers would need
 * relocations. */
static void put_why(struct run *r, int why)
{
	const char *t = "\001not permitted (noexec mount?)\0"
			"\002no such file\0"
			"\015permission denied\0"
			"\025is a folder\0"
			"\044path too long\0"
			"\170own path not known\0"
			"\171not an ELF file\0"
			"\172for another machine\0"
			"\173not a loader, or damaged\0"
			"\174truncated\0"
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

/* Append the current folder and a slash: a relative path is only as good as this.  0, or why not. */
static int put_cwd(struct run *r)
{
	long n = sys_getcwd(r->p, (size_t)(r->text_end - r->p));

	if (n == -SYS_ERANGE)
		r->full = 1;
	if (sys_failed(n))
		return (int)-n;
	if (*r->p != '/') /* "(unreachable)/...": outside of this root */
		return WHY_ORIGIN;
	r->p += n - 1;
	put(r, "/", 1);
	return 0;
}

/* Read a symbolic link to where r->p is.  Its length, 0 when it leads nowhere absolute or relative
 * that a path can follow, -errno. */
static long put_link(struct run *r, const char *path)
{
	long room = r->text_end - r->p;
	long n = sys_readlink(path, r->p, (size_t)room);

	if (n == room)
		r->full = 1;
	return n;
}

/* Leave the folder of the program at r->text, without a slash at its end.
 * /proc/self/exe knows it; for a program in a memfd that says "/memfd:name (deleted)", which is no
 * place.  Without /proc: the path that execve was given, made absolute, its symbolic links followed
 * as far as the last component goes (the kernel follows those of folders by itself). */
static void find_origin(struct run *r)
{
	char *end;
	long n = put_link(r, "/proc/self/exe");
	int links = 40;

	if (!sys_failed(n) && *r->text == '/') {
		r->p += n;
		if (r->p[-1] == ')' && prefix(r->text, "/memfd:"))
			return;
	} else {
		const char *name = (const char *)*find(r->auxv, AT_EXECFN);

		if (!name || (*name != '/' && put_cwd(r)))
			return;
		puts0(r, name);
		for (;;) {
			put(r, "", 1);
			end = r->p - 1;
			if (r->full || !links--)
				return;
			n = put_link(r, r->text);
			if (sys_failed(n))
				break;
			if (*r->p == '/')
				end = r->text;
			while (end > r->text && end[-1] != '/')
				end--;
			name = r->p;
			r->p = end;
			put(r, name, (size_t)n);
		}
		if (n != -SYS_EINVAL) /* anything else than "not a link" */
			return;
		r->p = end;
	}
	while (*--r->p != '/')
		;
	r->p += r->p == r->text; /* the root keeps its slash */
	r->origin = (unsigned)(r->p - r->text);
}

/* Copy one entry of a list, up to stop or the end, with the origin in place of $ORIGIN where it is
 * known.  Where the entry ends. */
static const char *expand(struct run *r, const char *s, char stop)
{
	size_t n;

	for (; *s && *s != stop; s += n) {
		n = origin_token(s);
		if (n && r->origin) {
			put(r, r->text, r->origin);
		} else {
			r->odd |= *s == '$' && !n;
			put(r, s, n = 1);
		}
	}
	return s;
}

/* ------------------------------------------------------------------ a loader's file */

/* PF_X, PF_W, PF_R are PROT_EXEC, PROT_WRITE, PROT_READ in the other order. */
static inline long prot_of(const struct phdr *ph)
{
	return (ph->p_flags & PF_X) << 2 | (ph->p_flags & PF_W) | (ph->p_flags & PF_R) >> 2;
}

/* Check the file behind fd and map it.  0, or why not; then nothing of it stays mapped. */
static int map_loader(struct run *r, long fd)
{
	const struct ehdr *e = (const struct ehdr *)r->text_end;
	size_t room = (size_t)(r->text_end - r->text);
	word page = *find(r->auxv, AT_PAGESZ) - 1; /* the bits of an address within a page */
	word align = page, lo = 0, hi = 0, last = 0, bias = 0;
	const struct phdr *ph, *end, *first = 0;
	size_t size;
	word start;
	int why = WHY_DAMAGED;
	long flags;
	long n = sys_pread(fd, r->text_end, room, 0);

	if (sys_failed(n))
		return (int)-n;
	if (n < (long)sizeof *e || *(const uint32_t *)e->e_ident != ELF_MAGIC)
		return WHY_NOT_ELF;
	if (e->e_ident[EI_CLASS] != ELF_CLASS || e->e_ident[EI_DATA] != ELF_DATA || e->e_machine != ARCH_MACHINE)
		return WHY_MACHINE;
	size = e->e_phnum * sizeof *ph;
	if (e->e_type != ET_DYN || e->e_phentsize != sizeof *ph || size > room)
		return WHY_DAMAGED;
	/* Mostly within what was read, but patchelf, for one, puts the table at the end. */
	ph = (const struct phdr *)(e + 1);
	if (e->e_phoff != sizeof *e || n < (long)size)
		if (sys_pread(fd, r->text_end + sizeof *e, size, e->e_phoff) != (long)size)
			return WHY_TRUNCATED;

	/* Everything that is relied on below: segments ascend, no two on one page, none writable and
	 * executable; offsets and addresses agree within a page; nothing is larger than 1 GiB, so no
	 * sum wraps; the entry lies in code. */
	for (end = ph + e->e_phnum; ph < end; ph++) {
		word v;

		if (ph->p_type != PT_LOAD)
			continue;
		if (!first) {
			first = ph;
			lo = ph->p_vaddr & ~page;
		}
		v = ph->p_vaddr - lo;
		if ((v | ph->p_offset | ph->p_filesz | ph->p_memsz) >> 30 || v < hi || ph->p_filesz > ph->p_memsz ||
		    (v ^ ph->p_offset) & page || !(~ph->p_flags & (PF_W | PF_X)))
			return WHY_DAMAGED;
		if (ph->p_flags & PF_X && e->e_entry - ph->p_vaddr < ph->p_filesz)
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
		return WHY_TRUNCATED;

	/* An alignment larger than a page: find such a place, and ask for it.  Nobody else runs, so it
	 * is still free when it is mapped. */
	if (align != page) {
		n = sys_mmap(0, hi + align, 0, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
		if (sys_failed(n))
			return (int)-n;
		sys_munmap((word)n, hi + align);
		bias = (((word)n - lo + align) & ~align) + lo;
	}
	/* Reserve the whole span with the first segment's mapping; lay the others over it: the file's
	 * pages, zeros to the END of the last of them (glibc's first allocator hands that rest out and
	 * relies on it), then pages of zeros. */
	flags = SYS_MAP_PRIVATE;
	start = bias;
	size = hi;
	ph = first;
	do {
		word rest, file;

		n = 0;
		if (size)
			n = sys_mmap(start, size, prot_of(ph), flags, fd, ph->p_offset & ~page);
		if (ph == first)
			bias = (word)n - lo;
		rest = bias + ph->p_vaddr + ph->p_filesz;
		file = ph->p_filesz ? (rest + page) & ~page : start;
		flags = SYS_MAP_PRIVATE | SYS_MAP_FIXED;
		size = bias + ph->p_vaddr + ph->p_memsz;
		if (size > file && !sys_failed(n))
			n = sys_mmap(file, size - file, prot_of(ph), flags | SYS_MAP_ANONYMOUS, -1, 0);
		if (sys_failed(n)) {
			/* Where the reservation failed there is nothing at that address to unmap. */
			sys_munmap(bias + lo, hi);
			return (int)-n;
		}
		if (ph->p_flags & PF_W)
			for (; rest < file; rest++)
				*(volatile char *)rest = 0;
		while (++ph < end && ph->p_type != PT_LOAD)
			;
		start = (bias + ph->p_vaddr) & ~page;
		size = ph->p_filesz ? bias + ph->p_vaddr + ph->p_filesz - start : 0;
	} while (ph < end);
	r->loader_base = bias;
	r->loader_entry = bias + e->e_entry;
	return 0;
}

/* ------------------------------------------------------------------ search */

/* Look at each entry of a list with colons, in which an empty one would be the current folder and is
 * passed over; without a name, at one file.  1 when one of them is now the loader, or when the
 * candidate does not fit. */
static int look(struct run *r, const char *s, const char *name)
{
	const char *next;
	int why;

	for (; s && *s; s = next) {
		next = s + 1;
		if (*s == ':' && name)
			continue;
		r->p = r->path;
		why = r->origin ? 0 : WHY_ORIGIN;
		if (!origin_token(s))
			why = *s == '/' ? 0 : put_cwd(r);
		next = expand(r, s, name ? ':' : 0);
		if (name) {
			put(r, "/", 1);
			puts0(r, name);
		}
		put(r, "", 1);
		if (r->full)
			return 1;
		if (!why) {
			long fd = sys_open(r->path);

			why = (int)-fd;
			if (!sys_failed(fd)) {
				why = map_loader(r, fd);
				sys_close(fd);
			}
		}
		if (!why)
			return 1;
		if (r->report) {
			r->p--;
			puts0(r, ": ");
			put_why(r, why);
			puts0(r, "; ");
			r->path = r->p;
		}
	}
	return 0;
}

/* ------------------------------------------------------------------ present and jump */

/* Move argc..auxv down into the room and put behind it, for the life of the process: what the kernel
 * shall be told, a program header table that has PT_PHDR first and PT_INTERP last, the expanded
 * RUNPATH and the loader's path.  Then start the loader. */
static void present(struct run *r, word *list, word strtab)
{
	const word *from = r->sp;
	const struct phdr *phdr = (const struct phdr *)*find(r->auxv, AT_PHDR);
	size_t phnum = *find(r->auxv, AT_PHNUM);
	const char *text = r->text + r->origin; /* the strings that are kept: from here to r->p */
	size_t size = (size_t)(r->p - text);
	word shift = (sizeof(struct mm_map) + (phnum + 2) * sizeof *phdr + size + 15) & -(word)16;
	word *to = (word *)((word)from - shift);
	word *auxv = (word *)((word)r->auxv - shift);
	struct mm_map *m;
	struct phdr *first, *ph;
	char *strings;

	while (from < r->auxv_end)
		*to++ = *from++;
	m = (struct mm_map *)to;
	ph = first = (struct phdr *)(m + 1);
	*find(auxv, AT_PHDR) = (word)first;
	*find(auxv, AT_PHNUM) = phnum + 2;
	*find(auxv, AT_BASE) = r->loader_base;

	/* start_brk and brk are filled in when the loader has come back. */
	m->start_stack = (word)r->sp;
	m->arg_start = r->sp[1];
	m->arg_end = m->env_start = r->sp[*r->sp + 2];
	m->env_end = *find(auxv, AT_EXECFN);
	m->auxv = auxv;
	m->auxv_size = (uint32_t)((word)to - (word)auxv);
	m->exe_fd = (uint32_t)-1;
	m->start_code = (word)-1;

	for (; phnum; phnum--, phdr++) {
		word start = r->base + phdr->p_vaddr;
		word end = start + phdr->p_filesz;

		*++ph = *phdr;
		if (ph->p_type == PT_PHDR || ph->p_type == PT_INTERP)
			ph->p_type = PT_NULL;
		/* What /proc/PID/stat and status show, as fs/binfmt_elf.c sums it up. */
		if (ph->p_type != PT_LOAD)
			continue;
		if (ph->p_flags & PF_X) {
			if (m->start_code > start)
				m->start_code = start;
			m->end_code = end;
		}
		m->start_data = start;
		m->end_data = end;
	}
	ph++;
	strings = (char *)(ph + 1);
	ph->p_type = PT_INTERP;
	ph->p_flags = PF_R;
	ph->p_vaddr = (word)(strings + (r->path - text)) - r->base;
	ph->p_filesz = ph->p_memsz = (word)(r->p - r->path);
	first->p_type = PT_PHDR;
	first->p_flags = PF_R;
	first->p_vaddr = (word)first - r->base;
	first->p_filesz = first->p_memsz = (word)strings - (word)first;

	if (list)
		*list = (word)strings - strtab;
	while (size--)
		*strings++ = *text++;
	arch_jump((word)r->sp - shift, r->loader_entry);
}

/* ------------------------------------------------------------------ before and after the loader */

/* One try: names may take `size` bytes at text, and between them and sp three times as much is free.
 * Comes back when the program itself is to go on (1), or when more is needed (0). */
static __attribute__((noinline)) int start(word *sp, word *dynamic, char *text, size_t size)
{
	struct run r;
	char **env = (char **)sp + *sp + 2;
	const char *name = door_loader();
	const char *s, *t;
	const struct phdr *ph;
	word *list;
	word strtab;
	size_t n;
	int found;

	for (n = 0; n < sizeof r / sizeof(word); n++)
		((volatile word *)&r)[n] = 0;
	r.sp = sp;
	r.text = text;
	r.text_end = text + size;

	/* argc, argv..., 0, envp..., 0, auxv... (gABI chapter 3). */
	for (r.auxv = (word *)env; *r.auxv++;)
		;
	r.auxv_end = find(r.auxv, AT_NULL) + 1;

	/* The loader has been here: both loaders write DT_DEBUG before they start the program, whoever
	 * started them; and AT_BASE, which the kernel leaves 0 without PT_INTERP, was set by present(). */
	if (*find(dynamic, DT_DEBUG) || *find(r.auxv, AT_BASE)) {
		/* Give the kernel the auxiliary vector that the loader saw, so that /proc/PID/auxv,
		 * debuggers that attach and core files find the loader.  Where the kernel does not
		 * let us (no CONFIG_CHECKPOINT_RESTORE, a sandbox) the program runs all the same. */
		struct mm_map *m = (struct mm_map *)r.auxv_end;

		door_debug_state();
		if (*find(r.auxv, AT_PHDR) == (word)(m + 1)) {
			/* One byte of what the loader took stays the heap's, and with it the name. */
			m->brk = (word)sys_brk();
			m->start_brk = m->brk - 1;
			sys_prctl_mm_map(m, sizeof *m);
		}
		return 1;
	}

	ph = (const struct phdr *)*find(r.auxv, AT_PHDR);
	n = *find(r.auxv, AT_PHNUM);
	if (n * sizeof *ph > size)
		return 0;
	for (; n; n--, ph++)
		if (ph->p_type == PT_DYNAMIC)
			r.base = (word)dynamic - ph->p_vaddr;

	/* The environment counts only when the kernel says that the caller may be trusted with it. */
	r.secure = *find(r.auxv, AT_SECURE) != 0;
	if (!r.secure)
		for (; *env; env++) {
			if ((s = value_of(*env, "LD_LIBRARY_PATH=")))
				r.env_library_path = s;
			if ((s = value_of(*env, "RELINTERP_LOADER=")))
				r.env_loader = s;
			if (value_of(*env, "RELINTERP_DEBUG=1"))
				r.report = text;
		}

	strtab = r.base + *find(dynamic, DT_STRTAB);
	list = find(dynamic, DT_RUNPATH);
	if (!*list)
		list = find(dynamic, DT_RPATH);
	do {
		r.p = text;
		if (!r.secure)
			find_origin(&r);
		/* What the loader shall read instead of DT_RUNPATH or DT_RPATH, with the origin in
		 * place: then it needs no /proc.  A list that holds another $ is nothing to musl, so it
		 * is nothing here. */
		s = (const char *)(strtab + *list);
		t = r.p;
		expand(&r, s, 0);
		put(&r, "", 1);
		if (r.odd)
			s = 0;
		r.path = r.p;
		if (r.report) {
			r.report = r.p;
			puts0(&r, "relinterp: ");
			puts0(&r, (const char *)*find(r.auxv, AT_EXECFN));
			puts0(&r, ": ");
			r.path = r.p;
		}
		/* In the order in which the loader will look for libc, so that both come from one place. */
		found = (!r.secure && (look(&r, r.env_loader, 0) || look(&r, r.env_library_path, name) ||
				       look(&r, s, name) || look(&r, "$ORIGIN", name))) ||
			look(&r, door_fallback(), 0);
		if (r.full && size < RELINTERP_TEXT_LAST)
			return 0;
		if (found && !r.full) {
			/* ':' or '$' in the origin would mean something in the list: leave that alone. */
			for (; t > text && t[-1] != ':' && t[-1] != '$'; t--)
				;
			if (r.report) {
				r.p[-1] = '\n';
				sys_write(2, r.report, (size_t)(r.p - r.report));
				r.p[-1] = 0;
			}
			present(&r, t == text && r.origin && s && *s ? list : 0, strtab);
		}
		s = r.report;
		r.report = text;
	} while (!s);
	puts0(&r, r.secure ? "no loader; with raised privileges it needs an absolute one: link with -relinterp-fallback=/PATH\n"
			   : "no loader; put one there or set RELINTERP_LOADER=FILE\n");
	sys_write(2, s, (size_t)(r.p - s));
	sys_exit(RELINTERP_STATUS);
}

static inline void relinterp_enter(word *sp, word *dynamic)
{
	size_t size = RELINTERP_TEXT_FIRST;
	char *text;

	do {
		size *= 4;
		text = __builtin_alloca(size);
	} while (!start(sp, dynamic, text, size / 4));
	/* Our frame must not be given up before that call. */
	__asm__ volatile("" : : "r"(text) : "memory");
}
