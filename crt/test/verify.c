/* What holds for every start, whatever the test is about. */
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "check.h"
#include "model.h"
#include "program.h"

enum { PATH_MAX_ = 4096 };

static int strict(void)
{
	return !program.lax;
}

static int expected(const char *path)
{
	int i;

	for (i = 0; i < model.paths; i++)
		if (!strcmp(model.path[i], path))
			return 1;
	for (i = 0; i < model.firsts; i++)
		if (!strcmp(model.first[i], path))
			return 1;
	return 0;
}

/* The files that were opened: the model's in its order, perhaps begun anew with more room. */
static void verify_opened(void)
{
	static char reach[MAX_OPENED + 1];
	char *want[MODEL_PATHS], *got[MAX_OPENED];
	int i, k, wants = 0, gots = 0;

	for (i = 0; i < fake.opens; i++)
		if (strlen(fake.opened[i]) < PATH_MAX_) {
			CHECK(program.lax || expected(fake.opened[i]), "opened %s", fake.opened[i]);
			got[gots++] = fake.opened[i];
		}
	if (!strict())
		return;
	for (i = 0; i < model.paths; i++)
		if (strlen(model.path[i]) < PATH_MAX_)
			want[wants++] = model.path[i];
	memset(reach, 0, sizeof reach);
	reach[0] = 1;
	for (i = 0; i < model.firsts && i < gots && !strcmp(got[i], model.first[i]); i++)
		reach[i + 1] = 1;
	for (i = 0; i < gots; i++)
		for (k = 0; reach[i] && k < wants && i + k < gots && !strcmp(got[i + k], want[k]); k++)
			reach[i + k + 1] = 1;
	CHECK(gots >= wants && reach[gots - wants], "%d files opened, %d wanted", gots, wants);
	for (k = 0; k < wants; k++)
		SAME(got[gots - wants + k], want[k]);
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
	static const long prots[] = { 0, 4, 2, 6, 1, 5, 3, 7 };
	word page = fake.page, start = base + ph->p_vaddr, rest = start + ph->p_filesz, end = start + ph->p_memsz;
	word whole = (rest + page - 1) & -page, at, i;

	CHECK((ph->p_flags & (PF_W | PF_X)) != (PF_W | PF_X), "writable code was mapped");
	CHECK(!power_of_two(ph->p_align) || ph->p_align > (word)1 << 40 || !((start - ph->p_vaddr) & (ph->p_align - 1)),
	      "base %lx is not aligned to %lx", (long)base, (long)ph->p_align);
	if (!ph->p_filesz) /* nothing of the file is there */
		whole = start & -page;
	for (at = start & -page; ph->p_filesz && at < rest; at += page) {
		const struct mapping *m = fake_at(at);

		CHECK(m && m->file == f, "page %lx is not from the file", (long)(at - base));
		CHECK(m->prot == prots[ph->p_flags & 7], "protection %ld of flags %d", m->prot, (int)ph->p_flags);
		CHECK(m->offset + (at - m->start) == ph->p_offset + (at - start), "page %lx is another", (long)(at - base));
	}
	CHECK(!memcmp(memory(start), f->data + ph->p_offset, ph->p_filesz));
	if (ph->p_flags & PF_W && ph->p_filesz)
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
	word lo = 0, hi = 0, start;
	int i, loads = 0, wide = 0;

	CHECK(f && f->size >= sizeof e);
	memcpy(&e, f->data, sizeof e);
	CHECK(e.e_type == ET_DYN && e.e_machine == body_machine && e.e_phentsize == sizeof ph);
	CHECK(e.e_phoff + (word)e.e_phnum * sizeof ph <= f->size);
	fake_readable();
	for (i = 0; i < e.e_phnum; i++) {
		memcpy(&ph, f->data + e.e_phoff + (word)i * sizeof ph, sizeof ph);
		if (ph.p_type != PT_LOAD)
			continue;
		if (!loads++)
			lo = base + (ph.p_vaddr & -fake.page);
		wide |= ph.p_align > fake.page;
		CHECK(ph.p_filesz <= ph.p_memsz && ph.p_offset + ph.p_filesz <= f->size);
		CHECK(base + ph.p_vaddr >= hi, "segments overlap");
		hi = (base + ph.p_vaddr + ph.p_memsz + fake.page - 1) & -fake.page;
		verify_segment(base, &ph, f);
	}
	CHECK(loads);
	if (program.lax)
		return;
	if (wide) /* what an alignment leaves over stays */
		return;
	for (i = 0; i < fake.mappings; i++) {
		start = fake.mapping[i].start;
		CHECK(!fake_at(start) || (start >= lo && start < hi), "something else stays mapped");
		start += fake.mapping[i].size - fake.page;
		CHECK(!fake_at(start) || (start >= lo && start < hi), "something else stays mapped");
	}
}

