/* i386 psABI, 2.3.1 (initial process stack) and the kernel's int $0x80, which needs no TLS. */
#define ARCH_NAME "i386"
#define ARCH_MACHINE 3 /* EM_386 */
#define ARCH_MMAP_UNIT 4096

#define ARCH_SYS_write 4
#define ARCH_SYS_close 6
#define ARCH_SYS_lseek 19
#define ARCH_SYS_brk 45
#define ARCH_SYS_prctl 172
#define ARCH_SYS_pread64 180
#define ARCH_SYS_pwrite64 181
#define ARCH_SYS_getcwd 183
#define ARCH_SYS_mmap 192 /* mmap2 */
#define ARCH_SYS_munmap 91
#define ARCH_SYS_exit_group 252
#define ARCH_SYS_openat 295
#define ARCH_SYS_readlinkat 305

#define ARCH_PREAD64(fd, buf, n, off) \
	arch_call6(ARCH_SYS_pread64, fd, buf, n, (long)(uint32_t)(off), (long)(uint32_t)((uint64_t)(off) >> 32), 0)

#define ARCH_PWRITE64(fd, buf, n, off) arch_call6(ARCH_SYS_pwrite64, fd, buf, n, (long)(off), 0, 0)

/* ebx and ebp may be the compiler's own here, so all six travel through memory. */
static __attribute__((noinline)) long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	long args[6];
	long *p = args;
	long r;

	args[0] = a;
	args[1] = b;
	args[2] = c;
	args[3] = d;
	args[4] = e;
	args[5] = f;

	__asm__ volatile("push %%ebx\n\t"
			 "push %%ebp\n\t"
			 "push %%esi\n\t"
			 "push %%edi\n\t"
			 "mov 0(%1), %%ebx\n\t"
			 "mov 8(%1), %%edx\n\t"
			 "mov 12(%1), %%esi\n\t"
			 "mov 16(%1), %%edi\n\t"
			 "mov 20(%1), %%ebp\n\t"
			 "mov 4(%1), %%ecx\n\t"
			 "int $0x80\n\t"
			 "pop %%edi\n\t"
			 "pop %%esi\n\t"
			 "pop %%ebp\n\t"
			 "pop %%ebx"
			 : "=a"(r), "+c"(p)
			 : "0"(n)
			 : "edx", "memory");
	return r;
}

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	return arch_call6(n, a, b, c, d, 0, 0);
}

static inline _Noreturn void arch_jump(word sp, word pc)
{
	__asm__ volatile("mov %0, %%esp\n\t"
			 "xor %%edx, %%edx\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "jmp *%1"
			 :
			 : "r"(sp), "a"(pc)
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
	"	xor %ebp, %ebp\n"           \
	"	mov %esp, %eax\n"           \
	"	and $-16, %esp\n"           \
	"	sub $4, %esp\n"             \
	"	call 1f\n"                  \
	"1:	addl $_DYNAMIC - 1b, (%esp)\n" \
	"	push %edx\n"                \
	"	push %eax\n"                \
	"	call relinterp_start_c\n"   \
	".size _start, . - _start\n"        \
	".popsection\n"

typedef unsigned char arch_insn;

/* jmp to, 5 bytes, over a function that is longer: endbr32 and ret, patched musl's, or an empty one and
 * what fills its 16 bytes (lea without effect, or a nop with a prefix). */
static inline size_t arch_forward(uint64_t *code, const unsigned char *from, word to)
{
	struct __attribute__((packed)) {
		unsigned char jmp;
		word distance;
	} *c = (void *)code;

	c->jmp = 0xe9;
	c->distance = to - (word)from - sizeof *c;
	return *from != 0xc3 || from[1] == 0x66 || from[1] == 0x2e || (from[1] == 0x8d && from[2] == 0xb4) ? sizeof *c : 0;
}
#define arch_forward arch_forward

/* edx and the stack pointer reach the program's own entry as they came. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",@progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,@function\n"      \
	"stub_start:\n"                     \
	"	mov %esp, %eax\n"           \
	"	push %edx\n"                \
	"	sub $8, %esp\n"             \
	"	push %eax\n"                \
	"	call stub_c\n"              \
	"	add $12, %esp\n"            \
	"	pop %edx\n"                 \
	"	jmp *%eax\n"                \
	".size stub_start, . - stub_start\n" \
	".popsection\n"
