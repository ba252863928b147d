#define _GNU_SOURCE
#define RELINTERP_FAKE_SYS
#include "fake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "body.h"
#include "check.h"
#include "../sys.h"

struct fake fake;

static const struct file *behind_fd(long fd)
{
	CHECK(fd >= 100 && fd < 100 + fake.files && fake.open_fds == 1, "fd %ld is not open", fd);
	return &fake.file[fd - 100];
}

void fake_reset(void)
{
	int i;

	for (i = 0; i < fake.opens && i < MAX_OPENED; i++)
		free(fake.opened[i]);
	for (i = 0; i < fake.reals; i++)
		munmap(fake.real[i], fake.real_size[i]);
	memset(&fake, 0, offsetof(struct fake, opened));
	fake.open_fds = fake.mappings = fake.reals = fake.status = 0;
	fake.message_size = fake.prctl_size = fake.freed_size = 0;
	fake.message[0] = 0;
	fake.last = 0;
	fake.cwd = "/";
	fake.page = 4096;
}

static struct file *add(const char *path)
{
	struct file *f = (struct file *)fake_find(path);

	if (!f) {
		CHECK(fake.files < MAX_FILES);
		f = &fake.file[fake.files++];
	}
	memset(f, 0, sizeof *f);
	f->path = path;
	return f;
}

struct file *fake_file(const char *path, const void *data, size_t size)
{
	struct file *f = add(path);

	f->data = data;
	f->size = size;
	return f;
}

struct file *fake_link(const char *path, const char *target)
{
	struct file *f = add(path);

	f->link = target;
	f->open_error = ELOOP; /* not followed here */
	f->why = "unusable";
	return f;
}

struct file *fake_error(const char *path, int error, const char *why)
{
	struct file *f = add(path);

	f->open_error = error;
	f->why = why;
	return f;
}

/* Several slashes are one. */
static int same_path(const char *a, const char *b)
{
	for (; *a == *b; a++, b++) {
		if (!*a)
			return 1;
		if (*a == '/') {
			while (a[1] == '/')
				a++;
			while (b[1] == '/')
				b++;
		}
	}
	return 0;
}

const struct file *fake_find(const char *path)
{
	int i;

	for (i = 0; i < fake.files; i++)
		if (same_path(fake.file[i].path, path))
			return &fake.file[i];
	return 0;
}

static int injected(void)
{
	char here;

	if ((word)&here < fake.lowest)
		fake.lowest = (word)&here;
	return ++fake.calls == fake.fail_at;
}

long sys_readlink(const char *path, char *buf, size_t n)
{
	const struct file *f = fake_find(path);
	size_t length;

	fake.readlinks++;
	if (injected())
		return -fake.fail_errno;
	if ((int)n <= 0) /* the kernel's argument is an int */
		return -EINVAL;
	if (strlen(path) >= 4096)
		return -ENAMETOOLONG;
	if (!f || !f->link)
		return f && f->open_error ? -f->open_error : f ? -EINVAL : -ENOENT;
	length = strlen(f->link);
	if (length >= 4096) /* no file system has it, nor can /proc say it */
		return -ENAMETOOLONG;
	if (length > n)
		length = n;
	memcpy(buf, f->link, length);
	return (long)length;
}

long sys_getcwd(char *buf, size_t n)
{
	fake.getcwds++;
	if (injected())
		return -fake.fail_errno;
	if (!fake.cwd)
		return -fake.cwd_error;
	if (strlen(fake.cwd) >= 4096) /* nor can the kernel say it */
		return -ENAMETOOLONG;
	if (n <= strlen(fake.cwd))
		return -ERANGE;
	strcpy(buf, fake.cwd);
	return (long)strlen(buf) + 1;
}

/* Below the program's own file there is nothing, whatever follows. */
static int below_exe(const char *path)
{
	static const char exe[] = "/proc/self/exe/";
	const char *want = exe;

	for (; *want && *path == *want; path++, want++)
		while (*path == '/' && path[1] == '/')
			path++;
	return !*want && fake_find("/proc/self/exe");
}