static void verify_table(const struct phdr *ph, int entries)
{
	int i;

	CHECK(entries == program.phnum + 2, "%d entries", entries);
	CHECK(ph->p_type == PT_PHDR && program.base + ph->p_vaddr == (word)ph && ph->p_filesz == (word)entries * sizeof *ph &&
	      ph->p_memsz == ph->p_filesz);
	for (i = 0; i < program.phnum; i++) {
		struct phdr want = program.phdr[i];

		if (want.p_type == PT_PHDR)
			want.p_type = PT_NULL;
		CHECK(!memcmp(&ph[i + 1], &want, sizeof want), "entry %d", i + 1);
	}
	ph += entries - 1;
	CHECK(ph->p_type == PT_INTERP && ph->p_memsz == ph->p_filesz && ph->p_filesz < sizeof outcome.interp);
	memcpy(outcome.interp, (const char *)(program.base + ph->p_vaddr), ph->p_filesz);
	CHECK(strlen(outcome.interp) == ph->p_filesz - 1, "PT_INTERP's length %ld", (long)ph->p_filesz);
}

/* Every word as before, but for three values of the auxiliary vector. */
static void verify_stack(const word *now, const word *before, size_t words)
{
	size_t i, vector = (size_t)(program.argc + program.envs + 3);

	CHECK((word)now % 16 == 0 || outcome.sp % 16);
	for (i = 0; i < words; i++) {
		word tag = i > vector && (i - vector) % 2 ? before[i - 1] : 0;

		if (tag == AT_BASE)
			outcome.base = now[i];
		else if (tag == AT_PHDR)
			outcome.phdr = now[i];
		else if (tag == AT_PHNUM)
			outcome.phnum = now[i];
		else
			CHECK(now[i] == before[i], "word %d of the stack", (int)i);
		if (tag == AT_EXECFN)
			outcome.execfn = now[i];
	}
	outcome.argv0 = before[1];
	outcome.env0 = before[program.argc + 2];
}

void verify_jump(word sp, word pc, const word *stack, size_t words)
{
	struct ehdr e;

	CHECK(!fake.open_fds, "a descriptor stays open");
	CHECK(fake.last && fake.last->size >= sizeof e);
	memcpy(&e, fake.last->data, sizeof e);
	outcome.entry = e.e_entry;
	verify_stack((const word *)sp, stack, words);
	outcome.sp = sp;
	if (program.no_base_slot)
		outcome.base = pc - e.e_entry;
	CHECK(pc == outcome.base + e.e_entry, "entry");
	verify_image(outcome.base, fake.last);
	verify_table((const struct phdr *)outcome.phdr, (int)outcome.phnum);
	verify_opened();
	SAME(outcome.interp, fake.opened[fake.opens - 1]);
	if (strict()) {
		CHECK(model.loader, "a loader that the model does not know");
		SAME(outcome.interp, model.loader);
		if (!model.left_alone)
			SAME(outcome.runpath, model.runpath);
	}
	CHECK(!model.left_alone || !outcome.expanded || (model.origin && !strpbrk(model.origin, ":$") && !program.secure),
	      "RUNPATH was replaced by %s", outcome.runpath);
	CHECK(!outcome.expanded || !strcmp(outcome.runpath, model.runpath) || program.lax, "RUNPATH was replaced by %s",
	      outcome.runpath);
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
	CHECK(t.start_code == outcome.file_phdr && t.start_data == t.start_code);
	CHECK(t.end_code == outcome.dynamic && t.end_data == t.end_code);
}

void verify_second(void)
{
	CHECK(body_debug_states == 1);
	CHECK(fake.opens && fake.prctls == 1 && fake.brks == 1);
	CHECK(!fake.open_fds);
	verify_told();
}

void verify_exit(void)
{
	const char *end = fake.message + fake.message_size;
	size_t n = strlen(program.execfn);

	CHECK(fake.status == 127);
	CHECK(!fake.open_fds, "a descriptor stays open");
	CHECK(program.lax || !fake_pieces(), "a loader that was not taken stays mapped");
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
