/* s390x ELF ABI and the kernel's svc 0.  mmap alone takes its six arguments from memory.  The byte order
 * is big endian: nothing here or in the body depends on it. */
#define ARCH_NAME "s390x"
#define ARCH_MACHINE 22 /* EM_S390 */

#define ARCH_SYS_write 4
#define ARCH_SYS_close 6
#define ARCH_SYS_lseek 19
#define ARCH_SYS_brk 45
#define ARCH_SYS_mmap 90
#define ARCH_SYS_munmap 91
#define ARCH_SYS_prctl 172
#define ARCH_SYS_pread64 180
#define ARCH_SYS_pwrite64 181
#define ARCH_SYS_getcwd 183
#define ARCH_SYS_exit_group 248
#define ARCH_SYS_openat 288
#define ARCH_SYS_readlinkat 298

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	register long r1 __asm__("r1") = n;
	register long r2 __asm__("r2") = a;
	register long r3 __asm__("r3") = b;
	register long r4 __asm__("r4") = c;
	register long r5 __asm__("r5") = d;

	__asm__ volatile("svc 0" : "+r"(r2) : "r"(r1), "r"(r3), "r"(r4), "r"(r5) : "memory");
	return r2;
}

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r1 __asm__("r1") = n;
	register long r2 __asm__("r2") = a;
	register long r3 __asm__("r3") = b;
	register long r4 __asm__("r4") = c;
	register long r5 __asm__("r5") = d;
	register long r6 __asm__("r6") = e;
	register long r7 __asm__("r7") = f;
	long args[] = {a, b, c, d, e, f};

	if (n == ARCH_SYS_mmap)
		r2 = (long)args;
	__asm__ volatile("svc 0" : "+r"(r2) : "r"(r1), "r"(r3), "r"(r4), "r"(r5), "r"(r6), "r"(r7) : "memory");
	return r2;
}

static inline _Noreturn void arch_jump(word sp, word pc)
{
	__asm__ volatile("lgr %%r15, %0\n\t"
			 "lghi %%r14, 0\n\t"
			 "br %1"
			 :
			 : "r"(sp), "a"(pc)
			 : "r14", "memory");
	__builtin_unreachable();
}

#define ARCH_START                          \
	".pushsection .text,\"ax\",@progbits\n" \
	".weak _DYNAMIC\n"                  \
	".hidden _DYNAMIC\n"                \
	".globl _start\n"                   \
	".type _start,@function\n"          \
	"_start:\n"                         \
	"	lgr %r2, %r15\n"            \
	"	lgr %r3, %r14\n"            \
	"	larl %r4, 1f\n"             \
	"	agf %r4, 0(%r4)\n"          \
	"	aghi %r15, -160\n"          \
	"	lghi %r0, 0\n"              \
	"	stg %r0, 0(%r15)\n"         \
	"	brasl %r14, relinterp_start_c\n" \
	".balign 4\n"                       \
	"1:	.long _DYNAMIC - .\n"       \
	".size _start, . - _start\n"        \
	".popsection\n"

/* r14 and the stack pointer reach the program's own entry as they came. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",@progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,@function\n"      \
	"stub_start:\n"                     \
	"	lgr %r2, %r15\n"            \
	"	aghi %r15, -168\n"          \
	"	lghi %r0, 0\n"              \
	"	stg %r0, 0(%r15)\n"         \
	"	stg %r14, 160(%r15)\n"      \
	"	brasl %r14, stub_c\n"       \
	"	lg %r14, 160(%r15)\n"       \
	"	aghi %r15, 168\n"           \
	"	br %r2\n"                   \
	".size stub_start, . - stub_start\n" \
	".popsection\n"
