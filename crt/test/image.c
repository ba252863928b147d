#include "image.h"

#include <string.h>

#include "body.h"
#include "check.h"

struct phdr *image_load(struct image *image, uint32_t flags, word offset, word vaddr, word filesz, word memsz)
{
	struct phdr *ph = &image->phdr[image->ehdr->e_phnum++];

	CHECK((unsigned char *)(ph + 1) <= image->data + IMAGE_MAX && offset + filesz <= IMAGE_MAX);
	*ph = (struct phdr){ .p_type = PT_LOAD, .p_flags = flags, .p_offset = offset, .p_vaddr = vaddr,
			     .p_filesz = filesz, .p_memsz = memsz, .p_align = 4096 };
	if (image->size < offset + filesz)
		image->size = offset + filesz;
	return ph;
}

void image_make(struct image *image, word page)
{
	struct ehdr *e = (struct ehdr *)image->data;
	size_t i;

	/* No zero among them, so that each zero in memory was written. */
	for (i = 0; i < (size_t)(page > 4096 ? IMAGE_MAX : 1 << 16); i++)
		image->data[i] = (unsigned char)(i % 251 + 1);
	memset(image->data, 0, 1024);
	image->size = 0;
	image->ehdr = e;
	image->phdr = (struct phdr *)(e + 1);
	memcpy(e->e_ident, "\177ELF", 4);
	e->e_ident[EI_CLASS] = ELF_CLASS;
	e->e_ident[EI_DATA] = ELF_DATA;
	e->e_ident[6] = 1;
	e->e_type = ET_DYN;
	e->e_machine = (uint16_t)body_machine;
	e->e_version = 1;
	e->e_phoff = sizeof *e;
	e->e_ehsize = sizeof *e;
	e->e_phentsize = sizeof *image->phdr;
	image_load(image, PF_R | PF_X, 0, 0, page + 0x123, page + 0x123);
	image_load(image, PF_R | PF_W, page + 0x200, 3 * page + 0x200, 0x345, 2 * page)->p_align = page;
	image->phdr[0].p_align = page;
	e->e_entry = page + 0x40;
}

/* Headers, code, constants and data as GNU ld lays them apart, each at its place in the file, without .bss. */
void image_four_segments(struct image *image)
{
	image->ehdr->e_phnum = 0;
	image_load(image, PF_R, 0, 0, 0x678, 0x678);
	image_load(image, PF_R | PF_X, 4096, 4096, 3 * 4096 + 5, 3 * 4096 + 5);
	image_load(image, PF_R, 5 * 4096, 5 * 4096, 4096, 4096);
	image_load(image, PF_R | PF_W, 7 * 4096 + 0x100, 7 * 4096 + 0x100, 4096, 4096 + 0x99);
}
