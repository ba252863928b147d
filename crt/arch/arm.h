/* AAPCS and the kernel's EABI: a 64-bit argument begins in an even register.  Thumb-2 keeps r7
 * for itself, so the number of the call is put there around the instruction. */
#ifdef __ARM_PCS_VFP
#define ARCH_NAME "armhf"
#else
#define ARCH_NAME "arm"
#endif
#define ARCH_MACHINE 40 /* EM_ARM */
#define ARCH_MMAP_UNIT 4096

#define ARCH_SYS_write 4
#define ARCH_SYS_close 6
#define ARCH_SYS_lseek 19
#define ARCH_SYS_brk 45
#define ARCH_SYS_prctl 172
#define ARCH_SYS_pread64 180
#define ARCH_SYS_getcwd 183
#define ARCH_SYS_mmap 192 /* mmap2 */
#define ARCH_SYS_munmap 91
#define ARCH_SYS_exit_group 248
#define ARCH_SYS_openat 322
#define ARCH_SYS_readlinkat 332

#define ARCH_PREAD64(fd, buf, n, off) \
	arch_call6(ARCH_SYS_pread64, fd, buf, n, 0, (long)(uint32_t)(off), (long)(uint32_t)((uint64_t)(off) >> 32))

#ifdef __thumb__
#define ARM_MODE ".thumb\n.thumb_func\n"
#else
#define ARM_MODE ".arm\n"
#endif

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	long keep;

	__asm__ volatile("mov %1, r7\n\t"
			 "mov r7, %2\n\t"
			 "svc 0\n\t"
			 "mov r7, %1"
			 : "+r"(r0), "=&r"(keep)
			 : "r"(n), "r"(r1), "r"(r2), "r"(r3)
			 : "memory", "cc");
	return r0;
}

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long r5 __asm__("r5") = f;
	long keep;

	__asm__ volatile("mov %1, r7\n\t"
			 "mov r7, %2\n\t"
			 "svc 0\n\t"
			 "mov r7, %1"
			 : "+r"(r0), "=&r"(keep)
			 : "r"(n), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
			 : "memory", "cc");
	return r0;
}

/* All registers are 0, as the kernel leaves them: glibc 2.36 uses r4 as it finds it. */
static inline _Noreturn void arch_jump(word sp, word pc)
{
	register word r12 __asm__("r12") = pc;

	__asm__ volatile("mov sp, %0\n\t"
			 "mov r0, #0\n\t"
			 "mov r1, r0\n\t"
			 "mov r2, r0\n\t"
			 "mov r3, r0\n\t"
			 "mov r4, r0\n\t"
			 "mov r5, r0\n\t"
			 "mov r6, r0\n\t"
			 "mov r7, r0\n\t"
			 "mov r8, r0\n\t"
			 "mov r9, r0\n\t"
			 "mov r10, r0\n\t"
			 "mov r11, r0\n\t"
			 "mov lr, r0\n\t"
			 "bx %1"
			 :
			 : "r"(sp), "r"(r12)
			 : "memory");
	__builtin_unreachable();
}

#define ARCH_START                          \
	".pushsection .text,\"ax\",%progbits\n" \
	".weak _DYNAMIC\n"                  \
	".hidden _DYNAMIC\n"                \
	".globl _start\n"                   \
	".type _start,%function\n"          \
	".syntax unified\n"                 \
	ARM_MODE                            \
	"_start:\n"                         \
	"	mov fp, #0\n"               \
	"	mov lr, #0\n"               \
	"	mov r1, r0\n"               \
	"	mov r0, sp\n"               \
	"	bic r2, r0, #7\n"           \
	"	mov sp, r2\n"               \
	"	adr r3, 1f\n"               \
	"	ldr r2, [r3]\n"             \
	"	cmp r2, #0\n" /* so lld says that a static program has none; with GNU ld the sum is 0 */ \
	"	it ne\n"                    \
	"	addne r2, r2, r3\n"         \
	"	bl relinterp_start_c\n"     \
	"	.balign 4\n"                \
	"1:	.word _DYNAMIC - .\n"       \
	".size _start, . - _start\n"        \
	".popsection\n"

/* r0 and the stack pointer reach the program's own entry as they came. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",%progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,%function\n"      \
	".syntax unified\n"                 \
	ARM_MODE                            \
	"stub_start:\n"                     \
	"	mov r1, sp\n"               \
	"	push {r0, r1}\n"            \
	"	mov r0, r1\n"               \
	"	bl stub_c\n"                \
	"	mov r12, r0\n"              \
	"	pop {r0, r1}\n"             \
	"	bx r12\n"                   \
	".size stub_start, . - stub_start\n" \
	".popsection\n"