static const struct file *find_or_none(const char *path)
{
	static const struct file none = { .open_error = ENOTDIR, .why = "unusable" };

	return below_exe(path) ? &none : fake_find(path);
}

const struct file *fake_find_from_cwd(const char *path)
{
	static char whole[70000];

	if (*path == '/' || strlen(path) > 40000)
		return find_or_none(path);
	if (!fake.cwd)
		return 0;
	strcpy(whole, fake.cwd);
	strcat(whole, "/");
	return find_or_none(strcat(whole, path));
}

long sys_open(const char *path)
{
	const struct file *f = fake_find_from_cwd(path);

	CHECK(fake.opens < MAX_OPENED && !fake.open_fds);
	fake.opened[fake.opens++] = strdup(path);
	fake.last = 0;
	if (injected())
		return -fake.fail_errno;
	if (strlen(path) >= 4096)
		return -ENAMETOOLONG;
	if (!f || f->open_error)
		return f ? -f->open_error : -ENOENT;
	fake.open_fds++;
	fake.last = f;
	return f - fake.file + 100;
}

long sys_pread(long fd, void *buf, size_t n, word off)
{
	const struct file *f = behind_fd(fd);

	fake.preads++;
	if (injected())
		return -fake.fail_errno;
	if (f->read_error || (long)off < 0)
		return f->read_error ? -f->read_error : -EINVAL;
	if (off >= f->size)
		return 0;
	if (n > f->size - off)
		n = f->size - off;
	memcpy(buf, f->data + off, n);
	return (long)n;
}

long sys_size(long fd)
{
	const struct file *f = behind_fd(fd);

	fake.sizes++;
	return injected() ? -fake.fail_errno : (long)f->size;
}

long sys_close(long fd)
{
	behind_fd(fd);
	fake.closes++;
	fake.open_fds--;
	return injected() ? -fake.fail_errno : 0; /* closed all the same */
}

const struct mapping *fake_at(word address)
{
	int i;

	for (i = fake.mappings; i--;)
		if (address - fake.mapping[i].start < fake.mapping[i].size)
			return &fake.mapping[i];
	return 0;
}

struct mapping *fake_reservation(word address)
{
	int i;

	for (i = 0; i < fake.mappings; i++)
		if (fake.mapping[i].reserved && address - fake.mapping[i].start < fake.mapping[i].size)
			return &fake.mapping[i];
	return 0;
}

void fake_readable(void)
{
	int i;

	for (i = 0; i < fake.mappings; i++)
		mprotect((void *)fake.mapping[i].start, fake.mapping[i].size, PROT_READ | PROT_WRITE);
}

static void note(word start, word size, long prot, const struct file *f, word off)
{
	CHECK(fake.mappings < MAX_MAPPINGS);
	fake.mapping[fake.mappings++] = (struct mapping){ start, size, prot, f, off, 0, 0 };
}

/* Whether all of it is the body's own: anything else would be somebody's memory. */
static int own(word start, word size)
{
	word page, end = start + size;

	if (end < start)
		return 0;
	for (page = start; page < end;) {
		const struct mapping *m = fake_at(page);

		if (!m)
			return 0;
		page = m->start + m->size < end && !m->file ? m->start + m->size : page + fake.page;
	}
	return 1;
}

/* A file's pages: its bytes, zeros to the end of its last page, nothing behind that. */
static void fill(word start, word size, long prot, const struct file *f, word off)
{
	word there = off < f->size ? f->size - off : 0, whole;

	if (there > size)
		there = size;
	whole = (there + fake.page - 1) & -fake.page;
	if (whole > size)
		whole = size;
	mprotect((void *)start, size, PROT_READ | PROT_WRITE);
	if (there)
		memcpy((void *)start, f->data + off, there);
	memset((char *)start + there, 0, whole - there);
	mprotect((void *)start, whole, (int)prot & (PROT_READ | PROT_WRITE));
	if (whole < size) /* SIGBUS */
		mprotect((char *)start + whole, size - whole, PROT_NONE);
}

