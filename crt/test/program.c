#define _GNU_SOURCE
#include "program.h"

#include <alloca.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "body.h"
#include "check.h"
#include "model.h"

enum placement placement;
struct program program;
struct outcome outcome;

static void *owned[100000];
static int owned_count;
static sigjmp_buf out;
static struct image good;

static word *dynamic;      /* the program's .dynamic */
static word *initial;      /* the initial stack as it was handed over */
static size_t initial_words;

void *block(size_t size)
{
	CHECK(owned_count < 100000);
	return owned[owned_count++] = malloc(size ? size : 1);
}

char *text(const char *s)
{
	return strcpy(block(strlen(s) + 1), s);
}

char *repeat(const char *s, size_t length)
{
	size_t i, n = strlen(s);
	char *p = block(length + 1);

	for (i = 0; i < length; i++)
		p[i] = s[i % n];
	p[length] = 0;
	return p;
}

char *join(const char *a, const char *b)
{
	size_t n = strlen(a);
	char *p = block(n + strlen(b) + 1);

	memcpy(p, a, n);
	strcpy(p + n, b);
	return p;
}

void env(const char *s)
{
	CHECK(program.envs < MAX_ENV);
	program.env[program.envs++] = text(s);
}

struct phdr *header_add(uint32_t type, uint32_t flags, word vaddr, word size)
{
	struct phdr *ph = &program.phdr[program.phnum++];

	CHECK(program.phnum <= MAX_PHDR);
	*ph = (struct phdr){ .p_type = type, .p_flags = flags, .p_offset = vaddr, .p_vaddr = vaddr, .p_paddr = vaddr,
			     .p_filesz = size, .p_memsz = size + 16, .p_align = 4096 };
	return ph;
}

struct file *image_at(const char *path, const struct image *image)
{
	return fake_file(path, memcpy(block(image->size), image->data, image->size), image->size);
}

struct file *loader_at(const char *path)
{
	return image_at(path, &good);
}

void program_new(void)
{
	fake_reset();
	while (owned_count)
		free(owned[--owned_count]);
	memset(&program, 0, sizeof program);
	body_loader = LOADER_NAME;
	body_fallback = "";
	body_debug_states = 0;
	body_fresh = 1;
	body_wants = -1;
	body_hand = 0;
	if (!good.size)
		image_make(&good, 4096);
	program.base = 0x555555554000;
	program.argc = 2;
	program.argv[0] = "prog";
	program.argv[1] = "argument";
	program.symbol = "puts";
	program.execfn = program.exe = "/app/bin/prog";
	header_add(PT_LOAD, PF_R, 0, 0x400);
	header_add(PT_LOAD, PF_R | PF_X, 0x1000, 0x800);
	header_add(PT_LOAD, PF_R | PF_W, 0x3000, 0x600);
	header_add(PT_DYNAMIC, PF_R | PF_W, 0, 0x100);
}

/* .dynamic lies in pages of its own, that the test may close, with nothing behind it. */
enum { ROOM = 65536 };
static char *pages;

static void writable(int yes)
{
	CHECK(!mprotect(pages, ROOM, yes ? PROT_READ | PROT_WRITE : PROT_READ));
}

static void on_segv(int number, siginfo_t *info, void *context)
{
	(void)context;
	if ((word)info->si_addr - (word)pages < ROOM) {
		outcome.how = WROTE;
		siglongjmp(out, 1);
	}
	signal(number, SIG_DFL);
}

static word *dynamic_room(size_t size)
{
	struct sigaction action = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO };

	if (!pages) {
		pages = mmap(0, 2 * ROOM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(pages != MAP_FAILED);
		sigaction(SIGSEGV, &action, 0);
	}
	writable(1);
	return (word *)(void *)(pages + ROOM - size);
}

/* .dynamic and .dynstr, as the linker leaves them: addresses without the base. */
static word *make_dynamic(void)
{
	word tags[20], *d = tags, *p;
	const char *list = program.runpath ? program.runpath : "", *old = program.rpath ? program.rpath : "";
	size_t size = 4 + strlen(list) + strlen(old) + strlen(program.symbol);
	char *strings = block(size);

	strings[0] = 0;
	strcpy(strings + 1, list);
	strcpy(strings + 2 + strlen(list), old);
	strcpy(strings + 3 + strlen(list) + strlen(old), program.symbol);
	*d++ = 1, *d++ = 0; /* DT_NEEDED */
	if (!program.plain)
		*d++ = 1, *d++ = 0;
	if (program.rpath)
		*d++ = DT_RPATH, *d++ = 2 + strlen(list);
	if (program.runpath)
		*d++ = DT_RUNPATH, *d++ = 1;
	*d++ = DT_STRTAB, *d++ = (word)strings - program.base;
	*d++ = 10, *d++ = size; /* DT_STRSZ */
	*d++ = DT_DEBUG, *d++ = program.debug;
	*d++ = 0, *d++ = 0;
	p = dynamic_room((size_t)((char *)d - (char *)tags));
	memcpy(p, tags, (size_t)((char *)d - (char *)tags));
	return p;
}

