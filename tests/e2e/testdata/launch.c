/* launch MODE PROGRAM [ARGUMENT]...: start the program in a way that a shell cannot.
 * Linked statically, so that what it does is no concern of any loader. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what)
{
	perror(what);
	exit(125);
}

/* Refuse prctl(PR_SET_MM, ...). */
static void deny_set_mm(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_MM, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof code / sizeof *code, code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		fail("seccomp");
}

/* Kill whoever makes memory executable that was not, or maps some that is also writable. */
static void deny_exec(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pkey_mprotect, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 2, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 4, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 0, 1),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog prog = {sizeof code / sizeof *code, code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		fail("seccomp");
}

enum source { NAMED, DELETED, ANONYMOUS };

/* The program from a descriptor: of its file, of its file that has no name any more, or of a copy
 * that never had one. */
static void from_fd(const char *path, char **argv, enum source source)
{
	static char buffer[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC), copy = fd;
	ssize_t n;

	if (fd < 0)
		fail(path);
	if (source == DELETED && unlink(path))
		fail(path);
	if (source == ANONYMOUS) {
		copy = memfd_create("app", MFD_CLOEXEC);
		while ((n = read(fd, buffer, sizeof buffer)) > 0)
			if (write(copy, buffer, (size_t)n) != n)
				fail("write");
	}
	syscall(SYS_execveat, copy, "", argv, environ, AT_EMPTY_PATH);
	fail("execveat");
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	char **args = argv + 2;
	struct rlimit small = {16384, 16384};
	unsigned size;

	if (!strcmp(mode, "argc0"))
		args = argv + argc;
	else if (!strcmp(mode, "closed"))
		close(0), close(1), close(2);
	else if (!strcmp(mode, "mdwe")) {
		if (prctl(65 /* PR_SET_MDWE */, 1, 0, 0, 0))
			fail("mdwe");
	} else if (!strcmp(mode, "no-new-privs"))
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	else if (!strcmp(mode, "has-set-mm"))
		return !!prctl(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0);
	else if (!strcmp(mode, "deny-set-mm"))
		deny_set_mm();
	else if (!strcmp(mode, "deny-exec"))
		deny_exec();
	else if (!strcmp(mode, "small-stack"))
		setrlimit(RLIMIT_STACK, &small);
	else if (!strcmp(mode, "fexecve"))
		from_fd(argv[2], args, NAMED);
	else if (!strcmp(mode, "deleted"))
		from_fd(argv[2], args, DELETED);
	else if (!strcmp(mode, "memfd"))
		from_fd(argv[2], args, ANONYMOUS);
	else
		return 124;
	execve(argv[2], args, environ);
	fail(argv[2]);
}
