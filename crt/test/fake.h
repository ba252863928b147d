/* A machine in memory behind the entry object's system calls: files, links, a current folder, and
 * memory in which each mapping can be looked up. */
#ifndef FAKE_H
#define FAKE_H

#include "../elf.h"

struct file {
	const char *path;
	const char *link;           /* a symbolic link's target, or 0 */
	const unsigned char *data;
	size_t size;
	int open_error, read_error, exec_error; /* an errno, or 0 */
	const char *why;            /* what the report shall say of it; 0: it is a good loader */
};

struct mapping {
	word start, size;
	long prot;
	const struct file *file; /* 0: zeros */
	word offset;
	int reserved;  /* the kernel chose the place, for all that a loader's file wants */
	int refused;   /* and refused to lay a segment over it */
};

enum { MAX_FILES = 64, MAX_MAPPINGS = 2048, MAX_OPENED = 16384, MAX_MESSAGE = 200000 };

struct fake {
	struct file file[MAX_FILES];
	int files;
	const char *cwd;            /* 0: cwd_error */
	int cwd_error;
	word page;
	word lowest;                /* address of a local variable */
	int calls, fail_at, fail_errno; /* call number fail_at (from 1) answers -fail_errno */
	int readlinks, getcwds, opens, preads, sizes, mmaps, closes, writes, brks, prctls;
	char *opened[MAX_OPENED];
	int open_fds;
	const struct file *last;    /* the last one that was opened */
	struct mapping mapping[MAX_MAPPINGS]; /* in the order in which they came; later ones win */
	int mappings;
	word freed, freed_size;     /* what was given back last: the kernel's next choice for as many pages */
	void *real[MAX_OPENED];     /* what stands behind the reservations */
	size_t real_size[MAX_OPENED];
	int reals;
	char message[MAX_MESSAGE];
	size_t message_size;
	int status;
	char prctl[256];
	size_t prctl_size;
};
extern struct fake fake;

/* Everything as new; memory given back. */
void fake_reset(void);
struct file *fake_file(const char *path, const void *data, size_t size);
struct file *fake_link(const char *path, const char *target);
/* A file that does not open, and the report's word for it. */
struct file *fake_error(const char *path, int error, const char *why);
const struct file *fake_find(const char *path);
/* What opening it finds: a relative path starts at the current folder, and /proc/self/exe is no folder. */
const struct file *fake_find_from_cwd(const char *path);

/* The mapping that a byte belongs to, 0 when there is none. */
const struct mapping *fake_at(word address);
/* The reservation that a byte belongs to, likewise. */
struct mapping *fake_reservation(word address);
/* Let the tests read all of it. */
void fake_readable(void);

/* Where sys_jump and sys_exit go: program.c. */
_Noreturn void fake_jumped(word sp, word pc);
_Noreturn void fake_exited(void);

#endif
