/* What an architecture owes the body.  arch/<arch>.h defines, and nothing else there:
 *
 *   ARCH_NAME            musl's name of the architecture, as in ld-musl-<arch>.so.1
 *   ARCH_MACHINE         e_machine of its ELF files (gABI chapter 4)
 *   ARCH_SYS_<call>      numbers of the system calls that sys.h names
 *   ARCH_MMAP_UNIT       1, or 4096 where the kernel's mmap2 counts its offset in units of that
 *   ARCH_O_NONBLOCK, ARCH_MAP_ANONYMOUS   where they differ from asm-generic
 *   ARCH_PREAD64         pread64 with its 64-bit offset in the registers that the ABI wants
 *   arch_call4, arch_call6   one system call of that many arguments at most; never through TLS or
 *                        a vDSO
 *   arch_call1, arch_call3   the same for fewer, where that makes shorter code
 *   ARCH_PAGE            the size of a page where a machine has but one
 *   arch_copy, arch_fill, arch_clear, arch_move, arch_string, arch_find     all or none, where they make shorter
 *                        code than loops: copy or fill so many words, clear or copy so many bytes, and give
 *                        the place behind them; copy a string, give its end; give the place behind the
 *                        first c among so many bytes, at least one, else behind them all
 *   arch_touch           write to a word without changing it, where a page that nobody has read yet is
 *                        then made once and not twice; none: not known to help.  With it
 *   arch_start           the address of `_start`, without a word to the linker about its visibility
 *   arch_jump            set the stack pointer, clear what the kernel clears for a new program,
 *                        jump; never comes back
 *   ARCH_START           assembly of `_start`: end the chain of frames, hand the stack pointer,
 *                        the register in which the psABI passes a function for atexit, and the
 *                        address of _DYNAMIC relative to the program counter to
 *                        `relinterp_start_c`, on a stack aligned as the psABI wants
 *   ARCH_STUB            assembly of `stub_start`: hand the stack pointer to `stub_c`, jump to what that
 *                        gives, with the stack pointer and the psABI's register as they came
 *   arch_leave           where that makes shorter code: the jump, from `stub_c`, which then does not come back
 *
 *   ARCH_NOP             an instruction that does nothing, where `nop` does not do
 *   arch_forward         for door 2, where it can be done: write into code, 16 bytes, the jump that, put at from, leads
 *                        to `to`, and give its size in bytes, or 0 where what stands at from is too short;
 *                        arch_insn is a type of ARCH_NOP's size, or one that a breakpoint changes
 *
 * A new architecture is one such file and one line here. */
#ifndef RELINTERP_ARCH_H
#define RELINTERP_ARCH_H

#include "elf.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#include "arch/x86_64.h"
#elif defined(__i386__)
#include "arch/i386.h"
#elif defined(__aarch64__)
#include "arch/aarch64.h"
#elif defined(__arm__)
#include "arch/arm.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "arch/riscv64.h"
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__) && _CALL_ELF == 2
#include "arch/powerpc64le.h"
#elif defined(__s390x__)
#include "arch/s390x.h"
#elif defined(__mips64) && defined(__MIPSEL__) && _MIPS_SIM == _ABI64
#include "arch/mips64el.h"
#else
#error "relinterp: no arch/<arch>.h for this machine yet"
#endif

#ifndef ARCH_O_NONBLOCK
#define ARCH_O_NONBLOCK 04000
#endif
#ifndef ARCH_MAP_ANONYMOUS
#define ARCH_MAP_ANONYMOUS 0x20
#endif
#ifndef ARCH_MMAP_UNIT
#define ARCH_MMAP_UNIT 1
#endif
#ifndef arch_call1
#define arch_call1(n, a) arch_call4(n, a, 0, 0, 0)
#define arch_call3(n, a, b, c) arch_call4(n, a, b, c, 0)
#endif
#ifndef ARCH_NOP
#define ARCH_NOP "nop\n"
#endif
#ifndef ARCH_PREAD64
#define ARCH_PREAD64(fd, buf, n, off) arch_call4(ARCH_SYS_pread64, fd, buf, n, (long)(off))
#endif
#ifndef ARCH_PWRITE64
#define ARCH_PWRITE64(fd, buf, n, off) arch_call4(ARCH_SYS_pwrite64, fd, buf, n, (long)(off))
#endif

#endif
