/* x86-64 psABI, 3.4 (process initialisation) and A.2.1 (system calls). */
#define ARCH_NAME "x86_64"
#define ARCH_MACHINE 62 /* EM_X86_64 */
#define ARCH_PAGE 4096

#define ARCH_SYS_write 1
#define ARCH_SYS_open 2
#define ARCH_SYS_close 3
#define ARCH_SYS_lseek 8
#define ARCH_SYS_mmap 9
#define ARCH_SYS_munmap 11
#define ARCH_SYS_brk 12
#define ARCH_SYS_pread64 17
#define ARCH_SYS_pwrite64 18
#define ARCH_SYS_getcwd 79
#define ARCH_SYS_readlink 89
#define ARCH_SYS_prctl 157
#define ARCH_SYS_exit_group 231
#define ARCH_SYS_openat 257
#define ARCH_SYS_readlinkat 267

static inline long arch_call4(long n, long a, long b, long c, long d)
{
	long r;
	register long r10 __asm__("r10") = d;

	__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
	return r;
}

static inline long arch_call3(long n, long a, long b, long c)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return r;
}
#define arch_call3 arch_call3

static inline long arch_call1(long n, long a)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a) : "rcx", "r11", "memory");
	return r;
}
#define arch_call1 arch_call1

static inline long arch_call6(long n, long a, long b, long c, long d, long e, long f)
{
	long r;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return r;
}

static inline word *arch_copy(word *to, const word *from, size_t words)
{
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	return to;
}
#define arch_copy arch_copy

static inline word *arch_fill(word *to, word value, size_t words)
{
	__asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(value) : "memory");
	return to;
}
#define arch_fill arch_fill

static inline void arch_clear(char *to, unsigned bytes)
{
#ifdef ARCH_BYTEWISE
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory"); /* as fast, but not few instructions */
#else
	unsigned few = bytes & 7;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(few) : "a"(0) : "memory");
	arch_fill((word *)to, 0, bytes >> 3);
#endif
}
#define arch_clear arch_clear

static inline char *arch_move(char *to, const char *from, size_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
	return to;
}
#define arch_move arch_move

static inline char *arch_string(char *to, const char *from)
{
	__asm__ volatile("0: lodsb; stosb; test %%al, %%al; jnz 0b" : "+D"(to), "+S"(from) : : "rax", "memory", "cc");
	return to - 1;
}
#define arch_string arch_string

static inline const char *arch_find(const char *s, size_t bytes, char c)
{
	__asm__ volatile("repne scasb" : "+D"(s), "+c"(bytes) : "a"(c) : "memory", "cc");
	return s;
}
#define arch_find arch_find

#define arch_start(at) __asm__("lea _start(%%rip), %0" : "=r"(at))
#define arch_touch(p) __asm__ volatile("lock orl $0, %0" : "+m"(*(p)) : : "cc")

static inline _Noreturn void arch_jump(word sp, word pc)
{
	__asm__ volatile("mov %0, %%rsp\n\t"
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
	"	endbr64\n"                  \
	"	xor %ebp, %ebp\n"           \
	"	mov %rsp, %rdi\n"           \
	"	mov %rdx, %rsi\n"           \
	"	lea _DYNAMIC(%rip), %rdx\n" \
	"	and $-16, %rsp\n"           \
	"	call relinterp_start_c\n"   \
	".size _start, . - _start\n"        \
	".popsection\n"

typedef unsigned char arch_insn;

/* mov $to, %rax; jmp *%rax, 12 bytes, over a function that is no empty one, or one that nops with the
 * prefix 0x66 fill up to 16. */
static inline size_t arch_forward(uint64_t *code, const unsigned char *from, word to)
{
	code[0] = to << 16 | 0xb848; /* no address has more than 48 bits */
	code[1] = 0xffffffffe0ff0000;
	return *from != 0xc3 || from[1] == 0x66 ? 12 : 0;
}
#define arch_forward arch_forward

/* rdx, which is kept below the stack, and the stack pointer reach the program's own entry as they came. */
#define ARCH_STUB                           \
	".pushsection .text,\"ax\",@progbits\n" \
	".globl stub_start\n"               \
	".hidden stub_start\n"              \
	".type stub_start,@function\n"      \
	"stub_start:\n"                     \
	"	endbr64\n"                  \
	"	mov %rsp, %rdi\n"           \
	"	mov %rdx, %rsi\n"           \
	"	push %rdx\n"                \
	"	push %rdx\n"                \
	"	call stub_c\n"              \
	".size stub_start, . - stub_start\n" \
	".popsection\n"

static inline _Noreturn void arch_leave(word *sp, word pc)
{
	__asm__ volatile("mov %0, %%rsp\n\t"
			 "mov -8(%%rsp), %%rdx\n\t"
			 "jmp *%1"
			 :
			 : "r"(sp), "a"(pc)
			 : "memory");
	__builtin_unreachable();
}
#define arch_leave arch_leave
