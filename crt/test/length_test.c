/* Names of every length: none is ever cut, and what fits in a path is used.  Which files are opened,
 * what is said and what the loader reads is compared with model.c at every start. */
#include "test.h"

#define LD "/" LOADER_NAME

enum { LONGEST = 14000, PATH_LONGEST = 4080 }; /* the kernel takes and gives no longer path */

/* Every length around the places where the body takes more room or gives up, and some between. */
static size_t next(size_t n)
{
	size_t at = n < 1000 ? n % 760 : n % 1024;

	return n < 100 || at < 40 || at > 1000 ? n + 1 : n + 61;
}

/* Every length at all, where that is asked for; a sanitizer makes it slow. */
static size_t each(size_t n)
{
#ifdef EVERY_LENGTH
	return n + 1;
#else
	return next(n);
#endif
}

/* A folder's path of n bytes, 1 and more. */
static char *folder(size_t n)
{
	char *s = repeat("/d0123456789", n);

	if (n > 1 && s[n - 1] == '/')
		s[n - 1] = 'd';
	return s;
}

static void check(char *loader)
{
	CHECK(start() == (strlen(loader) < 4096 ? JUMPED : EXITED), "%ld bytes", (long)strlen(loader));
}

static void the_origin(void)
{
	size_t n;
	char *loader;

	for (n = 2; n < LONGEST; n = each(n)) {
		program_new();
		program.exe = join(folder(n), "/prog");
		program.runpath = "$ORIGIN/../lib:/x";
		loader = join(folder(n), "/../lib" LD);
		loader_at(loader);
		check(loader);
	}
}

static void the_origin_of_a_program_with_another_runpath(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		program.exe = join(folder(n), "/prog");
		program.runpath = "/x";
		loader_at(join(folder(n), LD));
		check(join(folder(n), LD));
	}
}

static void the_library_path(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = each(n)) {
		program_new();
		env(join("LD_LIBRARY_PATH=", folder(n)));
		loader_at(join(folder(n), LD));
		check(join(folder(n), LD));
	}
}

static void an_entry_before_the_right_one(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		env(join("LD_LIBRARY_PATH=", folder(n)));
		program.runpath = "$ORIGIN/lib";
		loader_at("/app/bin/lib" LD);
		STARTS("/app/bin/lib" LD);
	}
}

static void the_runpath(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		program.runpath = join(folder(n), ":$ORIGIN");
		loader_at("/app/bin" LD);
		STARTS("/app/bin" LD);
	}
}

static void a_runpath_of_many_entries(void)
{
	size_t n;

	for (n = 8; n < LONGEST; n += placement == TIGHT ? 40 : 8 * 71) {
		program_new();
		program.runpath = repeat("$ORIGIN:", n);
		CHECK(start() == EXITED);
	}
}

static void the_file_of_the_environment(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		env(join("RELINTERP_LOADER=", folder(n)));
		loader_at(folder(n));
		check(folder(n));
	}
}

static void the_fallback(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		program.secure = n % 2;
		body_fallback = folder(n);
		loader_at(body_fallback);
		check(folder(n));
	}
}

static void the_program_s_name_without_proc(void)
{
	size_t n;

	for (n = 2; n < PATH_LONGEST; n = next(n)) {
		program_new();
		program.exe = 0;
		program.execfn = join(folder(n), "/prog");
		loader_at(join(folder(n), LD));
		check(join(folder(n), LD));
	}
}

static void the_program_s_name_in_the_message(void)
{
	size_t n;

	for (n = 1; n < LONGEST; n = next(n)) {
		program_new();
		program.execfn = folder(n);
		CHECK(start() == EXITED);
	}
}

static void a_link_s_target_without_proc(void)
{
	size_t n;

	for (n = 2; n < PATH_LONGEST; n = next(n)) {
		program_new();
		program.exe = 0;
		program.execfn = "/bin/prog";
		fake_link("/bin/prog", join(folder(n), "/prog"));
		fake_file(join(folder(n), "/prog"), "", 0);
		loader_at(join(folder(n), LD));
		check(join(folder(n), LD));
	}
}

static void a_link_beside_a_long_path(void)
{
	size_t n;

	for (n = 2; n < PATH_LONGEST; n = next(n)) {
		program_new();
		program.exe = 0;
		program.execfn = join(folder(n), "/prog");
		fake_link(program.execfn, "../a/longer/name/of/prog");
		fake_file(join(folder(n), "/../a/longer/name/of/prog"), "", 0);
		loader_at(join(folder(n), "/../a/longer/name/of" LD));
		check(join(folder(n), "/../a/longer/name/of" LD));
	}
}

static void the_current_folder(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		program.exe = n % 2 ? program.exe : 0;
		program.execfn = "./prog";
		fake.cwd = folder(n);
		env("LD_LIBRARY_PATH=lib");
		loader_at(join(folder(n), "/lib" LD));
		STARTS("lib" LD);
	}
}

static void a_traced_start(void)
{
	size_t n;

	for (n = 2; n < LONGEST; n = next(n)) {
		program_new();
		env(join("LD_LIBRARY_PATH=", folder(n)));
		env("RELINTERP_DEBUG=1");
		loader_at("/app/bin" LD);
		STARTS("/app/bin" LD);
		CHECK(fake.message[fake.message_size - 1] == '\n');
	}
}

static void an_origin_that_is_used_many_times(void)
{
	size_t n;

	for (n = 2; n < 4096; n = next(n)) {
		program_new();
		program.exe = join(folder(n), "/prog");
		program.runpath = "$ORIGIN:$ORIGIN/a:$ORIGIN/b:${ORIGIN}/c$ORIGIN";
		env("LD_LIBRARY_PATH=$ORIGIN/x:/y");
		loader_at(join(folder(n), "/b" LD));
		check(join(folder(n), "/b" LD));
	}
}

/* The longest name that a file can have, beside lists that take what they can. */
static void the_loader_s_own_name(void)
{
	size_t n, k;

	for (n = 1; n < 256; n++)
		for (k = 0; k < 4; k++) {
			program_new();
			body_loader = repeat("name", n);
			program.plain = k & 1;
			program.runpath = k & 2 ? "$ORIGIN" : 0;
			program.execfn = program.exe = k ? "/app/bin/prog" : "/p";
			loader_at(join(k ? "/app/bin/" : "//", body_loader));
			STARTS(join(k ? "/app/bin/" : "//", body_loader));
			program_new();
			body_loader = repeat("name", n);
			env("LD_LIBRARY_PATH=/");
			CHECK(start() == EXITED);
		}
}

const struct test length_tests[] = {
	TEST(the_origin),
	TEST(the_origin_of_a_program_with_another_runpath),
	TEST(the_library_path),
	TEST(an_entry_before_the_right_one),
	TEST(the_runpath),
	TEST(a_runpath_of_many_entries),
	TEST(the_file_of_the_environment),
	TEST(the_fallback),
	TEST(the_program_s_name_without_proc),
	TEST(the_program_s_name_in_the_message),
	TEST(a_link_s_target_without_proc),
	TEST(a_link_beside_a_long_path),
	TEST(the_current_folder),
	TEST(a_traced_start),
	TEST(an_origin_that_is_used_many_times),
	TEST(the_loader_s_own_name),
	{ 0, 0 },
};
