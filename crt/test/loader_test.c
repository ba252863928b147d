/* The loader's file: what is checked before it is mapped, and how it is mapped. */
#include "test.h"

#define LD "/app/bin/" LOADER_NAME
#define DAMAGED "damaged"

static struct image image;

/* Put the image there and start; it must be refused for that reason, without a trace. */
static void refuse(const char *why)
{
	image_at(LD, &image)->why = why;
	CHECK(start() == EXITED, "started");
	SAME(fake.message, join("relinterp: /app/bin/prog: " LD ": ", join(why, MEND)));
}

static void fresh(void)
{
	program_new();
	image_make(&image, 4096);
}

static void accept(void)
{
	image_at(LD, &image);
	STARTS(LD);
}

static void every_header_field(void)
{
	fresh(), image.ehdr->e_ident[0] = 0, refuse("not ELF");
	fresh(), image.ehdr->e_ident[3] = 'f', refuse("not ELF");
	fresh(), image.ehdr->e_ident[EI_CLASS] = 3 - ELF_CLASS, refuse("wrong machine/type");
	fresh(), image.ehdr->e_ident[EI_DATA] = 3 - ELF_DATA, refuse("wrong machine/type");
	fresh(), image.ehdr->e_machine ^= 1, refuse("wrong machine/type");
	fresh(), image.ehdr->e_type = 2, refuse("wrong machine/type");
	fresh(), image.ehdr->e_type = 1, refuse("wrong machine/type");
	fresh(), image.ehdr->e_phentsize--, refuse(DAMAGED);
	fresh(), image.ehdr->e_phentsize = 0, refuse(DAMAGED);
	fresh(), image.ehdr->e_ehsize++, refuse(DAMAGED);
	fresh(), image.ehdr->e_phnum = 0, refuse("not ELF") /* nothing */;
	fresh(), image.ehdr->e_phnum = 0xffff, refuse(DAMAGED);
	fresh(), image.ehdr->e_phoff = 1, refuse(DAMAGED);
	fresh(), image.ehdr->e_phoff++, refuse(DAMAGED);
	fresh(), image.ehdr->e_phoff = image.size, refuse(DAMAGED);
	fresh(), image.ehdr->e_phoff = -(word)8, refuse(DAMAGED);
	fresh(), image.ehdr->e_phoff = (word)1 << 63, refuse(DAMAGED);
}

static void entry_outside_of_the_image(void)
{
	word end;

	fresh(), end = (image.phdr[1].p_vaddr + image.phdr[1].p_memsz + 4095) & -(word)4096;
	fresh(), image.ehdr->e_entry = 0, refuse(DAMAGED);
	fresh(), image.ehdr->e_entry = 1, accept();
	fresh(), image.ehdr->e_entry = end - 1, accept();
	fresh(), image.ehdr->e_entry = end, refuse(DAMAGED);
	fresh(), image.ehdr->e_entry = (word)-1, refuse(DAMAGED);
}

static void segments_that_are_wrong(void)
{
	fresh(), image.phdr[0].p_type = image.phdr[1].p_type = PT_NULL, refuse("not ELF"); /* nothing */
	fresh(), image.phdr[0].p_vaddr += 16, refuse(DAMAGED);
	fresh(), image.phdr[0].p_offset += 16, refuse(DAMAGED);
	fresh(), image.phdr[0].p_vaddr += 16, image.phdr[0].p_offset += 16, accept();
	fresh(), image.phdr[0].p_vaddr += 0x800, image.phdr[0].p_offset += 0x800, image.size += 0x800, accept();
	fresh(), image.phdr[1].p_vaddr += 0x800, image.phdr[1].p_offset += 0x800, image.size += 0x800, accept();
	fresh(), image.phdr[0].p_flags |= PF_W, refuse(DAMAGED);
	fresh(), image.phdr[1].p_flags |= PF_X, refuse(DAMAGED);
	fresh(), image.phdr[1].p_offset += 8, refuse(DAMAGED);
	fresh(), image.phdr[1].p_vaddr += 8, refuse(DAMAGED);
	fresh(), image.phdr[1].p_memsz = image.phdr[1].p_filesz - 1, refuse(DAMAGED);
	fresh(), image.phdr[1].p_vaddr = 0x200, refuse(DAMAGED);         /* on the first one */
	fresh(), image.phdr[1].p_vaddr = 4096 + 0x200, refuse(DAMAGED);  /* one page shared */
	fresh(), image.phdr[1].p_vaddr = 2 * 4096 + 0x200, accept();
	fresh(), image.phdr[0].p_vaddr += 16 * 4096, image.ehdr->e_entry += 16 * 4096, refuse(DAMAGED); /* descend */
	fresh(), image.phdr[1].p_vaddr = (word)-4096 + 0x200, refuse(DAMAGED);
	fresh(), image.phdr[1].p_filesz = (word)-1, refuse(DAMAGED);
	fresh(), image.phdr[1].p_memsz = (word)-1, refuse(DAMAGED);
	fresh(), image.phdr[1].p_filesz = image.phdr[1].p_memsz = -(word)0x200, refuse(DAMAGED);
	fresh(), image.phdr[1].p_offset = -(word)4096 + 0x200, refuse(DAMAGED);
	fresh(), image.phdr[1].p_offset = ((word)1 << 62) + 0x200, refuse(DAMAGED);
}