static const char *read_list(void)
{
	word *d, list = 0, strings = 0, old = 0;

	for (d = dynamic; *d; d += 2) {
		list = *d == DT_RUNPATH ? d[1] : list;
		old = *d == DT_RPATH ? d[1] : old;
		strings = *d == DT_STRTAB ? d[1] : strings;
	}
	list = list ? list : old;
	return list ? (const char *)(program.base + strings + list) : "";
}

static void make_stack(void)
{
	word *p = initial = block(sizeof(word) * (size_t)(program.argc + program.envs + 64));
	struct phdr *ph = block(sizeof *ph * (size_t)program.phnum);
	int i;

	for (i = 0; i < program.phnum; i++)
		if (program.phdr[i].p_type == PT_DYNAMIC)
			program.phdr[i].p_vaddr = (word)dynamic - program.base;
	memcpy(ph, program.phdr, sizeof *ph * (size_t)program.phnum);
	*p++ = (word)program.argc;
	for (i = 0; i < program.argc; i++)
		*p++ = (word)text(program.argv[i]);
	*p++ = 0;
	for (i = 0; i < program.envs; i++)
		*p++ = (word)program.env[i];
	*p++ = 0;
	*p++ = 33, *p++ = 0x1234; /* above all that the body knows */
	if (program.odd_tag)
		*p++ = program.odd_tag, *p++ = 77;
	*p++ = AT_PHDR, *p++ = (word)ph;
	*p++ = AT_PHNUM, *p++ = (word)program.phnum;
	if (!program.no_pagesz)
		*p++ = AT_PAGESZ, *p++ = fake.page;
	if (!program.no_base_slot)
		*p++ = AT_BASE, *p++ = program.at_base;
	*p++ = AT_SECURE, *p++ = (word)program.secure;
	*p++ = AT_EXECFN, *p++ = (word)text(program.execfn);
	*p++ = 0, *p++ = 0;
	initial_words = (size_t)(p - initial);
	outcome.file_phdr = (word)ph;
}

enum { BELOW = 128 * 1024 };

static __attribute__((noinline)) void enter_above(void)
{
	size_t size = initial_words * sizeof(word);
	char *area = alloca(BELOW + size);

#ifndef WATCH_UNINITIALISED
	memset(area, 0xa5, BELOW);
#endif
	memcpy(area + BELOW, initial, size);
	outcome.sp = (word)(area + BELOW);
	body_enter((word *)(area + BELOW), dynamic);
}

static __attribute__((noinline)) void enter_tight(void)
{
	word sp[initial_words] __attribute__((aligned(16)));

	memcpy(sp, initial, sizeof sp);
	outcome.sp = (word)sp;
	body_enter(sp, dynamic);
	__asm__ volatile("" : : "r"(sp) : "memory"); /* no tail call */
}

_Noreturn void fake_jumped(word sp, word pc)
{
	outcome.how = JUMPED;
	outcome.calls = fake.calls;
	outcome.depth = outcome.sp - fake.lowest;
	outcome.lost = outcome.sp - sp;
	strncpy(outcome.runpath, read_list(), sizeof outcome.runpath - 1);
	outcome.expanded = strcmp(outcome.runpath, program.runpath ? program.runpath : program.rpath ? program.rpath : "") != 0;
	verify_jump(sp, pc, initial, initial_words);
	if (program.second) {
		word *d;

		for (d = dynamic; *d != DT_DEBUG; d += 2)
			;
		d[1] = 0xdeb;
		writable(0); /* RELRO */
		body_hand = 0x1234;
		body_enter((word *)sp, dynamic);
		verify_second();
	}
	siglongjmp(out, 1);
}

_Noreturn void fake_exited(void)
{
	outcome.how = EXITED;
	outcome.calls = fake.calls;
	outcome.depth = outcome.sp - fake.lowest;
	siglongjmp(out, 1);
}

enum how start(void)
{
	static void (*const enter[])(void) = { enter_above, enter_tight };

	memset(&outcome, 0, offsetof(struct outcome, interp));
	outcome.interp[0] = outcome.runpath[0] = 0;
	outcome.how = RETURNED;
	if (program.exe)
		fake_link("/proc/self/exe", program.exe);
	if (*program.execfn == '/' && strncmp(program.execfn, "/dev/fd/", 8) && !fake_find(program.execfn))
		fake_file(program.execfn, "", 0)->why = "not ELF";
	dynamic = make_dynamic();
	outcome.dynamic = (word)dynamic;
	make_stack();
	model_run();
	writable(!program.read_only);
	fake.lowest = (word)-1;
	if (!sigsetjmp(out, 1))
		enter[placement]();
	if (outcome.how == RETURNED)
		outcome.calls = fake.calls;
	if (outcome.how == EXITED)
		verify_exit();
	return outcome.how;
}
