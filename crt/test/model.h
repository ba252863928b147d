/* What ought to happen, told a second time in the plainest way: which files are looked at, in
 * which order, what is said of them, and what the loader shall read as RUNPATH. */
#ifndef MODEL_H
#define MODEL_H

#include "../elf.h"

enum { MODEL_PATHS = 4000, MODEL_TEXT = 800000 };

struct model {
	char *path[MODEL_PATHS]; /* opened, in this order */
	int paths;
	char *first[MODEL_PATHS]; /* what is looked at before /proc is asked */
	int firsts;
	word asked;              /* bytes of stack for /proc's answer, or for the path that execve was given and its links */
	char *loader;            /* the last of them, or 0 */
	char message[MODEL_TEXT]; /* a report or a trace */
	size_t message_size;
	const char *origin;      /* "": it counts for nothing */
	char *runpath;           /* expanded, "" when there is none */
	int traced;              /* on request */
	int left_alone;          /* the loader shall read it as it stands in the file */
};
extern struct model model;

void model_run(void);

#endif