/* Every bit of every field of each segment: whatever is taken must be mapped as it says. */
static void every_bit(void (*make)(void), size_t headers)
{
	size_t bit;
	int started = 0;

	for (bit = 0; bit < 8 * (sizeof *image.ehdr + headers * sizeof *image.phdr); bit++) {
		make();
		program.lax = 1;
		image.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		image_at(LD, &image);
		started += start() == JUMPED;
	}
	CHECK(started > 100, "%d", started);
}

static void every_bit_of_the_headers(void) { every_bit(fresh, 2); }

/* Two fields at once, and values near the limits. */
static void odd_values_in_every_field(void)
{
	static const word odd[] = { 0, 1, 0xfff, 0x1000, 0x1001, 0x3000, 0x10000, 0x3fffffff, 0x40000000, 0x80000000,
				    0xffffffff, (word)1 << 46, (word)1 << 62, (word)1 << 63, -(word)4096, -(word)1 };
	size_t i, k, a, b, fields = sizeof *image.phdr / sizeof(word) - 1;

	for (a = 0; a < 2 * fields; a++)
		for (b = a + 1; b < 2 * fields; b++)
			for (i = 0; i < 16; i++)
				for (k = i % 3; k < 16; k += 3) {
					fresh();
					program.lax = 1;
					((word *)&image.phdr[a / fields])[a % fields + 1] = odd[i];
					((word *)&image.phdr[b / fields])[b % fields + 1] = odd[k];
					image_at(LD, &image);
					start();
				}
}

static void alignment_larger_than_a_page(void)
{
	word align;

	for (align = 1; align <= 1 << 28; align *= 2) {
		fresh();
		image.phdr[1].p_align = align;
		accept();
	}
}

static void no_alignment(void)
{
	fresh();
	image.phdr[1].p_align = 0;
	accept();
}

static void alignment_that_no_memory_has(void)
{
	static const word huge[] = { (word)1 << 40, (word)1 << 47, (word)1 << 62, (word)1 << 63, (word)-1, (word)-4096, (word)-8192 };
	size_t i;

	for (i = 0; i < sizeof huge / sizeof *huge; i++) {
		fresh();
		image.phdr[1].p_align = huge[i];
		program.lax = 1;
		image_at(LD, &image);
		CHECK(start() == EXITED, "%lx", (long)huge[i]);
		CHECK(fake.mappings == fake.mmaps && fake.mmaps == 2 * body_whole);
	}
}

/* No power of two: nothing that the format allows, but it must not reach foreign memory. */
static void alignment_that_is_no_power(void)
{
	word align;

	for (align = 3; align < 1 << 24; align = align * 3 + 1) {
		fresh();
		image.phdr[1].p_align = align;
		program.lax = 1;
		image_at(LD, &image);
		start();
	}
}

static void truncated_at_each_length(void)
{
	size_t n, whole;

	fresh();
	whole = image.size;
	for (n = 0; n < whole; n += n < 1024 || n > whole - 600 ? 1 : 13) {
		fresh();
		image.size = n;
		if (body_whole) { /* what is missing is 0 */
			program.lax = 1;
			image_at(LD, &image);
			CHECK(start() == EXITED, "%d bytes", (int)n);
			CHECK(strstr(fake.message, ": not ELF: ") || strstr(fake.message, ": damaged: ") ||
			      strstr(fake.message, ": wrong machine/type: "), "%d bytes: %s", (int)n, fake.message);
			continue;
		}
		refuse(n < sizeof *image.ehdr + 17 * sizeof *image.phdr ? "not ELF" : DAMAGED);
	}
	image_make(&image, 4096);
	program_new();
	accept();
}

