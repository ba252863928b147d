/* A program that the kernel has just started: its stack, program headers and .dynamic, all in
 * memory; and what became of it. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "../elf.h"
#include "fake.h"
#include "image.h"

enum how { JUMPED, EXITED, RETURNED, WROTE }; /* WROTE: to a .dynamic that nobody can write to */

/* Where the initial stack lies: above everything, with room below it; right above the body's frames, as in
 * a program, where bytes can be counted. */
enum placement { ABOVE, TIGHT };
extern enum placement placement;

enum { MAX_ENV = 400, MAX_PHDR = 224 };

struct program {
	int argc;
	const char *argv[8];
	const char *env[MAX_ENV];
	int envs;
	const char *execfn;
	const char *exe;  /* /proc/self/exe, 0: there is no /proc */
	const char *runpath, *rpath;
	struct phdr phdr[MAX_PHDR];
	int phnum;
	word base;        /* where it is loaded */
	int secure;
	word debug;       /* DT_DEBUG, as it stands in the file: 0 */
	word at_base;     /* AT_BASE from the kernel: 0 */
	int plain;        /* needs libc alone, as a small program does: /proc is asked last */
	const char *symbol; /* a name in .dynstr */
	int no_pagesz, no_base_slot;
	word odd_tag;     /* one more tag in the auxiliary vector */
	int read_only;    /* nobody can write to .dynamic */
	int second;       /* after the jump: the loader does its work and comes back */
	int lax;          /* system calls fail, or names do not fit: no prediction */
};
extern struct program program;

struct outcome {
	enum how how;
	char interp[70000];  /* PT_INTERP, when it jumped */
	char runpath[70000]; /* what the loader will read */
	int expanded;        /* it was replaced */
	word base, entry, sp;
	word phdr, phnum;    /* AT_PHDR, AT_PHNUM for the loader */
	word file_phdr;      /* the kernel's */
	word dynamic;        /* where .dynamic is */
	word argv0, env0, execfn; /* addresses */
	int calls;           /* system calls until then */
	word depth;          /* bytes of stack below the initial one, */
	word lost;           /* and of them, above what the loader gets */
};
extern struct outcome outcome;

/* An ordinary program /app/bin/prog, ./lib with a loader, no RUNPATH, an empty machine. */
void program_new(void);
/* Strings and blocks with nothing readable behind them; they live until program_new. */
char *text(const char *s);
char *repeat(const char *s, size_t length);
char *join(const char *a, const char *b);
void *block(size_t size);
void env(const char *s);
struct phdr *header_add(uint32_t type, uint32_t flags, word vaddr, word size);
/* A good loader at that path. */
struct file *loader_at(const char *path);
/* Another file in its place. */
struct file *image_at(const char *path, const struct image *image);

/* Run the body once and check all that holds for every start (verify.c). */
enum how start(void);

/* verify.c: at the jump; after it; at the end. */
void verify_jump(word sp, word pc, const word *stack, size_t words); /* stack: a copy of the initial one */
void verify_second(void);
void verify_exit(void);

#endif
