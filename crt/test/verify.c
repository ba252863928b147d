/* What holds for every start, whatever the test is about. */
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "check.h"
#include "model.h"
#include "program.h"

/* Bytes of stack: the loader's name; all frames until the loader starts; those that read and map a file. */
enum { NAME_ROOM = 256, FRAMES = 640, MAPPING = 1536 };

static int strict(void)
{
	return !program.lax;
}

static int next_opened;

static void opened(char *const *paths, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		CHECK(next_opened < fake.opens, "%s was not opened", paths[i]);
		SAME(fake.opened[next_opened], paths[i]);
		next_opened++;
	}
}

/* The files that were opened: by the path that execve was given, by that which /proc knows, and, where
 * there is no loader, the same once more for the report. */
static void verify_opened(void)
{
	if (program.lax)
		return;
	next_opened = 0;
	opened(model.first, model.firsts);
	opened(model.path, model.paths);
	if (outcome.how == EXITED && !model.traced)
		opened(model.path, model.paths);
	CHECK(next_opened == fake.opens, "%d files opened, %d wanted", fake.opens, next_opened);
}

static int power_of_two(word n)
{
	return n && !(n & (n - 1));
}

static const unsigned char *memory(word address)
{
	return (const unsigned char *)address;
}

static void verify_segment(word base, const struct phdr *ph, const struct file *f)
{
	static const long prots[] = { 1, 5, 3, 7 }; /* what is there can be read */
	word page = fake.page, start = base + ph->p_vaddr, rest = start + ph->p_filesz, end = start + ph->p_memsz;
	word whole = (rest + page - 1) & -page, at, i;

	CHECK((ph->p_flags & (PF_W | PF_X)) != (PF_W | PF_X), "writable code was mapped");
	for (at = start & -page; at < rest; at += page) {
		const struct mapping *m = fake_at(at);

		CHECK(m && m->file == f, "page %lx is not from the file", (long)(at - base));
		CHECK(m->prot == prots[ph->p_flags & 3], "protection %ld of flags %d", m->prot, (int)ph->p_flags);
		CHECK(m->offset + (at - m->start) == ph->p_offset + (at - start), "page %lx is another", (long)(at - base));
	}
	CHECK(!memcmp(memory(start), f->data + ph->p_offset, ph->p_filesz));
	if (ph->p_flags & PF_W)
		for (i = rest; i < whole && whole > (rest & -page); i++)
			CHECK(!*memory(i), "byte %lx behind the file's part", (long)(i - rest));
	for (at = whole; at < end; at += page) {
		const struct mapping *m = fake_at(at);

		CHECK(m && !m->file && m->prot == 3, "page %lx of .bss", (long)(at - base));
		for (i = at; i < at + page && i < end && ph->p_memsz < 1 << 20; i++)
			CHECK(!*memory(i));
	}
}

/* The loader is in memory as its headers say, and nothing else is. */
static void verify_image(word base, const struct file *f)
{
	struct ehdr e;
	struct phdr ph;
	word lo = 0, hi = 0, align = 0, start;
	int i, loads = 0, wide = 0;

	CHECK(f && f->size >= sizeof e);
	memcpy(&e, f->data, sizeof e);
	CHECK(e.e_type == ET_DYN && e.e_machine == body_machine);
	CHECK(e.e_phoff + (word)e.e_phnum * sizeof ph <= f->size);
	fake_readable();
	for (i = 0; i < e.e_phnum; i++) {
		memcpy(&ph, f->data + e.e_phoff + (word)i * sizeof ph, sizeof ph);
		if (ph.p_type != PT_LOAD)
			continue;
		if (!loads++)
			lo = base; /* and from there to a first segment that begins further up */
		wide |= ph.p_align > fake.page;
		align = ph.p_align; /* linkers give all the same */
		CHECK(ph.p_filesz <= ph.p_memsz && ph.p_offset + ph.p_filesz <= f->size);
		CHECK(base + ph.p_vaddr >= hi, "segments overlap");
		hi = (base + ph.p_vaddr + ph.p_memsz + fake.page - 1) & -fake.page;
		verify_segment(base, &ph, f);
	}
	CHECK(loads);
	/* No power of two is nothing that the format allows. */
	CHECK(!power_of_two(align) || !(base & (align - 1)), "base %lx is not aligned to %lx", (long)base, (long)align);
	if (program.lax)
		return;
	if (wide) /* what an alignment leaves over stays */
		return;
	for (i = 0; i < fake.mappings; i++) {
		start = fake.mapping[i].start;
		if (fake_reservation(start)->refused)
			continue;
		if (fake.mapping[i].reserved && fake.mapping[i].file) /* as it was read */
			continue;
		CHECK(start >= lo && start < hi, "something else stays mapped");
		start += fake.mapping[i].size - fake.page;
		CHECK(start >= lo && start < hi, "something else stays mapped");
	}
}

