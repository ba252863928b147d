/* enter ENVIRONMENT FOLDER PROGRAM [ARGUMENT]...: go where the program shall run, and start it there.
 * FOLDER holds the program. PROGRAM "holds" tells by the exit status whether the environment is what it
 * should be: 0 it is, 1 it is not. 125: it cannot be had here, and why. 126: the kernel refused the program.
 * Linked statically, so that what it does is no concern of any loader. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static const char *folder;

static void must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(125);
	}
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
	close(fd);
}

/* A user namespace in which the user is root, as far as that goes. */
static void own_root(void)
{
	char uid[50], gid[50];
	snprintf(uid, sizeof uid, "0 %d 1", (int)getuid());
	snprintf(gid, sizeof gid, "0 %d 1", (int)getgid());
	must(!unshare(CLONE_NEWUSER), "user namespace");
	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", uid);
	put("/proc/self/gid_map", gid);
}

/* Mounts that nobody else sees. */
static void own_mounts(void)
{
	if (geteuid())
		own_root();
	must(!unshare(CLONE_NEWNS), "mount namespace");
	must(!mount("none", "/", 0, MS_REC | MS_PRIVATE, 0), "private mounts");
}

/* A child that is process 1 of its own. The caller ends as it does. */
static void own_processes(void)
{
	int ws;
	must(!unshare(CLONE_NEWPID), "process namespace");
	pid_t pid = fork();
	must(pid >= 0, "fork");
	if (!pid)
		return;
	waitpid(pid, &ws, 0);
	exit(WIFEXITED(ws) ? WEXITSTATUS(ws) : 128 + WTERMSIG(ws));
}

static void remount(const char *path, unsigned long flags)
{
	must(!mount(path, path, 0, MS_BIND, 0), path);
	must(!mount(path, path, 0, MS_BIND | MS_REMOUNT | MS_NOSUID * !!geteuid() | flags, 0), path);
}

static void filter(struct sock_filter *code, unsigned short n)
{
	struct sock_fprog prog = {n, code};
	must(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog), "seccomp");
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE(e) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (e))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

#include "allowed.h"

/* What is not on the list of container engines fails: EPERM, and ENOSYS for clone3. */
static void container(void)
{
	static struct sock_filter code[1000];
	unsigned short n = 0;
	code[n++] = (struct sock_filter)LOAD(nr);
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], 0, 1);
		code[n++] = (struct sock_filter)ALLOW;
	}
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	code[n++] = (struct sock_filter)REFUSE(ENOSYS);
	code[n++] = (struct sock_filter)REFUSE(EPERM);
	filter(code, n);
}

static int container_holds(void) { return syscall(SYS_add_key, 0, 0, 0, 0, 0) < 0 && errno == EPERM; }

/* Nothing becomes executable that was not mapped so, and nothing is both: as systemd's
 * MemoryDenyWriteExecute= has it. */
static void no_new_code(void)
{
	struct sock_filter code[] = {
		LOAD(nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pkey_mprotect, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 2, 4),
		LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 3, 2),
		LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 2, 0),
		ALLOW,
		REFUSE(EPERM),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
		REFUSE(EPERM),
		ALLOW,
	};
	filter(code, sizeof code / sizeof *code);
}

