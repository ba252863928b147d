/* The contract between a door (start.c, the retrofit's stub) and the body. */
#ifndef RELINTERP_H
#define RELINTERP_H

#include "arch.h"

/* What a door says to the body. */
static inline const char *door_loader(void);   /* file name looked for, never with a slash */
static inline const char *door_fallback(void); /* absolute path tried last, or "" */
struct run;
static inline void door_mapped(struct run *r, word base, word *dynamic); /* of the loader, which has not run yet */
static void door_debug_state(void);            /* called once when the loader has come back */
static inline int door_musl(void);             /* the loader is musl's, which ignores a RUNPATH with another $ */
static inline int door_whole(void);            /* it is as long as its segments, and without a page of zeros */
static inline int door_tell(void);             /* the kernel shall know where the loader is */
static inline int door_by_hand(word entry);    /* AT_ENTRY tells that somebody started the loader by hand */
#ifdef arch_touch
static inline int door_fresh(word entry);      /* AT_ENTRY does not say that */
#endif
static inline int door_wants(void);            /* whether the loader will want the program's place; < 0: the body shall look */
static inline word door_phdr(word phdr, word phnum); /* AT_PHDR, put right where the kernel computes it wrongly */
static inline word door_base(word at, const struct phdr *dynamic); /* where the program is, of which this is PT_DYNAMIC */

/* Limits, in bytes. */
enum {
	RELINTERP_LINK = 256,   /* of /proc/self/exe, in the first try */
	RELINTERP_PATH = 4096,  /* the longest answer of getcwd and readlink, with a NUL (PATH_MAX) */
	RELINTERP_HEADERS = 17, /* program headers of a loader, which follow its ELF header */
	RELINTERP_STATUS = 127, /* exit status of every failure */
};

/* Why a file is not used: an errno, or one of these. */
enum {
	WHY_NOT_ELF = 22, /* EINVAL, which mmap gives for an empty file */
	WHY_KIND = 51,    /* these two are no errno that a file gives */
	WHY_DAMAGED = 52,
};

/* Enter with the stack pointer as the kernel or the loader left it (argc, argv, envp, auxv), what
 * door_base wants, and the function for atexit that the psABI hands to the entry in a register: the
 * kernel hands none.  Comes back when the loader has done its work and the program itself is to go on;
 * starts the loader and does not come back before that; ends the process with RELINTERP_STATUS when it
 * cannot. */
static inline __attribute__((always_inline)) void relinterp_enter(word *sp, word at, word hand);

#endif
