/* MIPS n64 ABI, little endian, and the kernel's syscall, which tells of an error in $7.
 *
 * Code for this machine finds everything, its own functions and texts too, through the GOT, which has the
 * addresses that the linker gave.  _start makes them right, arch_jump puts back what the loader will make
 * right itself.  In between the first two words, which are the loader's own, hold what was added, and to
 * how many.  A linker that makes several GOTs puts what comes first on its command line into the first. */
#define ARCH_NAME "mips64el"
#define ARCH_MACHINE 8 /* EM_MIPS */
#define ARCH_O_NONBLOCK 0200
#define ARCH_MAP_ANONYMOUS 0x800

#define ARCH_SYS_write 5001
#define ARCH_SYS_close 5003
#define ARCH_SYS_lseek 5008
#define ARCH_SYS_mmap 5009
#define ARCH_SYS_munmap 5011
#define ARCH_SYS_brk 5012
#define ARCH_SYS_pread64 5016
#define ARCH_SYS_pwrite64 5017
#define ARCH_SYS_getcwd 5077
#define ARCH_SYS_prctl 5153
#define ARCH_SYS_exit_group 5205
#define ARCH_SYS_openat 5247
#define ARCH_SYS_readlinkat 5257

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long v0 __asm__("$2") = n;
	register long a0 __asm__("$4") = a;
	register long a1 __asm__("$5") = b;
	register long a2 __asm__("$6") = c;
	register long a3 __asm__("$7") = d;
	register long a4 __asm__("$8") = e;
	register long a5 __asm__("$9") = f;

	__asm__ volatile("syscall"
			 : "+r"(v0), "+r"(a3)
			 : "r"(a0), "r"(a1), "r"(a2), "r"(a4), "r"(a5)
			 : "memory", "$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo");
	return a3 ? -v0 : v0;
}

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	return arch_call6(n, a, b, c, d, 0, 0);
}

/* Before anything looks into the GOT.  What to say of .dynamic: nothing where somebody has started the
 * loader by hand.  It is not DT_DEBUG that tells of a loader, for .dynamic cannot be written. */
__attribute__((used)) static word *mips_start(word *sp, word *dynamic, word *got)
{
	enum { PLTGOT = 3, LOCAL_GOTNO = 0x7000000a, RLD_MAP_REL = 0x70000035 };
	word *at, base = (word)got, n = 0, been = 0;

	for (at = dynamic; *at; at += 2) {
		if (*at == PLTGOT)
			base -= at[1];
		if (*at == LOCAL_GOTNO)
			n = at[1];
		if (*at == RLD_MAP_REL)
			been = *(word *)((word)at + at[1]);
	}
	if (!been) {
		got[0] = base;
		got[1] += n;
		while (n > 2)
			got[--n] += base;
		return dynamic;
	}
	for (at = sp + *sp + 2; *at++;)
		;
	for (; *at; at += 2)
		if (*at == AT_BASE && at[1])
			return dynamic;
	return 0;
}

static inline _Noreturn void arch_jump(word sp, word pc)
{
	register word t9 __asm__("$25") = pc;
	word *got, base, n;

	/* clang keeps other things in $28 meanwhile. */
	__asm__ volatile(".set push\n\t"
			 ".set noreorder\n\t"
			 "bal 1f\n\t"
			 "lui %0, %%hi(%%neg(%%gp_rel(1f)))\n"
			 "1:\n\t"
			 "daddu %0, %0, $31\n\t"
			 "daddiu %0, %0, %%lo(%%neg(%%gp_rel(1b)))\n\t"
			 "daddiu %0, %0, -0x7ff0\n\t"
			 ".set pop"
			 : "=r"(got)
			 :
			 : "$31", "memory");
	base = got[0];
	n = got[1] & 0x7fffffff;
	got[0] = 0;
	got[1] -= n;
	while (n > 2)
		got[--n] -= base;
	__asm__ volatile("move $29, %0\n\t"
			 "move $2, $0\n\t"
			 "jr %1"
			 :
			 : "r"(sp), "r"(t9)
			 : "$2", "memory");
	__builtin_unreachable();
}

#define ARCH_START                          \
	".pushsection .text,\"ax\",@progbits\n" \
	".weak _DYNAMIC\n"                  \
	".hidden _DYNAMIC\n"                \
	".globl _start, __start\n" /* linkers for this machine look for the second */ \
	".type _start,@function\n"          \
	".set push\n"                       \
	".set noreorder\n"                  \
	"_start:\n"                         \
	"__start:\n"                        \
	"	move $16, $29\n"            \
	"	move $17, $2\n"             \
	"	bal 2f\n"                   \
	"	li $8, -16\n"               \
	"1:	.word _DYNAMIC - 1b\n"      \
	"2:	lui $28, %hi(%neg(%gp_rel(1b)))\n" \
	"	daddu $28, $28, $31\n"      \
	"	daddiu $28, $28, %lo(%neg(%gp_rel(1b)))\n" \
	"	and $29, $29, $8\n"         \
	"	lw $5, 0($31)\n"            \
	"	beqz $5, 3f\n"              \
	"	move $2, $0\n"              \
	"	daddu $5, $5, $31\n"        \
	"	sll $2, $5, 0\n" /* 0 less a place above 4 GiB does not fit the word */ \
	"	beqz $2, 3f\n"              \
	"	daddiu $6, $28, -0x7ff0\n"  \
	"	bal mips_start\n"           \
	"	move $4, $16\n"             \
	"3:	ld $25, %got_disp(relinterp_start_c)($28)\n" \
	"	move $4, $16\n"             \
	"	move $5, $17\n"             \
	"	move $31, $0\n"             \
	"	jr $25\n"                   \
	"	move $6, $2\n"              \
	".set pop\n"                        \
	".size _start, . - _start\n"        \
	".popsection\n"
