/* AAPCS64 and the kernel's svc interface.  The landing pad (bti c) lets the object be linked
 * into programs that enforce BTI; it is a no-op elsewhere. */
#define ARCH_NAME "aarch64"
#define ARCH_MACHINE 183 /* EM_AARCH64 */

#define ARCH_SYS_getcwd 17
#define ARCH_SYS_openat 56
#define ARCH_SYS_close 57
#define ARCH_SYS_lseek 62
#define ARCH_SYS_write 64
#define ARCH_SYS_pread64 67
#define ARCH_SYS_pwrite64 68
#define ARCH_SYS_readlinkat 78
#define ARCH_SYS_exit_group 94
#define ARCH_SYS_prctl 167
#define ARCH_SYS_brk 214
#define ARCH_SYS_mmap 222
#define ARCH_SYS_munmap 215

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
			 : "memory", "cc");
	return x0;
}

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory", "cc");
	return x0;
}

/* Through x16: an indirect jump from there may land on `bti c`. */
static inline _Noreturn void arch_jump(word sp, word pc)
{
	register word x16 __asm__("x16") = pc;

	__asm__ volatile("mov sp, %0\n\t"
			 "mov x0, xzr\n\t"
			 "mov x29, xzr\n\t"
			 "mov x30, xzr\n\t"
			 "br %1"
			 :
			 : "r"(sp), "r"(x16)
			 : "x0", "memory");
	__builtin_unreachable();
}

#define ARCH_START                          \
	".pushsection .text,\"ax\",%progbits\n" \
	".weak _DYNAMIC\n"                  \
	".hidden _DYNAMIC\n"                \
	".globl _start\n"                   \
	".type _start,%function\n"          \
	"_start:\n"                         \
	"	hint 34\n" /* bti c */      \
	"	mov x29, #0\n"              \
	"	mov x30, #0\n"              \
	"	mov x1, x0\n"               \
	"	mov x0, sp\n"               \
	"	and sp, x0, #-16\n"         \
	"	ldr x2, 1f\n"               \
	"	adr x3, 1f\n"               \
	"	cbz x2, 2f\n"               \
	"	add x2, x2, x3\n"           \
	"2:	bl relinterp_start_c\n"     \
	".balign 8\n" /* GNU ld makes adrp of a symbol that a static link lacks the page it stands on */ \
	"1:	.xword _DYNAMIC - .\n"      \
	".size _start, . - _start\n"        \
	".popsection\n"

/* bti c: what is called may also be jumped to. */
#define ARCH_NOP "hint 34\n"
typedef uint32_t arch_insn;

/* b to, one instruction over the first one, within 128 MiB: a program that the kernel puts where it
 * likes has its loader beside it. */
static inline size_t arch_forward(uint64_t *code, const unsigned char *from, word to)
{
	word distance = to - (word)from;

	*(uint32_t *)(void *)code = 0x14000000 | (distance >> 2 & 0x3ffffff);
	return distance + (1 << 27) < 1 << 28 ? 4 : 0;
}
#define arch_forward arch_forward

/* x0 and the stack pointer reach the program's own entry as they came; through x16, as arch_jump. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",%progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,%function\n"      \
	"stub_start:\n"                     \
	"	hint 34\n"                  \
	"	mov x1, x0\n"               \
	"	mov x0, sp\n"               \
	"	str x1, [sp, #-16]!\n"      \
	"	bl stub_c\n"                \
	"	mov x16, x0\n"              \
	"	ldr x0, [sp], #16\n"        \
	"	br x16\n"                   \
	".size stub_start, . - stub_start\n" \
	".popsection\n"