/* Zeros, or a file's pages from its beginning. */
static long reserve(size_t n, long prot, const struct file *f)
{
	char *p;
	word start;

	if (!n)
		return -EINVAL;
	if (n > (size_t)6 << 30)
		return -ENOMEM;
	n = (n + fake.page - 1) & -fake.page;
	if (n == fake.freed_size) {
		start = fake.freed;
		fake.freed_size = 0;
		mprotect((void *)start, n, PROT_READ | PROT_WRITE);
		memset((void *)start, 0, n);
		goto reserved;
	}
	CHECK(fake.reals < MAX_OPENED);
	fake.real_size[fake.reals] = n + 4 * fake.page;
	p = mmap(0, n + 4 * fake.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(p != MAP_FAILED);
	fake.real[fake.reals++] = p;
	/* On a page, but never on two: an alignment must not come by luck. */
	start = ((word)p + 2 * fake.page - 1) & -(2 * fake.page);
	start += fake.page;
reserved:
	if (f)
		fill(start, n, prot, f, 0);
	note(start, n, prot, f, 0);
	fake.mapping[fake.mappings - 1].reserved = 1;
	return (long)start;
}

long sys_mmap(word addr, size_t n, long prot, long flags, long fd, word off)
{
	const struct file *f;
	int error;

	fake.mmaps++;
	error = injected() ? fake.fail_errno : 0;
	if (flags == (SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS)) {
		CHECK(!addr && fd == -1 && !off && prot == (SYS_PROT_READ | SYS_PROT_WRITE));
		return error ? -error : reserve(n, prot, 0);
	}
	f = behind_fd(fd);
	if (!addr) { /* to be read, and perhaps to be laid over */
		CHECK(body_whole && flags == SYS_MAP_PRIVATE && prot == SYS_PROT_READ && !off);
		if (!error && (f->read_error || n > (size_t)6 << 30))
			error = f->read_error == EISDIR ? ENODEV : f->read_error ? f->read_error : ENOMEM;
		return error ? -error : reserve(n, prot, f);
	}
	CHECK(flags == (SYS_MAP_PRIVATE | SYS_MAP_FIXED), "flags %lx", flags);
	if (!n || (addr | off) % fake.page)
		error = EINVAL;
	if (prot & SYS_PROT_EXEC && f->exec_error)
		error = f->exec_error;
	n = (n + fake.page - 1) & -fake.page;
	CHECK(own(addr, n), "mmap over foreign memory: %lx + %lx", (long)addr, (long)n);
	if (error) {
		fake_reservation(addr)->refused = 1;
		return -error;
	}
	fill(addr, n, prot, f, off);
	note(addr, n, prot, f, off);
	return (long)addr;
}

/* What is given back is nobody's again; it is never a part of a mapping. */
long sys_munmap(word addr, size_t n)
{
	struct mapping *m = &fake.mapping[fake.mappings - 1];

	CHECK(fake.mappings && m->reserved && m->start == addr && m->size == ((n + fake.page - 1) & -fake.page));
	mprotect((void *)addr, n, PROT_NONE);
	fake.mappings--;
	fake.freed = addr;
	fake.freed_size = m->size;
	return injected() ? -fake.fail_errno : 0;
}

long sys_write(long fd, const char *buf, size_t n)
{
	CHECK(fd == 2);
	fake.writes++;
	CHECK(n < MAX_MESSAGE - fake.message_size);
	memcpy(fake.message + fake.message_size, buf, n);
	fake.message_size += n;
	fake.message[fake.message_size] = 0;
	return injected() ? -fake.fail_errno : (long)n;
}

long sys_brk(void)
{
	fake.brks++;
	injected();
	return 0x10000000;
}

long sys_prctl_mm_map(const void *map, size_t n)
{
	fake.prctls++;
	CHECK(n <= sizeof fake.prctl);
	memcpy(fake.prctl, map, n);
	fake.prctl_size = n;
	return injected() ? -fake.fail_errno : 0;
}

_Noreturn void sys_jump(word sp, word pc)
{
	fake_jumped(sp, pc);
}

_Noreturn void sys_exit(long status)
{
	fake.status = (int)status;
	fake_exited();
}
