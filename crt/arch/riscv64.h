/* RISC-V psABI; gp is set here because no loader does it for the program. */
#define ARCH_NAME "riscv64"
#define ARCH_MACHINE 243 /* EM_RISCV */

#define ARCH_SYS_getcwd 17
#define ARCH_SYS_openat 56
#define ARCH_SYS_close 57
#define ARCH_SYS_lseek 62
#define ARCH_SYS_write 64
#define ARCH_SYS_pread64 67
#define ARCH_SYS_readlinkat 78
#define ARCH_SYS_exit_group 94
#define ARCH_SYS_prctl 167
#define ARCH_SYS_brk 214
#define ARCH_SYS_mmap 222
#define ARCH_SYS_munmap 215

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	register long a7 __asm__("a7") = n;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3)
			 : "memory");
	return a0;
}

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long a7 __asm__("a7") = n;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;
	register long a5 __asm__("a5") = f;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return a0;
}

static inline _Noreturn void arch_jump(word sp, word pc)
{
	__asm__ volatile("mv sp, %0\n\t"
			 "mv a0, zero\n\t"
			 "mv ra, zero\n\t"
			 "jr %1"
			 :
			 : "r"(sp), "r"(pc)
			 : "a0", "ra", "memory");
	__builtin_unreachable();
}

#define ARCH_START                          \
	".pushsection .text,\"ax\",@progbits\n" \
	".weak _DYNAMIC\n"                  \
	".hidden _DYNAMIC\n"                \
	".globl _start\n"                   \
	".type _start,@function\n"          \
	"_start:\n"                         \
	".weak __global_pointer$\n"         \
	".hidden __global_pointer$\n"       \
	".option push\n"                    \
	".option norelax\n"                 \
	"	lla gp, __global_pointer$\n" \
	".option pop\n"                     \
	"	mv a1, a0\n"                \
	"	mv a0, sp\n"                \
	"	andi sp, sp, -16\n"         \
	"	lla a2, _DYNAMIC\n"         \
	"	tail relinterp_start_c\n"   \
	".size _start, . - _start\n"        \
	".popsection\n"

/* a0 and the stack pointer reach the program's own entry as they came. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",@progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,@function\n"      \
	"stub_start:\n"                     \
	"	addi sp, sp, -16\n"         \
	"	sd a0, 0(sp)\n"             \
	"	addi a0, sp, 16\n"          \
	"	call stub_c\n"              \
	"	mv t1, a0\n"                \
	"	ld a0, 0(sp)\n"             \
	"	addi sp, sp, 16\n"          \
	"	jr t1\n"                    \
	".size stub_start, . - stub_start\n" \
	".popsection\n"
