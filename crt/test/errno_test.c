/* Each system call fails, with each error, at each place: the next candidate, or status 127 and a
 * line; never a crash.  That what then starts is whole is checked at every start (verify.c). */
#include "test.h"

#define LD "/" LOADER_NAME

static void simple(void)
{
	program_new();
	program.runpath = "$ORIGIN/../lib";
	loader_at("/app/bin/../lib" LD);
}

static void several(void)
{
	simple();
	fake.cwd = "/home";
	env("RELINTERP_LOADER=/none");
	env("LD_LIBRARY_PATH=/none:lib:/bad");
	fake_file("/bad" LD, "bad", 3)->why = "not ELF";
	loader_at("/app/bin" LD);
}

static void without_proc(void)
{
	program_new();
	program.exe = 0;
	program.execfn = "bin/prog";
	fake.cwd = "/app";
	fake_link("/app/bin/prog", "prog2");
	fake_file("/app/bin/prog2", "", 0);
	loader_at("/app/bin" LD);
}

static void traced(void)
{
	several();
	env("RELINTERP_DEBUG=1");
}

static void hopeless(void)
{
	without_proc();
	((struct file *)fake_find("/app/bin" LD))->open_error = 13;
	program.runpath = "lib:$ORIGIN";
	env(join("LD_LIBRARY_PATH=/", repeat("long/", 1000)));
}

static void secure(void)
{
	program_new();
	program.secure = 1;
	body_fallback = "/fall";
	loader_at("/fall");
}

static void wide(void)
{
	static struct image image;

	program_new();
	image_make(&image, 4096);
	image.phdr[1].p_align = 1 << 20;
	image_load(&image, PF_R, 16 * 4096, 16 * 4096, 100, 100);
	image_at("/app/bin" LD, &image);
}

static void comes_back(void)
{
	simple();
	program.second = 1;
}

static void fail_everywhere(void (*prepare)(void))
{
	int call, calls, error;

	prepare();
	program.lax = 1;
	start();
	calls = fake.calls;
	CHECK(calls > 3 && calls < 100);
	for (call = 1; call <= calls + 20; call++)
		for (error = 1; error <= 134; error++) {
			prepare();
			program.lax = 1;
			fake.fail_at = call;
			fake.fail_errno = error < 134 ? error : 4095;
			CHECK(start() != RETURNED);
			CHECK(outcome.how == JUMPED || fake.status == 127);
		}
}

static void a_simple_start(void) { fail_everywhere(simple); }
static void several_candidates(void) { fail_everywhere(several); }
static void a_start_without_proc(void) { fail_everywhere(without_proc); }
static void a_traced_start(void) { fail_everywhere(traced); }
static void a_start_that_must_fail(void) { fail_everywhere(hopeless); }
static void a_secure_start(void) { fail_everywhere(secure); }
static void a_loader_with_a_wide_alignment(void) { fail_everywhere(wide); }
static void the_way_back(void) { fail_everywhere(comes_back); }

/* With the first place failing, the second one is taken. */
static void the_next_candidate_is_taken(void)
{
	int call, error;

	/* open, lseek, pread, mmap of what is reserved, of each segment; or mmap of the file, munmap */
	for (call = 2; call <= 7 + body_whole; call++)
		for (error = 1; error <= 133; error++) {
			simple();
			loader_at("/app/bin" LD);
			program.lax = 1;
			fake.fail_at = call;
			fake.fail_errno = error;
			if (body_whole && call == 5) { /* what munmap says does not matter */
				STARTS("/app/bin/../lib" LD);
				continue;
			}
			STARTS("/app/bin" LD);
			CHECK((fake.mapping[0].refused != 0) == (call > 5 + body_whole));
		}
}

const struct test errno_tests[] = {
	TEST(a_simple_start),
	TEST(several_candidates),
	TEST(a_start_without_proc),
	TEST(a_traced_start),
	TEST(a_start_that_must_fail),
	TEST(a_secure_start),
	TEST(a_loader_with_a_wide_alignment),
	TEST(the_way_back),
	TEST(the_next_candidate_is_taken),
	{ 0, 0 },
};
