/* OpenPOWER ELFv2 ABI, 64 bits, and the kernel's sc, which tells of an error by the summary overflow
 * bit.  r2, the place of constants, is set here because no loader does it for the program. */
#define ARCH_NAME "powerpc64le"
#define ARCH_MACHINE 21 /* EM_PPC64 */

#define ARCH_SYS_write 4
#define ARCH_SYS_close 6
#define ARCH_SYS_lseek 19
#define ARCH_SYS_brk 45
#define ARCH_SYS_mmap 90
#define ARCH_SYS_munmap 91
#define ARCH_SYS_prctl 171
#define ARCH_SYS_pread64 179
#define ARCH_SYS_pwrite64 180
#define ARCH_SYS_getcwd 182
#define ARCH_SYS_exit_group 234
#define ARCH_SYS_openat 286
#define ARCH_SYS_readlinkat 296

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r0 __asm__("r0") = n;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;
	register long r7 __asm__("r7") = e;
	register long r8 __asm__("r8") = f;

	__asm__ volatile("sc\n\t"
			 "bns+ 1f\n\t"
			 "neg %1, %1\n"
			 "1:"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8)
			 :
			 : "memory", "cr0", "r9", "r10", "r11", "r12", "ctr", "xer");
	return r3;
}

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	return arch_call6(n, a, b, c, d, 0, 0);
}

/* r12: a function finds its r2 by its own address there. */
static inline _Noreturn void arch_jump(word sp, word pc)
{
	register word r12 __asm__("r12") = pc;

	__asm__ volatile("mr 1, %0\n\t"
			 "li 7, 0\n\t"
			 "mtctr 12\n\t"
			 "bctr"
			 :
			 : "r"(sp), "r"(r12)
			 : "memory");
	__builtin_unreachable();
}

#define ARCH_START                          \
	".pushsection .text,\"ax\",@progbits\n" \
	".weak _DYNAMIC\n"                  \
	".hidden _DYNAMIC\n"                \
	".globl _start\n"                   \
	".type _start,@function\n"          \
	"_start:\n"                         \
	"	bcl 20, 31, 1f\n"           \
	"1:	mflr 12\n"                  \
	"	addis 2, 12, .TOC. - 1b@ha\n" \
	"	addi 2, 2, .TOC. - 1b@l\n"  \
	"	lwa 5, 2f - 1b(12)\n"       \
	"	add 5, 5, 12\n"             \
	"	mr 4, 7\n"                  \
	"	mr 3, 1\n"                  \
	"	clrrdi 1, 1, 4\n"           \
	"	li 0, 0\n"                  \
	"	stdu 0, -32(1)\n"           \
	"	mtlr 0\n"                   \
	"	bl relinterp_start_c\n"     \
	"	nop\n"                      \
	"2:	.long _DYNAMIC - 1b\n"      \
	".size _start, . - _start\n"        \
	".popsection\n"

/* Where argc is, in r8: at the stack pointer, or, since glibc's loader leaves a 0 there and a frame of its
 * own, below argv, which it hands over in r4. */
#define ARCH_ARGC                           \
	"	mr 8, 1\n"                  \
	"	ld 0, 0(1)\n"               \
	"	cmpdi 0, 0\n"               \
	"	bne 3f\n"                   \
	"	sub 9, 4, 1\n"              \
	"	cmpldi 9, 1024\n" /* argc may be 0 */ \
	"	bgt 3f\n"                   \
	"	addi 8, 4, -8\n"            \
	"3:\n"

/* r3 to r7, as a loader hands argc, argv, environment, auxiliary vector and the function for atexit to
 * _start, and the stack pointer reach the program's own entry as they came; r12 has that entry. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",@progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,@function\n"      \
	"stub_start:\n"                     \
	"	bcl 20, 31, 1f\n"           \
	"1:	mflr 12\n"                  \
	"	addis 2, 12, .TOC. - 1b@ha\n" \
	"	addi 2, 2, .TOC. - 1b@l\n"  \
	ARCH_ARGC                           \
	"	li 0, 0\n"                  \
	"	mr 9, 1\n"                  \
	"	clrrdi 1, 1, 4\n"           \
	"	stdu 0, -80(1)\n"           \
	"	std 3, 32(1)\n"             \
	"	std 4, 40(1)\n"             \
	"	std 5, 48(1)\n"             \
	"	std 6, 56(1)\n"             \
	"	std 7, 64(1)\n"             \
	"	std 9, 72(1)\n"             \
	"	mr 3, 8\n"                  \
	"	bl stub_c\n"                \
	"	mr 12, 3\n"                 \
	"	mtctr 3\n"                  \
	"	ld 3, 32(1)\n"              \
	"	ld 4, 40(1)\n"              \
	"	ld 5, 48(1)\n"              \
	"	ld 6, 56(1)\n"              \
	"	ld 7, 64(1)\n"              \
	"	ld 1, 72(1)\n"              \
	"	bctr\n"                     \
	".size stub_start, . - stub_start\n" \
	".popsection\n"