/* Of a file that the kernel refused to map as it is the reservation stays, zeros that nobody has, and of the
 * file what was mapped before; of one that was refused for anything else nothing does. */
static void verify_refused(int taken)
{
	int i;
	word at, end;

	for (i = 0; i < fake.mappings; i++) {
		const struct mapping *m = &fake.mapping[i];

		if (!m->reserved || m->file || (!m->refused && taken-- > 0))
			continue;
		CHECK(m->refused, "a loader that was not taken stays mapped");
		end = m->start + m->size;
		for (at = m->start; at < end; at += fake.page) {
			const struct mapping *top;

			if (at - m->start == 64 * fake.page && end - at > 64 * fake.page)
				at = end - 64 * fake.page;
			top = fake_at(at);
			if (top == m)
				CHECK(m->prot == 3 && !*memory(at) && !memcmp(memory(at), memory(at) + 1, fake.page - 1),
				      "page %lx", (long)(at - m->start));
			else
				CHECK(top->prot == 1 || top->prot == 3 || top->prot == 5);
		}
	}
}

/* Nothing is said in a header but its type, its address, and where the file's own are. */
static void only(const struct phdr *ph, word paddr)
{
	struct phdr want = { .p_type = ph->p_type, .p_vaddr = ph->p_vaddr, .p_paddr = paddr };

	CHECK(!memcmp(ph, &want, sizeof want), "entry of type %d", (int)ph->p_type);
}

static void verify_table(const struct phdr *ph, int entries)
{
	int i;

	CHECK(entries == program.phnum + 2, "%d entries", entries);
	CHECK(ph->p_type == PT_PHDR && program.base + ph->p_vaddr == (word)ph && ph->p_paddr == outcome.file_phdr);
	only(ph, ph->p_paddr);
	for (i = 0; i < program.phnum; i++) {
		struct phdr want = program.phdr[i];

		if (want.p_type == PT_PHDR)
			want.p_type = PT_NULL;
		CHECK(!memcmp(&ph[i + 1], &want, sizeof want), "entry %d", i + 1);
	}
	ph += entries - 1;
	CHECK(ph->p_type == PT_INTERP);
	only(ph, 0);
	CHECK(strlen((const char *)(program.base + ph->p_vaddr)) < sizeof outcome.interp);
	strcpy(outcome.interp, (const char *)(program.base + ph->p_vaddr));
}

/* Every word as before, but for three values of the auxiliary vector; and where the kernel put them they stay,
 * for valgrind reads them there. */
static void verify_stack(const word *now, const word *before, size_t words)
{
	const word *old = (const word *)outcome.sp;
	size_t i, vector = (size_t)(program.argc + program.envs + 3);

	CHECK((word)now % 16 == 0);
	for (i = 0; i < words; i++) {
		word tag = i > vector && (i - vector) % 2 ? before[i - 1] : 0;

		if (tag == AT_BASE)
			outcome.base = now[i];
		else if (tag == AT_PHDR)
			outcome.phdr = now[i];
		else if (tag == AT_PHNUM)
			outcome.phnum = now[i];
		else
			CHECK(now[i] == before[i] && old[i] == before[i], "word %d of the stack", (int)i);
		if (tag == AT_EXECFN)
			outcome.execfn = now[i];
	}
	outcome.argv0 = before[1];
	outcome.env0 = before[program.argc + 2];
}

static word with_origin(const char *s)
{
	word n = 0;

	for (; s && *s; n++)
		if (*s++ == '$')
			n += strlen(model.origin);
	return n;
}

/* The program keeps its stack but for the vectors, headers and names, and what the frames take: with a
 * long path, or none in /proc, two of the longest. */
static void verify_lost(size_t words)
{
	word names = NAME_ROOM + with_origin(program.runpath ? program.runpath : program.rpath) + with_origin("$ORIGIN") + with_origin(body_fallback);
	int i;

	if (placement != TIGHT || program.lax)
		return;
	for (i = 0; i < program.envs; i++)
		if (!strncmp(program.env[i], "RELINTERP_LOADER=", 17) || !strncmp(program.env[i], "LD_LIBRARY_PATH=", 16))
			names += with_origin(program.env[i]);
	names = 2 * names + words * sizeof(word) + (word)(program.phnum + 2) * sizeof(struct phdr) + model.asked;
	CHECK(outcome.lost <= names + FRAMES, "%ld bytes", (long)(outcome.lost - names));
	CHECK(outcome.depth <= names + FRAMES + MAPPING, "%ld bytes", (long)(outcome.depth - names));
}