static void bytes_behind_the_image_do_not_matter(void)
{
	fresh();
	image.size += 5000;
	accept();
}

static void pages_of_64_kilobytes(void)
{
	program_new();
	image_make(&image, 65536);
	fake.page = 65536;
	accept();
}

static void a_file_for_smaller_pages_does_not_fit_larger_ones(void)
{
	program_new();
	image_make(&image, 4096);
	fake.page = 65536;
	refuse(DAMAGED);
}

/* A separate read-only part, a hole, .bss alone, data that ends on a page's last byte. */
static void segments_of_all_kinds(void)
{
	static const uint32_t flags[] = { 0, PF_R, PF_W, PF_R | PF_W, PF_X, PF_R | PF_X };
	size_t i;

	for (i = 0; i < sizeof flags / sizeof *flags; i++) {
		fresh();
		image_load(&image, flags[i], 8 * 4096, 8 * 4096, 3 * 4096, 3 * 4096);
		image_load(&image, flags[i], 12 * 4096 + 4095, 13 * 4096 + 4095, 1, 1);
		image_load(&image, flags[i], 14 * 4096, 40 * 4096, 0, 3 * 4096);
		image_load(&image, flags[i], 12 * 4096 + 5, 50 * 4096 + 5, 0, 77);
		image_load(&image, flags[i], 12 * 4096 + 6, 60 * 4096 + 6, 0, 0);
		image_load(&image, flags[i], 12 * 4096 + 7, 70 * 4096 + 7, 4089, 4089 + 4096);
		accept();
	}
}

static void four_segments(void)
{
	fresh();
	image_four_segments(&image);
}

/* Each of the four ends where a page does, the last one so far behind its place in the file. */
static void fill_pages(word behind)
{
	int i;

	image.phdr[3].p_offset = 7 * 4096;
	image.phdr[3].p_vaddr = 7 * 4096 + behind;
	for (i = 0; i < 4; i++)
		image.phdr[i].p_filesz = image.phdr[i].p_memsz = i == 1 ? 3 * 4096 : 4096;
	image.size = 8 * 4096;
}

/* Where there is no page of zeros, the file itself is laid first, and of it nothing twice. */
static void a_file_laid_as_a_whole(void)
{
	word align;

	four_segments(), accept();
	CHECK(fake.mmaps == (body_whole ? 4 : 5), "%d", fake.mmaps);
	four_segments(), image.phdr[3].p_memsz += 4096, accept();
	CHECK(fake.mmaps == (body_whole ? 6 : 5), "%d", fake.mmaps);
	four_segments(), image.phdr[3].p_memsz += 4096, image.size += 4096, accept(); /* the same place again, for zeros */
	CHECK(fake.mmaps == (body_whole ? 6 : 5), "%d", fake.mmaps);
	four_segments(), image.phdr[1].p_memsz = 0x3ffc, accept(); /* zeros in the middle, on the last page */
	CHECK(fake.mmaps == (body_whole ? 4 : 5), "%d", fake.mmaps);
	four_segments(), image.phdr[0].p_offset = 4096, accept(); /* not what lies there */
	CHECK(fake.mmaps == 5, "%d", fake.mmaps);
	four_segments(), image.phdr[3].p_vaddr += 4096, accept(); /* behind the file's end */
	CHECK(fake.mmaps == (body_whole ? 6 : 5), "%d", fake.mmaps);
	four_segments(), image.size += 70000, accept(); /* not stripped */
	CHECK(fake.mmaps == (body_whole ? 6 : 5), "%d", fake.mmaps);
	four_segments(), fill_pages(0), accept();
	CHECK(fake.mmaps == (body_whole ? 4 : 5), "%d", fake.mmaps);
	four_segments(), fill_pages(4096), accept(); /* a page longer than the file, and no zero anywhere */
	CHECK(fake.mmaps == (body_whole ? 6 : 5), "%d", fake.mmaps);
	for (align = 8192; align < 1 << 24; align *= 2) { /* too short for what it takes to align it */
		four_segments(), image.phdr[3].p_align = align, accept();
		CHECK(fake.mmaps == (body_whole ? 6 : 5), "%d", fake.mmaps);
	}
	for (align = 8192; align < 1 << 20; align *= 2) { /* long enough: at another place than where the file lies */
		four_segments(), image.phdr[3].p_align = align, image.size += align - 4096, accept();
		CHECK(fake.mmaps == 5, "%d", fake.mmaps);
	}
}

