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

/* Where nothing tells what the program's folder is: a file, below which there is nothing. */
#define NOWHERE "/proc/self/exe"

static int no_cwd(void)
{
	return !fake.cwd || *fake.cwd != '/' || strlen(fake.cwd) >= 4096;
}

/* The folder of a path. */
static char *folder(const char *path)
{
	char *s = text(path), *slash = strrchr(s, '/');

	slash[slash == s] = 0;
	return s;
}

static const char *origin_by_path(void)
{
	const struct file *f;
	const char *path = program.execfn;
	int i;

	if (*path != '/') {
		if (no_cwd())
			return NOWHERE;
		path = join(join(fake.cwd, "/"), path);
	}
	for (i = 0; i < 40 && strlen(path) < 4096 && (f = fake_find(path)) && f->link && *f->link; i++) {
		char *in = text(path);

		strrchr(in, '/')[1] = 0;
		path = *f->link == '/' ? f->link : join(in, f->link);
	}
	return folder(path);
}

static const char *origin(void)
{
	if (!program.exe || *program.exe != '/' || strlen(program.exe) >= 4096)
		return origin_by_path();
	/* One in a memfd is "/memfd:name (deleted)". */
	return !strncmp(program.exe, "/memfd:", 7) ? NOWHERE : folder(program.exe);
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

static int in_strings(const char *s)
{
	return strstr(program.symbol, s) || (program.runpath && strstr(program.runpath, s)) || (program.rpath && strstr(program.rpath, s));
}

/* Whether the path that execve was given is tried before /proc is asked: the loader itself will not
 * want the origin, and no argument says that the path is a script's. */
static int by_path_first(void)
{
	const struct file *f = fake_find(program.execfn);
	int i;

	if (program.secure || *program.execfn != '/' || environment("RELINTERP_DEBUG="))
		return 0;
	if (body_wants < 0 ? !program.plain || in_strings("dlop") : body_wants)
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
	size_t n = 0, o = strlen(model.origin);
	const char *p;
	char *to, *start;

	for (p = s; *p; p++)
		n += token(p) ? o + 9 : 1;
	start = to = block(n + 1);
	while (*s)
		if (token(s)) {
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
	char *path = expanded(entry);
	const struct file *f;
	const char *why;

	if (name)
		path = join(join(path, "/"), name);
	CHECK(model.paths < MODEL_PATHS);
	model.path[model.paths++] = path;
	f = fake_find_from_cwd(path);
	why = strlen(path) >= 4096 ? "too long" : !f ? "no such file" : f->why;
	say(": ");
	say(path);
	say(": ");
	if (!why) {
		model.loader = path;
		say("ok\n");
		return 1;
	}
	say(why);
	return 0;
}

static int list(const char *entries)
{
	char *next, *s = text(entries);

	for (; s; s = next) {
		next = strchr(s, ':');
		if (next)
			*next++ = 0;
		if (*s && candidate(s, body_loader))
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
	model.left_alone = program.secure || !writable() || !*own || strpbrk(model.origin, ":$");
	say("relinterp: ");
	say(program.execfn);
	if (!program.secure) {
		if (file && candidate(file, 0))
			return;
		if (path && list(path))
			return;
		if ((!body_musl || !odd(own)) && list(own))
			return;
		if (candidate("$ORIGIN", body_loader))
			return;
	}
	/* A relative one would be somebody else's; package patcher takes none. */
	if ((body_tell ? *body_fallback == '/' : *body_fallback) && candidate(body_fallback, 0))
		return;
	say(program.secure ? ": privileges need a fallback\n" : ": put one there or set RELINTERP_LOADER\n");
}

void model_run(void)
{
	const char *own = program.runpath ? program.runpath : program.rpath ? program.rpath : "";

	model.firsts = model.asked = 0;
	model.traced = !program.secure && environment("RELINTERP_DEBUG=");
	if (by_path_first()) {
		model.origin = origin_by_path();
		search(own);
		if (model.loader)
			return;
		model.firsts = model.paths;
		memcpy(model.first, model.path, sizeof model.path);
	}
	model.origin = "";
	if (!program.secure) {
		model.origin = origin();
		model.asked = program.exe && *program.exe == '/' && strlen(program.exe) < 256 ? 256 : 256 + 2 * 4096;
	}
	search(own);
}