static int refuses_both(void)
{
	return mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static void mdwe(void) { must(!prctl(65 /* PR_SET_MDWE */, 1, 0, 0, 0), "PR_SET_MDWE"); }
static void no_new_privs(void) { must(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs"); }
static int no_new_privs_holds(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

static void persona(unsigned long p) { must(personality(p) >= 0, "personality"); }
static int is(unsigned long p) { return (personality(0xffffffff) & p) == p; }
static void aslr_off(void) { persona(ADDR_NO_RANDOMIZE); }
static int aslr_off_holds(void) { return is(ADDR_NO_RANDOMIZE); }
static void legacy(void) { persona(ADDR_COMPAT_LAYOUT); }
static int legacy_holds(void) { return is(ADDR_COMPAT_LAYOUT); }
static void read_implies_exec(void) { persona(READ_IMPLIES_EXEC); }
static int read_implies_exec_holds(void) { return is(READ_IMPLIES_EXEC); }

static void limit(int what, rlim_t n)
{
	struct rlimit l = {n, n};
	must(!setrlimit(what, &l), "setrlimit");
}
static int limited(int what, rlim_t n)
{
	struct rlimit l;
	return !getrlimit(what, &l) && l.rlim_cur == n;
}
/* Without the kernel's random offset, which is up to 8 KiB and counts (arch/x86/kernel/process.c, arch_align_stack). */
static void stack_12k(void) { persona(ADDR_NO_RANDOMIZE), limit(RLIMIT_STACK, 12288); }
static int stack_12k_holds(void) { return is(ADDR_NO_RANDOMIZE) && limited(RLIMIT_STACK, 12288); }
static void stack_20k(void) { limit(RLIMIT_STACK, 20480); }
static int stack_20k_holds(void) { return limited(RLIMIT_STACK, 20480); }
static void any_stack(void) { must(!prlimit(0, RLIMIT_STACK, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}, 0), "unlimited stack"); }
static int any_stack_holds(void) { return limited(RLIMIT_STACK, RLIM_INFINITY); }
static void small_data(void) { limit(RLIMIT_DATA, 16 << 20); }
static int small_data_holds(void) { return limited(RLIMIT_DATA, 16 << 20); }
static void no_descriptors(void) { limit(RLIMIT_NOFILE, 3); }
static int no_descriptors_holds(void) { return open("/", O_RDONLY) < 0 && errno == EMFILE; }

static void unmapped(void) { must(!unshare(CLONE_NEWUSER), "user namespace"); }
static int unmapped_holds(void) { return getuid() == 65534; }
static int own_root_holds(void)
{
	char text[100] = {0};
	int fd = open("/proc/self/uid_map", O_RDONLY);
	return !getuid() && read(fd, text, 99) > 0 && !strstr(text, "4294967295");
}

static void to_chroot(void)
{
	char root[4096];
	snprintf(root, sizeof root, "%s/root", folder);
	if (geteuid())
		own_root();
	must(!chroot(root) && !chdir("/"), "chroot");
}
static int to_chroot_holds(void) { return access("/proc", F_OK) < 0; }

static void noexec(void) { own_mounts(), remount(folder, MS_NOEXEC); }
static int noexec_holds(void)
{
	struct statfs s;
	return !statfs(folder, &s) && (s.f_flags & 8 /* ST_NOEXEC */);
}
static const char *lib(void)
{
	static char path[4096];
	snprintf(path, sizeof path, "%s/lib", folder);
	return path;
}
static void noexec_lib(void) { own_mounts(), remount(lib(), MS_NOEXEC); }
static int noexec_lib_holds(void)
{
	struct statfs s;
	return !statfs(lib(), &s) && (s.f_flags & 8) && !noexec_holds();
}

static void read_only(void)
{
	struct { unsigned long set, clear, propagation, fd; } attr = {1 /* MOUNT_ATTR_RDONLY */, 0, 0, 0};
	own_mounts();
	must(!syscall(442 /* mount_setattr */, AT_FDCWD, "/", 0x8000 /* AT_RECURSIVE */, &attr, sizeof attr), "read-only root");
}
static int read_only_holds(void) { return open(folder, O_TMPFILE | O_WRONLY, 0600) < 0 && errno == EROFS; }

/* The folder again, as the lower layer of an overlay on itself. */
static void overlay(void)
{
	char upper[4096], options[12288];
	own_mounts();
	snprintf(upper, sizeof upper, "%s/root", folder);
	must(!mount("none", upper, "tmpfs", 0, 0), "tmpfs");
	snprintf(options, sizeof options, "%s/root/up", folder);
	must(!mkdir(options, 0755), options);
	snprintf(options, sizeof options, "%s/root/work", folder);
	must(!mkdir(options, 0755), options);
	snprintf(options, sizeof options, "lowerdir=%s/lower,upperdir=%s/up,workdir=%s/work", folder, upper, upper);
	must(!mount("none", folder, "overlay", 0, options), "overlay");
}
static int overlay_holds(void)
{
	struct statfs s;
	return !statfs(folder, &s) && s.f_type == 0x794c7630; /* OVERLAYFS_SUPER_MAGIC */
}

static void no_proc(void) { own_mounts(), must(!mount("none", "/proc", "tmpfs", 0, 0), "tmpfs"); }
static int no_proc_holds(void) { return access("/proc/self", F_OK) < 0; }

/* /proc in which nobody sees the processes of others; the program is nobody. */
static void hidepid(void)
{
	if (geteuid()) {
		fputs("needs root\n", stderr);
		exit(125);
	}
	own_mounts();
	own_processes();
	must(!mount("proc", "/proc", "proc", 0, "hidepid=2"), "/proc");
	pid_t pid = fork();
	must(pid >= 0, "fork");
	if (pid) {
		int ws;
		waitpid(pid, &ws, 0);
		exit(WIFEXITED(ws) ? WEXITSTATUS(ws) : 128 + WTERMSIG(ws));
	}
	must(!setgroups(0, 0) && !setgid(65534) && !setuid(65534), "nobody");
}
static int hidepid_holds(void) { return !access("/proc/self", F_OK) && access("/proc/1", F_OK) < 0; }

static void memfd_noexec(void)
{
	if (geteuid())
		own_root();
	own_processes();
	put("/proc/sys/vm/memfd_noexec", "2");
}
static int memfd_noexec_holds(void) { return memfd_create("x", 16 /* MFD_EXEC */) < 0; }

/* A folder that is the current one, and gone. */
static void gone(void)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/gone-XXXXXX", folder);
	must(mkdtemp(path) && !chdir(path) && !rmdir(path), "folder");
}
static int gone_holds(void) { char path[4096]; return syscall(SYS_getcwd, path, sizeof path) < 0; }

/* FOLDER/binfmt/register says how the kernel starts another machine's programs; in a user namespace of
 * its own, for nobody else (Linux 6.7). FOLDER/handler holds the line. */
static void binfmt(void)
{
	char path[4096], line[4096] = {0};
	own_root();
	own_mounts();
	snprintf(path, sizeof path, "%s/handler", folder);
	int fd = open(path, O_RDONLY);
	must(fd >= 0 && read(fd, line, sizeof line - 1) > 0, path);
	snprintf(path, sizeof path, "%s/binfmt", folder);
	must(!mount("none", path, "binfmt_misc", 0, 0), "binfmt_misc");
	snprintf(path, sizeof path, "%s/binfmt/register", folder);
	put(path, line);
}
static int binfmt_holds(void)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/binfmt/relinterp-test", folder);
	return !access(path, F_OK);
}

static void nobody(void)
{
	must(geteuid() || (!setgroups(0, 0) && !setgid(65534) && !setuid(65534)), "nobody");
}
static int nobody_holds(void) { return geteuid() != 0; }

static void nothing(void) { }
static int nothing_holds(void) { return 1; }

static const struct {
	const char *name;
	void (*enter)(void);
	int (*holds)(void);
} environments[] = {
	{"none", nothing, nothing_holds},
	{"aslr-off", aslr_off, aslr_off_holds},
	{"legacy-layout", legacy, legacy_holds},
	{"read-implies-exec", read_implies_exec, read_implies_exec_holds},
	{"stack-12k", stack_12k, stack_12k_holds},
	{"stack-20k", stack_20k, stack_20k_holds},
	{"stack-unlimited", any_stack, any_stack_holds},
	{"data-16m", small_data, small_data_holds},
	{"no-descriptors", no_descriptors, no_descriptors_holds},
	{"container-seccomp", container, container_holds},
	{"no-new-code", no_new_code, refuses_both},
	{"mdwe", mdwe, refuses_both},
	{"no-new-privs", no_new_privs, no_new_privs_holds},
	{"user-namespace", unmapped, unmapped_holds},
	{"user-namespace-root", own_root, own_root_holds},
	{"chroot", to_chroot, to_chroot_holds},
	{"noexec", noexec, noexec_holds},
	{"noexec-loader", noexec_lib, noexec_lib_holds},
	{"read-only-root", read_only, read_only_holds},
	{"overlay", overlay, overlay_holds},
	{"no-proc", no_proc, no_proc_holds},
	{"hidepid", hidepid, hidepid_holds},
	{"memfd-noexec", memfd_noexec, memfd_noexec_holds},
	{"folder-gone", gone, gone_holds},
	{"binfmt", binfmt, binfmt_holds},
	{"unreadable", nobody, nobody_holds},
};

int main(int argc, char **argv)
{
	if (argc < 4)
		return 125;
	folder = argv[2];
	for (size_t i = 0; i < sizeof environments / sizeof *environments; i++) {
		if (strcmp(environments[i].name, argv[1]))
			continue;
		if (!strcmp(argv[3], "held-before"))
			return !environments[i].holds();
		environments[i].enter();
		if (!strcmp(argv[3], "holds"))
			return !environments[i].holds();
		execve(argv[3], argv + 3, environ);
		perror(argv[3]);
		return 126;
	}
	fprintf(stderr, "no environment %s\n", argv[1]);
	return 124;
}
