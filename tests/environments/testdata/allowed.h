/* The system calls on the default allow-list of container engines (the published default profile of
 * moby, profiles/seccomp) that a libc, a loader and this test's programs may make, by name. */
static const int allowed[] = {
	SYS_access, SYS_arch_prctl, SYS_brk, SYS_chdir, SYS_clock_gettime, SYS_clock_nanosleep, SYS_clone, SYS_close, SYS_dup,
	SYS_dup2, SYS_execve, SYS_execveat, SYS_exit, SYS_exit_group, SYS_faccessat, SYS_faccessat2, SYS_fchdir, SYS_fcntl, SYS_fstat,
	SYS_fstatfs, SYS_futex, SYS_getcwd, SYS_getdents64, SYS_getegid, SYS_geteuid, SYS_getgid, SYS_getpid, SYS_getppid,
	SYS_getrandom, SYS_getrlimit, SYS_getrusage, SYS_gettid, SYS_gettimeofday, SYS_getuid, SYS_ioctl, SYS_kill, SYS_lseek, SYS_lstat,
	SYS_madvise, SYS_membarrier, SYS_mincore, SYS_mmap, SYS_mprotect, SYS_mremap, SYS_munmap, SYS_nanosleep, SYS_newfstatat,
	SYS_open, SYS_openat, SYS_pipe, SYS_pipe2, SYS_poll, SYS_prctl, SYS_pread64, SYS_prlimit64, SYS_pwrite64, SYS_read,
	SYS_readlink, SYS_readlinkat, SYS_readv, SYS_rseq, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sched_getaffinity,
	SYS_sched_yield, SYS_set_robust_list, SYS_set_tid_address, SYS_sigaltstack, SYS_stat, SYS_statfs, SYS_statx, SYS_sysinfo,
	SYS_tgkill, SYS_tkill, SYS_umask, SYS_uname, SYS_unlink, SYS_wait4, SYS_write, SYS_writev,
};
