/* Every message in full. */
#include "test.h"

#define LD "/" LOADER_NAME
#define AT "relinterp: /app/bin/prog: /app/bin" LD ": "

/* The stub reads by mmap, which has no errno of its own for folders. */
static const char *a_folder(void)
{
	return body_whole ? "unusable" : "a folder";
}


static void each_reason_for_a_file_that_does_not_open(void)
{
	static const struct {
		int error;
		const char *why;
	} reasons[] = {
		{ 1, "noexec mount?" },
		{ 2, "no such file" },
		{ 13, "no access" },
		{ 21, "a folder" },
		{ 36, "too long" },
		{ 5, "unusable" },
		{ 23, "unusable" },
		{ 40, "unusable" },
	};
	size_t i;

	for (i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		program_new();
		fake_error("/app/bin" LD, reasons[i].error, reasons[i].why);
		SAYS(join(AT, join(reasons[i].why, MEND)));
	}
}

/* An errno must never be told as one of the entry object's own reasons. */
static void no_errno_reads_as_another_reason(void)
{
	int error;

	for (error = 1; error < 134; error++) {
		if (error == 22 || error == 51 || error == 52) /* mmap's for an empty file, and of devices that are no more */
			continue;
		program_new();
		program.lax = 1;
		fake_error("/app/bin" LD, error, "?");
		CHECK(start() == EXITED);
		CHECK(!strstr(fake.message, "ELF") && !strstr(fake.message, "machine") && !strstr(fake.message, "damaged"), "errno %d", error);
	}
}

static void a_loader_on_a_noexec_mount(void)
{
	struct file *f = loader_at("/app/bin" LD);

	f->exec_error = 1;
	f->why = "noexec mount?";
	SAYS(AT "noexec mount?" MEND);
}

/* As a linker that keeps code apart makes it: what comes before the code can be mapped. */
static void a_loader_on_a_noexec_mount_with_its_headers_apart(void)
{
	static struct image image;
	struct file *f;

	image_make(&image, 4096);
	image.phdr[0].p_flags = PF_R;
	image_load(&image, PF_R | PF_X, 6 * 4096, 6 * 4096, 4096, 4096);
	f = image_at("/app/bin" LD, &image);
	f->exec_error = 1;
	f->why = "noexec mount?";
	SAYS(AT "noexec mount?" MEND);
	CHECK(fake.mappings == 2 * 3);
	program_new();
	f = image_at("/first" LD, &image);
	f->exec_error = 1;
	f->why = "noexec mount?";
	env("LD_LIBRARY_PATH=/first");
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
}

static void a_folder_of_the_loader_s_name(void)
{
	struct file *f = fake_file("/app/bin" LD, "", 0);

	f->read_error = 21;
	f->size = 6; /* whatever the kernel says of a folder */
	f->why = a_folder();
	SAYS(join(AT, join(f->why, MEND)));
}

static void not_an_elf_file(void)
{
	fake_file("/app/bin" LD, "#!/bin/sh\n", 10)->why = "not ELF";
	SAYS(AT "not ELF" MEND);
}

static void every_candidate_is_named(void)
{
	fake.cwd = "/home";
	env("RELINTERP_LOADER=own");
	env("LD_LIBRARY_PATH=/lib1::lib2");
	program.runpath = "$ORIGIN/../lib:/opt";
	body_fallback = "/fall";
	fake_error("/opt" LD, 13, "no access");
	SAYS("relinterp: /app/bin/prog: own: no such file: /lib1" LD ": no such file: lib2" LD
	     ": no such file: /app/bin/../lib" LD ": no such file: /opt" LD ": no access: /app/bin" LD
	     ": no such file: /fall: no such file" MEND);
}

static void a_secure_program_with_a_fallback_that_is_gone(void)
{
	program.secure = 1;
	body_fallback = "/lib/fall";
	SAYS("relinterp: /app/bin/prog: /lib/fall: no such file: privileges need a fallback\n");
}

static void the_program_is_named_as_it_was_started(void)
{
	program.execfn = "../odd name";
	SAYS("relinterp: ../odd name: /app/bin" LD ": no such file" MEND);
}

static void the_environment_s_own_text_is_no_format(void)
{
	env("RELINTERP_LOADER=/%s%n%d");
	SAYS("relinterp: /app/bin/prog: /%s%n%d: no such file: /app/bin" LD ": no such file" MEND);
}

static void a_message_of_many_kilobytes(void)
{
	int i;

	for (i = 1; i < 400; i += 7) {
		program_new();
		env(join("LD_LIBRARY_PATH=", repeat("/folder/of/libraries:", (size_t)i * 21)));
		SAYS(model.message);
	}
}

/* What does not fit is left out, but not the end. */
static void a_message_that_does_not_fit(void)
{
	size_t n, end = sizeof MEND - 1;

	for (n = 1; n < 40; n++) {
		program_new();
		env(join("LD_LIBRARY_PATH=", repeat("/folder/of/libraries:", n * 1050)));
		CHECK(start() == EXITED);
		CHECK(fake.message_size > end && !strcmp(fake.message + fake.message_size - end, MEND), "%ld bytes", (long)(n * 1050));
	}
}

static void nothing_can_be_written(void)
{
	int n;

	for (n = 3; n < 20; n++) { /* readlink open, three writes, readlink open, writes */
		program_new();
		fake.fail_at = n + (n > 5) * 2;
		fake.fail_errno = 9;
		program.lax = 1;
		SAYS(AT "no such file" MEND);
	}
}

const struct test message_tests[] = {
	TEST(each_reason_for_a_file_that_does_not_open),
	TEST(no_errno_reads_as_another_reason),
	TEST(a_loader_on_a_noexec_mount),
	TEST(a_loader_on_a_noexec_mount_with_its_headers_apart),
	TEST(a_folder_of_the_loader_s_name),
	TEST(not_an_elf_file),
	TEST(every_candidate_is_named),
	TEST(a_secure_program_with_a_fallback_that_is_gone),
	TEST(the_program_is_named_as_it_was_started),
	TEST(the_environment_s_own_text_is_no_format),
	TEST(a_message_of_many_kilobytes),
	TEST(a_message_that_does_not_fit),
	TEST(nothing_can_be_written),
	{ 0, 0 },
};
