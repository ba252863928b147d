/* Fuzz targets.  The first byte chooses: the rest is a loader's file, or, with strings that end in
 * NUL, what the caller of a program can choose: its path, its folder, variables, RUNPATH, fallback.
 * Whatever starts must be mapped as the file's headers say, whatever is opened must be what model.c
 * names, and the rest must end with a message (verify.c).
 *
 * With -fsanitize=fuzzer it is libFuzzer's.  With -DFUZZ_MAIN a program of its own:
 *   fuzz SECONDS [FILE...]    runs the files, then changes of its own seeds for that long */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn void fail(const char *file, int line, const char *what, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: %s: ", file, line, what);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n    model: %.300s\n    said: %.300s\n", model.message, fake.message);
	abort();
}

void same(const char *file, int line, const char *what, const char *got, const char *want)
{
	if (strcmp(got, want))
		fail(file, line, what, "\n    got  %.3000s\n    want %.3000s", got, want);
}

#define LD "/app/bin/" LOADER_NAME

static int wants; /* body_wants, which program_new forgets */

static void try_loader(const uint8_t *data, size_t size)
{
	program_new();
	body_wants = wants;
	program.lax = 1;
	fake_file(LD, memcpy(block(size), data, size), size);
	start();
}

static const char *next_string(const uint8_t **data, size_t *size)
{
	size_t n = 0;
	char *s;

	while (n < *size && (*data)[n])
		n++;
	s = block(n + 1);
	memcpy(s, *data, n);
	s[n] = 0;
	*data += n + (n < *size);
	*size -= n + (n < *size);
	return s;
}

static void try_strings(const uint8_t *data, size_t size)
{
	int flags = size ? *data : 0;

	program_new();
	body_wants = wants;
	data += size > 0;
	size -= size > 0;
	program.secure = flags & 1;
	program.plain = flags >> 7;
	program.execfn = next_string(&data, &size);
	program.exe = flags & 2 ? next_string(&data, &size) : 0;
	fake.cwd = flags & 4 ? next_string(&data, &size) : "/home";
	if (!*program.execfn)
		program.execfn = "prog";
	if (program.exe && !*program.exe)
		program.exe = 0;
	if (!*fake.cwd)
		fake.cwd = "/";
	if (flags & 8)
		program.runpath = next_string(&data, &size);
	if (flags & 16)
		body_fallback = next_string(&data, &size);
	if (flags & 32)
		fake_link(text(next_string(&data, &size)), next_string(&data, &size));
	if (flags & 64)
		loader_at(next_string(&data, &size));
	while (size && program.envs < 20)
		env(next_string(&data, &size));
	program.second = !program.secure;
	start();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	body_as((data[0] >> 1) % DOORS);
	wants = (data[0] >> 4) % 3 - 1;
	if (data[0] & 1)
		try_strings(data + 1, size - 1);
	else
		try_loader(data + 1, size - 1);
	return 0;
}

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0:detect_leaks=0";
}

#ifdef FUZZ_MAIN
enum { LARGEST = 1 << 16 };

static uint8_t input[LARGEST];
static size_t input_size;
static uint64_t state = 88172645463325252;

static size_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? state % n : 0;
}

static void seed_loader(void)
{
	static struct image image;

	image_make(&image, 4096);
	switch (below(3)) {
	case 0:
		image_load(&image, PF_R, 0x2000, 0x8000, 0x10, 0x10);
		break;
	case 1: /* may be laid as a whole */
		image_four_segments(&image);
		image.phdr[3].p_align = (word)4096 << below(3);
		image.size += below(2) * (image.phdr[3].p_align - 4096);
		break;
	}
	input[0] = (uint8_t)below(256) & (uint8_t)~1;
	memcpy(input + 1, image.data, image.size);
	input_size = image.size + 1;
}

static void add(const char *s)
{
	memcpy(input + input_size, s, strlen(s) + 1);
	input_size += strlen(s) + 1;
}

static void seed_strings(void)
{
	static const char *const words[] = { "/app/bin/prog", "./prog", "prog", "/prog", "/memfd:x (deleted)", "(unreachable)/x", "/",
					     "$ORIGIN/lib:$ORIGIN", "${ORIGIN}/../lib", "$PLATFORM:/x", ":::", "LD_LIBRARY_PATH=/a:lib:$ORIGIN",
					     "RELINTERP_LOADER=$ORIGIN/x", "RELINTERP_DEBUG=1", "HOME=/", "/app/bin/ld-test.so.1",
					     "/home/lib/ld-test.so.1", "/a/ld-test.so.1", "" };
	size_t i;

	input[0] = (uint8_t)below(256) | 1;
	input[1] = (uint8_t)below(256);
	input_size = 2;
	for (i = 0; i < 10; i++)
		add(words[below(sizeof words / sizeof *words)]);
}

/* A bit, a byte, a word of the odd kind, a piece repeated or left out. */
static void change(void)
{
	static const uint64_t odd[] = { 0, 1, 7, 8, 55, 56, 57, 64, 4095, 4096, 4097, 1 << 30, 1u << 31, 1ull << 62, 1ull << 63, -1ull };
	/* The headers most of the time. */
	size_t at = 1 + below(below(4) ? input_size < 400 ? input_size : 400 : input_size), n;

	if (at >= input_size)
		return;
	switch (below(5)) {
	case 0:
		input[at] ^= (uint8_t)(1 << below(8));
		break;
	case 1:
		input[at] = (uint8_t)"\0/:$\377{}O="[below(9)];
		break;
	case 2:
		if (at + 8 < input_size)
			memcpy(input + 1 + (at - 1) / 8 * 8, &odd[below(16)], below(3) ? 8 : 1 + below(8));
		break;
	case 3:
		n = below(200) * (below(20) ? 1 : 40);
		if (n > input_size - at)
			n = input_size - at;
		if (input_size + n <= LARGEST) {
			memmove(input + at + n, input + at, input_size - at);
			input_size += n;
		}
		break;
	default:
		n = below(input[0] & 1 ? 20 : 3000);
		if (n < input_size - at && !below(4)) {
			memmove(input + at, input + at + n, input_size - at - n);
			input_size -= n;
		}
	}
}

/* The input that does harm is left in the file that FUZZ_CRASH names. */
static void remember(void)
{
	const char *name = getenv("FUZZ_CRASH");
	FILE *f = name ? fopen(name, "wb") : 0;

	if (f) {
		fwrite(input, 1, input_size, f);
		fclose(f);
	}
}

static void aborted(int number)
{
	remember();
	signal(number, SIG_DFL);
}

#ifdef WATCHED
void __sanitizer_set_death_callback(void (*)(void));
#endif

int main(int argc, char **argv)
{
	long seconds = argc > 1 ? atol(argv[1]) : 10, runs = 0, i;
	time_t end = time(0) + seconds;

#ifdef WATCHED
	__sanitizer_set_death_callback(remember);
#endif
	signal(SIGABRT, aborted);
	for (i = 2; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");

		if (!f) {
			perror(argv[i]);
			return 1;
		}
		input_size = fread(input, 1, sizeof input, f);
		fclose(f);
		LLVMFuzzerTestOneInput(input, input_size);
	}
	if (getenv("FUZZ_SEED"))
		state ^= strtoull(getenv("FUZZ_SEED"), 0, 10);
	while (seconds && time(0) <= end) {
		size_t changes = below(12);

		if (below(2))
			seed_loader();
		else
			seed_strings();
		while (changes--)
			change();
		LLVMFuzzerTestOneInput(input, input_size);
		runs++;
	}
	program_new();
	printf("ok %ld runs\n", runs);
	return 0;
}
#endif
