/* Loaders made in memory. */
#ifndef IMAGE_H
#define IMAGE_H

#include "../elf.h"

enum { IMAGE_MAX = 1 << 20 };

struct image {
	unsigned char data[IMAGE_MAX];
	size_t size;
	struct ehdr *ehdr;
	struct phdr *phdr;
};

/* A loader as GNU ld makes one: headers with code, then data with .bss, on pages of that size. */
void image_make(struct image *image, word page);
/* Add a segment; its bytes are there when the file is made long enough. */
void image_four_segments(struct image *image);
struct phdr *image_load(struct image *image, uint32_t flags, word offset, word vaddr, word filesz, word memsz);

#endif