void verify_jump(word sp, word pc, const word *stack, size_t words)
{
	struct ehdr e;

	CHECK(!fake.open_fds, "a descriptor stays open");
	CHECK(fake.last && fake.last->size >= sizeof e);
	memcpy(&e, fake.last->data, sizeof e);
	outcome.entry = e.e_entry;
	verify_stack((const word *)sp, stack, words);
	verify_lost(words);
	outcome.sp = sp;
	if (program.no_base_slot)
		outcome.base = pc - e.e_entry;
	CHECK(pc == outcome.base + e.e_entry, "entry");
	verify_image(outcome.base, fake.last);
	verify_refused(1);
	verify_table((const struct phdr *)outcome.phdr, (int)outcome.phnum);
	verify_opened();
	SAME(outcome.interp, fake.opened[fake.opens - 1]);
	if (strict()) {
		CHECK(model.loader, "a loader that the model does not know");
		SAME(outcome.interp, model.loader);
		if (!model.left_alone)
			SAME(outcome.runpath, model.runpath);
		SAME(fake.message, model.traced ? model.message : "");
	}
	CHECK(!model.left_alone || !outcome.expanded, "RUNPATH was replaced by %s", outcome.runpath);
	CHECK(body_debug_states == 0);
}

/* include/uapi/linux/prctl.h: struct prctl_mm_map. */
struct told {
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk;
	uint64_t start_stack, arg_start, arg_end, env_start, env_end;
	word *auxv;
	uint32_t auxv_size, exe_fd;
};

/* kernel/sys.c, validate_prctl_map_addr and prctl_set_mm_map: what it would refuse. */
static void verify_told(void)
{
	struct told t;
	word *a;
	uint32_t i;

	CHECK(fake.prctl_size == sizeof t);
	memcpy(&t, fake.prctl, sizeof t);
	CHECK(t.start_brk <= t.brk && t.brk == 0x10000000);
	/* The kernel puts the strings one behind the other: arguments, environment, AT_EXECFN. */
	CHECK(t.arg_end == t.env_start && t.env_start == (program.envs ? outcome.env0 : outcome.execfn), "%lx %lx",
	      (long)t.arg_end, (long)t.env_start);
	CHECK(t.env_end == outcome.execfn);
	CHECK(t.start_stack && t.exe_fd == (uint32_t)-1);
	CHECK(program.argc == 0 || t.arg_start == outcome.argv0);
	CHECK(t.auxv && t.auxv_size % (2 * sizeof(word)) == 0 && t.auxv_size < 46 * sizeof(word));
	for (a = t.auxv, i = 0; a[i]; i += 2) {
		CHECK(a[i] != AT_BASE || a[i + 1] == outcome.base);
		CHECK(a[i] != AT_PHDR || a[i + 1] == outcome.file_phdr, "AT_PHDR is not the file's");
		CHECK(a[i] != AT_PHNUM || a[i + 1] == (word)program.phnum);
	}
	CHECK((i + 2) * sizeof(word) == t.auxv_size);
	CHECK(t.start_code == outcome.file_phdr && t.end_code == outcome.dynamic);
	CHECK(t.start_data <= t.end_data && t.end_data - t.start_data == 0, "data counts against RLIMIT_DATA"); /* mm/mmap.c, brk */
}

void verify_second(void)
{
	CHECK(body_debug_states == 1);
	CHECK(fake.opens && fake.prctls == body_tell && fake.brks == body_tell);
	CHECK(!fake.open_fds);
	if (fake.prctls)
		verify_told();
}

void verify_exit(void)
{
	const char *end = fake.message + fake.message_size;
	size_t n = strlen(program.execfn);

	CHECK(fake.status == 127);
	CHECK(!fake.open_fds, "a descriptor stays open");
	fake_readable();
	verify_refused(0);
	CHECK(fake.message_size && end[-1] == '\n' && strlen(fake.message) == fake.message_size);
	/* One line, unless a name has another. */
	CHECK(strchr(fake.message, '\n') == end - 1 || memchr(model.message, '\n', model.message_size - 1), "more than one line");
	verify_opened();
	CHECK(!strncmp(fake.message, "relinterp: ", 11));
	CHECK(!strict() || !strncmp(fake.message + 11, program.execfn, n));
	if (strict()) {
		CHECK(!model.loader, "not started: %s", model.loader);
		SAME(fake.message, model.message);
	}
}
