#include "model.h"

#include <string.h>

#include "body.h"
#include "check.h"
#include "program.h"

struct model model;

static void say(const char *s)
{
	size_t n = strlen(s);

	CHECK(model.message_size + n < MODEL_TEXT);
	strcpy(model.message + model.message_size, s);
	model.message_size += n;
}

static const char *why_cwd(void)
{
	return fake.cwd && *fake.cwd == '/' && strlen(fake.cwd) < 4096 ? 0 : "own path not known";
}

/* The folder of a path. */
static char *folder(const char *path)
{
	char *s = text(path), *slash = strrchr(s, '/');

	slash[slash == s] = 0;
	return s;
}

/* A program in a memfd has a name that is no place. */
static char *place(const char *path)
{
	return !strncmp(path, "/memfd:", 7) ? 0 : folder(path);
}

static char *origin_by_path(void)
{
	const struct file *f;
	const char *path = program.execfn;
	int i;

	if (*path != '/') {
		if (why_cwd())
			return 0;
		path = join(join(fake.cwd, "/"), path);
	}
	for (i = 0; i < 40 && strlen(path) < 4096 && (f = fake_find(path)) && f->link && *f->link; i++) {
		char *in = text(path);

		strrchr(in, '/')[1] = 0;
		path = *f->link == '/' ? f->link : join(in, f->link);
	}
	return place(path);
}

static char *origin(void)
{
	return program.exe && *program.exe == '/' && strlen(program.exe) < 4096 ? place(program.exe) : origin_by_path();
}

static const char *environment(const char *name)
{
	const char *value = 0;
	size_t n = strlen(name);
	int i;

	for (i = 0; i < program.envs; i++)
		if (!strncmp(program.env[i], name, n))
			value = program.env[i] + n;
	return value && *value ? value : 0;
}

/* Whether the path that execve was given is tried before /proc is asked: the loader itself will not
 * want the origin, and no argument says that the path is a script's. */
static int by_path_first(void)
{
	const struct file *f = fake_find(program.execfn);
	int i;

	if (program.secure || !program.plain || *program.execfn != '/' || strstr(program.symbol, "dlop") || environment("RELINTERP_DEBUG="))
		return 0;
	for (i = 1; i < program.argc; i++)
		if (!strncmp(program.argv[i], program.execfn, strlen(program.execfn)))
			return 0;
	return f && !f->link && strlen(program.execfn) < 4096;
}

static size_t token(const char *s)
{
	return !strncmp(s, "$ORIGIN", 7) ? 7 : !strncmp(s, "${ORIGIN}", 9) ? 9 : 0;
}

static int odd(const char *s)
{
	while ((s = strchr(s, '$')) && token(s))
		s++;
	return s != 0;
}

static char *expanded(const char *s)
{
	size_t n = 0, o = model.origin ? strlen(model.origin) : 0;
	const char *p;
	char *to, *start;

	for (p = s; *p; p++)
		n += token(p) ? o + 9 : 1;
	start = to = block(n + 1);
	while (*s)
		if (model.origin && token(s)) {
			memcpy(to, model.origin, o);
			to += o;
			s += token(s);
		} else {
			*to++ = *s++;
		}
	*to = 0;
	return start;
}

/* One candidate as it stands in a list.  1: it is the loader. */
static int candidate(const char *entry, const char *name)
{
	const char *why = *entry == '$' && !model.origin ? "own path not known" : 0;
	char *path = expanded(entry);
	const struct file *f;

	if (name)
		path = join(join(path, "/"), name);
	if (!why) {
		CHECK(model.paths < MODEL_PATHS);
		model.path[model.paths++] = path;
		f = fake_find_from_cwd(path);
		why = strlen(path) >= 4096 ? "path too long" : !f ? "no such file" : f->why;
		if (!why) {
			model.loader = path;
			return 1;
		}
	}
	say(path);
	say(": ");
	say(why);
	say("; ");
	return 0;
}

static int list(const char *entries)
{
	char *next, *s = text(entries);

	for (; s; s = next) {
		next = strchr(s, ':');
		if (next)
			*next++ = 0;
		if (*s && candidate(s, LOADER_NAME))
			return 1;
	}
	return 0;
}

/* Whether .dynamic may be written to. */
static int writable(void)
{
	for (int i = 0; i < program.phnum; i++)
		if (program.phdr[i].p_type == PT_DYNAMIC)
			return !!(program.phdr[i].p_flags & PF_W);
	return 0;
}

static void search(const char *own)
{
	const char *file = environment("RELINTERP_LOADER="), *path = environment("LD_LIBRARY_PATH=");

	model.paths = 0;
	model.loader = 0;
	model.message_size = 0;
	model.runpath = expanded(own);
	model.left_alone = program.secure || !writable() || !*own || !model.origin || strpbrk(model.origin, ":$") || odd(own);
	say("relinterp: ");
	say(program.execfn);
	say(": ");
	if (!program.secure) {
		if (file && candidate(file, 0))
			return;
		if (path && list(path))
			return;
		if (!odd(own) && list(own))
			return;
		if (candidate("$ORIGIN", LOADER_NAME))
			return;
	}
	/* A relative one would be somebody else's. */
	if (*body_fallback == '/' && candidate(body_fallback, 0))
		return;
	say(program.secure ? "raised privileges need an absolute fallback\n"
			   : "no loader; put one there or set RELINTERP_LOADER=FILE\n");
}

void model_run(void)
{
	const char *own = program.runpath ? program.runpath : program.rpath ? program.rpath : "";

	model.firsts = 0;
	if (by_path_first()) {
		model.origin = origin_by_path();
		search(own);
		if (model.loader)
			return;
		model.firsts = model.paths;
		memcpy(model.first, model.path, sizeof model.path);
	}
	model.origin = program.secure ? 0 : origin();
	search(own);
}