static void every_bit_of_a_file_laid_as_a_whole(void) { every_bit(four_segments, 4); }

static void every_length_of_data_in_a_page(void)
{
	word n;

	for (n = 0; n <= 2 * 4096; n += n % 4096 > 4000 || n % 4096 < 70 ? 1 : 17) {
		fresh();
		image_load(&image, PF_R | PF_W, 4 * 4096, 16 * 4096, n, 3 * 4096);
		image.size = 7 * 4096;
		accept();
	}
}

static void loaded_at_an_address_of_its_own(void)
{
	static const word bases[] = { 0x400000, (word)0x7f00000000, (word)-0x100000 };
	size_t i;

	for (i = 0; i < 3; i++) {
		fresh();
		image.phdr[0].p_vaddr += bases[i];
		image.phdr[1].p_vaddr += bases[i];
		image.ehdr->e_entry += bases[i];
		i ? refuse(DAMAGED) : accept(); /* prelinked: a gigabyte at most is reserved */
	}
}

static void up_to_a_gigabyte(void)
{
	fresh();
	image.phdr[1].p_memsz = ((word)1 << 30) - 1;
	accept();
	fresh();
	image.phdr[1].p_memsz = image.phdr[1].p_filesz + ((word)1 << 30);
	refuse(DAMAGED);
	fresh();
	image.phdr[1].p_vaddr = ((word)1 << 30) + 0x200;
	refuse(DAMAGED);
}

/* As many program headers as are read with the file's first block, and not one more. */
static void many_program_headers(void)
{
	int n, i, most = 0;

	for (n = 2; n <= 64; n++) {
		fresh();
		for (i = 2; i < n; i++)
			image.phdr[i] = (struct phdr){ .p_type = 0x6474e550u + (uint32_t)i };
		image.ehdr->e_phnum = (uint16_t)n;
		program.lax = 1;
		image_at(LD, &image);
		if (start() == JUMPED)
			most = n;
		else
			CHECK(strstr(fake.message, DAMAGED));
		CHECK((most == n) == (n <= 17), "%d", n);
	}
}

static void a_table_elsewhere(void)
{
	static const word places[] = { 72, 512, 4096 };
	size_t i;

	for (i = 0; i < 3; i++) {
		fresh();
		memmove(image.data + places[i], image.data + 64, 2 * sizeof *image.phdr);
		image.ehdr->e_phoff = places[i];
		refuse(DAMAGED);
	}
}

static void no_page_size(void)
{
	fresh();
	program.no_pagesz = program.lax = 1;
	image_at(LD, &image);
	CHECK(start() == EXITED);
}

static void a_bad_one_leaves_room_for_the_next(void)
{
	fresh();
	image.phdr[1].p_filesz = image.phdr[1].p_memsz = 0x2000;
	image.size = 0x1800;
	image_at("/first/" LOADER_NAME, &image)->why = DAMAGED;
	image_make(&image, 4096);
	image_at(LD, &image);
	env("LD_LIBRARY_PATH=/first");
	STARTS(LD);
}

const struct test loader_tests[] = {
	TEST(every_header_field),
	TEST(entry_outside_of_the_image),
	TEST(segments_that_are_wrong),
	TEST(every_bit_of_the_headers),
	TEST(odd_values_in_every_field),
	TEST(alignment_larger_than_a_page),
	TEST(no_alignment),
	TEST(alignment_that_no_memory_has),
	TEST(alignment_that_is_no_power),
	TEST(truncated_at_each_length),
	TEST(bytes_behind_the_image_do_not_matter),
	TEST(pages_of_64_kilobytes),
	TEST(a_file_for_smaller_pages_does_not_fit_larger_ones),
	TEST(segments_of_all_kinds),
	TEST(a_file_laid_as_a_whole),
	TEST(every_bit_of_a_file_laid_as_a_whole),
	TEST(every_length_of_data_in_a_page),
	TEST(loaded_at_an_address_of_its_own),
	TEST(up_to_a_gigabyte),
	TEST(many_program_headers),
	TEST(a_table_elsewhere),
	TEST(no_page_size),
	TEST(a_bad_one_leaves_room_for_the_next),
	{ 0, 0 },
};
