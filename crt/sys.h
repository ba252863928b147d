/* The system calls of the entry object, by name, over the one instruction that arch/<arch>.h
 * gives.  Each answers as the kernel does: a value, or -errno (syscall(2)).
 * The hosted tests put their own functions behind RELINTERP_FAKE_SYS. */
#ifndef RELINTERP_SYS_H
#define RELINTERP_SYS_H

#include "arch.h"

/* PR_SET_MM_MAP's argument (prctl(2), include/uapi/linux/prctl.h: struct prctl_mm_map). */
struct mm_map {
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk;
	uint64_t start_stack, arg_start, arg_end, env_start, env_end;
	word *auxv;
	uint32_t auxv_size;
	uint32_t exe_fd;
};

enum {
	SYS_EINVAL = 22,
	SYS_AT_FDCWD = -100,
	SYS_O_WRONLY = 1,
	SYS_O_NONBLOCK = ARCH_O_NONBLOCK,
	SYS_O_CLOEXEC = 02000000,
	SYS_SEEK_END = 2,
	SYS_PROT_READ = 1,
	SYS_PROT_WRITE = 2,
	SYS_PROT_EXEC = 4,
	SYS_MAP_PRIVATE = 2,
	SYS_MAP_FIXED = 0x10,
	SYS_MAP_ANONYMOUS = ARCH_MAP_ANONYMOUS,
	SYS_PR_SET_MM = 35,
	SYS_PR_SET_MM_MAP = 14,
};

/* An answer of the kernel is an error when it lies in the last page of the address space.  With 64
 * bits nothing else is negative there. */
static inline int sys_failed(long r)
{
	return sizeof r == 8 ? r < 0 : (unsigned long)r > -4096UL;
}

#ifdef RELINTERP_FAKE_SYS
long sys_readlink(const char *path, char *buf, size_t n);
long sys_getcwd(char *buf, size_t n);
long sys_open(const char *path);
long sys_pread(long fd, void *buf, size_t n, word off);
long sys_size(long fd);
long sys_close(long fd);
long sys_mmap(word addr, size_t n, long prot, long flags, long fd, word off);
long sys_munmap(word addr, size_t n);
long sys_write(long fd, const char *buf, size_t n);
long sys_brk(void);
long sys_prctl_mm_map(const void *map, size_t n);
_Noreturn void sys_exit(long status);
_Noreturn void sys_jump(word sp, word pc);
#define arch_jump sys_jump
#else
static inline long sys_readlink(const char *path, char *buf, size_t n)
{
#ifdef ARCH_SYS_readlink
	return arch_call3(ARCH_SYS_readlink, (long)path, (long)buf, (long)n);
#else
	return arch_call4(ARCH_SYS_readlinkat, SYS_AT_FDCWD, (long)path, (long)buf, (long)n);
#endif
}

static inline long sys_getcwd(char *buf, size_t n)
{
	return arch_call3(ARCH_SYS_getcwd, (long)buf, (long)n, 0);
}

/* O_NONBLOCK: a FIFO of the loader's name must not hold the program up. */
static inline long sys_open(const char *path)
{
#ifdef ARCH_SYS_open
	return arch_call3(ARCH_SYS_open, (long)path, SYS_O_CLOEXEC | SYS_O_NONBLOCK, 0);
#else
	return arch_call3(ARCH_SYS_openat, SYS_AT_FDCWD, (long)path, SYS_O_CLOEXEC | SYS_O_NONBLOCK);
#endif
}

static inline long sys_pread(long fd, void *buf, size_t n, word off)
{
	return ARCH_PREAD64(fd, (long)buf, (long)n, off);
}

static inline long sys_size(long fd)
{
	return arch_call3(ARCH_SYS_lseek, fd, 0, SYS_SEEK_END);
}

static inline long sys_close(long fd)
{
	return arch_call1(ARCH_SYS_close, fd);
}

static inline long sys_mmap(word addr, size_t n, long prot, long flags, long fd, word off)
{
	return arch_call6(ARCH_SYS_mmap, (long)addr, (long)n, prot, flags, fd, (long)(off / ARCH_MMAP_UNIT));
}

static inline long sys_munmap(word addr, size_t n)
{
	return arch_call3(ARCH_SYS_munmap, (long)addr, (long)n, 0);
}

static inline long sys_write(long fd, const char *buf, size_t n)
{
	return arch_call3(ARCH_SYS_write, fd, (long)buf, (long)n);
}

static inline long sys_brk(void)
{
	return arch_call1(ARCH_SYS_brk, 0);
}

static inline long sys_prctl_mm_map(const void *map, size_t n)
{
	/* The fifth argument must be 0 (kernel/sys.c, prctl_set_mm). */
	long r = arch_call6(ARCH_SYS_prctl, SYS_PR_SET_MM, SYS_PR_SET_MM_MAP, (long)map, (long)n, 0, 0);

#if UINTPTR_MAX == 0xffffffffu
	/* A kernel of 64 bits wants its own layout also from a process of 32: a wider pointer, and behind
	 * it the two last members. */
	if (r < 0) {
		const word *m = map;
		word wide[26];
		int i;

		for (i = 0; i < 23; i++)
			wide[i] = m[i];
		wide[23] = 0;
		wide[24] = m[23];
		wide[25] = m[24];
		r = arch_call6(ARCH_SYS_prctl, SYS_PR_SET_MM, SYS_PR_SET_MM_MAP, (long)wide, sizeof wide, 0, 0);
	}
#endif
	return r;
}

static inline _Noreturn void sys_exit(long status)
{
	arch_call1(ARCH_SYS_exit_group, status);
	__builtin_unreachable();
}
#endif

#endif
