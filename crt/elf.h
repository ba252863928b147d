/* The part of the ELF format that the entry object reads and writes, in the class of the machine
 * it is compiled for.  Values and names: gABI, chapters 4 and 5; auxiliary vector: getauxval(3). */
#ifndef RELINTERP_ELF_H
#define RELINTERP_ELF_H

#include <stddef.h>
#include <stdint.h>

/* One machine word: ELF addresses, offsets, dynamic tags and auxiliary values all have it. */
typedef uintptr_t word;

struct ehdr {
	unsigned char e_ident[16];
	uint16_t e_type;
	uint16_t e_machine;
	uint32_t e_version;
	word e_entry;
	word e_phoff;
	word e_shoff;
	uint32_t e_flags;
	uint16_t e_ehsize;
	uint16_t e_phentsize;
	uint16_t e_phnum;
	uint16_t e_shentsize;
	uint16_t e_shnum;
	uint16_t e_shstrndx;
};

#if UINTPTR_MAX > 0xffffffffu
#define ELF_CLASS 2 /* ELFCLASS64 */
struct phdr {
	uint32_t p_type;
	uint32_t p_flags;
	word p_offset;
	word p_vaddr;
	word p_paddr;
	word p_filesz;
	word p_memsz;
	word p_align;
};

struct sym {
	uint32_t st_name;
	unsigned char st_info, st_other;
	uint16_t st_shndx;
	word st_value;
	word st_size;
};
#else
#define ELF_CLASS 1 /* ELFCLASS32 */
struct phdr {
	uint32_t p_type;
	word p_offset;
	word p_vaddr;
	word p_paddr;
	word p_filesz;
	word p_memsz;
	uint32_t p_flags;
	word p_align;
};

struct sym {
	uint32_t st_name;
	word st_value;
	word st_size;
	unsigned char st_info, st_other;
	uint16_t st_shndx;
};
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ELF_DATA 2 /* ELFDATA2MSB */
#define ELF_MAGIC 0x7f454c46u
#define TWO(bits, first, second) ((uint32_t)(first) << (bits) | (second))
#else
#define ELF_DATA 1 /* ELFDATA2LSB */
#define ELF_MAGIC 0x464c457fu
#define TWO(bits, first, second) ((first) | (uint32_t)(second) << (bits))
#endif

enum {
	EI_CLASS = 4,
	EI_DATA = 5,
	ET_DYN = 3,
	PT_NULL = 0,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_PHDR = 6,
	PF_X = 1,
	PF_W = 2,
	PF_R = 4,
	DT_NEEDED = 1,
	DT_STRTAB = 5,
	DT_SYMTAB = 6,
	DT_STRSZ = 10,
	DT_RPATH = 15,
	DT_DEBUG = 21,
	DT_RUNPATH = 29,
	AT_NULL = 0,
	AT_PHDR = 3,
	AT_PHNUM = 5,
	AT_PAGESZ = 6,
	AT_BASE = 7,
	AT_ENTRY = 9,
	AT_SECURE = 23,
	AT_EXECFN = 31,
	TAGS = 32, /* all of these are below it */
};

#endif
