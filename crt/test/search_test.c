/* Where the loader is looked for, and in which order. */
#include "test.h"

#define LD "/" LOADER_NAME

static void finds_it_beside_the_program(void)
{
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1 && !outcome.expanded);
}

static void eight_system_calls(void)
{
	program.runpath = "$ORIGIN/../lib";
	loader_at("/app/bin/../lib" LD);
	STARTS("/app/bin/../lib" LD);
	CHECK(outcome.calls == 8 + body_whole /* musl has pages of zeros */, "%d", outcome.calls); /* readlink open pread lseek 3*mmap close */
}

static void order_of_the_sources(void)
{
	static const char *const paths[] = { "/own", "/lib1" LD, "/lib2" LD, "/run1" LD, "/app/bin/run2" LD, "/app/bin" LD, "/fall" };
	size_t i, k;

	for (i = 0; i < 7; i++) {
		program_new();
		env("RELINTERP_LOADER=/own");
		env("LD_LIBRARY_PATH=/lib1:/lib2");
		program.runpath = "/run1:$ORIGIN/run2";
		body_fallback = "/fall";
		for (k = i; k < 7; k++)
			loader_at(paths[k]);
		STARTS(paths[i]);
		CHECK((size_t)fake.opens == i + 1);
	}
}

static void runpath_hides_rpath(void)
{
	loader_at("/old" LD);
	loader_at("/new" LD);
	program.rpath = "/old";
	program.runpath = "/new";
	STARTS("/new" LD);
	CHECK(fake.opens == 1);
}

static void rpath_alone_counts(void)
{
	loader_at("/old" LD);
	program.rpath = "/old";
	STARTS("/old" LD);
}

static void rpath_is_expanded_too(void)
{
	loader_at("/app/bin/../lib" LD);
	program.rpath = "$ORIGIN/../lib:/x";
	STARTS("/app/bin/../lib" LD);
	SAME(outcome.runpath, "/app/bin/../lib:/x");
}

static void origin_anywhere_and_twice(void)
{
	loader_at("/x/app/bin/y/app/bin" LD);
	program.runpath = "/x$ORIGIN/y${ORIGIN}:$ORIGINAL/${ORIGIN}";
	STARTS("/x/app/bin/y/app/bin" LD);
	SAME(outcome.runpath, "/x/app/bin/y/app/bin:/app/binAL//app/bin");
}

static void empty_entries_are_passed_over(void)
{
	env("LD_LIBRARY_PATH=::/none:");
	program.runpath = ":::/run:";
	loader_at(LD);
	loader_at("//" LD);
	loader_at("/run" LD);
	STARTS("/run" LD);
	CHECK(fake.opens == 2);
}

static void empty_variables_are_none(void)
{
	env("RELINTERP_LOADER=");
	env("LD_LIBRARY_PATH=");
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1);
}

/* musl does not read a list that holds another variable, nor may the entry object. The stub, which starts
 * glibc's loader, too, reads it, and leaves the variable to the loader. */
static void another_variable_hides_the_list(void)
{
	static const char *const lists[] = { "$ORIGIN/lib:$PLATFORM", "$LIB", "/run:$", "${ORIGIN/lib:/run", "/run:$ORIGI", "/run:${LIB}" };
	static const char *const any[] = { "/app/bin/lib" LD, "/app/bin" LD, "/run" LD, "/run" LD, "/run" LD, "/run" LD };
	size_t i;

	for (i = 0; i < sizeof lists / sizeof *lists; i++) {
		program_new();
		program.runpath = lists[i];
		loader_at("/run" LD);
		loader_at("/app/bin/lib" LD);
		loader_at("/app/bin" LD);
		if (!body_musl) {
			STARTS(any[i]);
			continue;
		}
		STARTS("/app/bin" LD);
		CHECK(fake.opens == 1);
	}
}

/* Whatever else does not fit: a variable in LD_LIBRARY_PATH says nothing about RUNPATH. */
static void a_variable_in_the_library_path_hides_nothing(void)
{
	size_t n;

	for (n = 1; n < 4000; n += 97) {
		program_new();
		env(join("LD_LIBRARY_PATH=/$LIB:/", repeat("long", n)));
		program.runpath = "/run";
		loader_at("/run" LD);
		STARTS("/run" LD);
	}
}

static void relative_entries_start_at_the_current_folder(void)
{
	fake.cwd = "/home/me";
	env("LD_LIBRARY_PATH=lib");
	loader_at("/home/me/lib" LD);
	STARTS("lib" LD);
	CHECK(!fake.getcwds);
}

static void relative_entries_in_the_root(void)
{
	env("LD_LIBRARY_PATH=lib");
	loader_at("/lib" LD);
	STARTS("lib" LD);
}

static void relative_entries_start_where_the_process_stands(void)
{
	fake.cwd = "(unreachable)/home";
	env("LD_LIBRARY_PATH=lib");
	loader_at("(unreachable)/home/lib" LD);
	STARTS("lib" LD);
}

static void a_file_may_be_relative_or_hold_the_origin(void)
{
	fake.cwd = "/tmp";
	env("RELINTERP_LOADER=my:loader");
	loader_at("/tmp/my:loader");
	STARTS("my:loader");
	program_new();
	env("RELINTERP_LOADER=$ORIGIN/my");
	loader_at("/app/bin/my");
	STARTS("/app/bin/my");
}

static void colons_split_and_spaces_do_not(void)
{
	env("LD_LIBRARY_PATH=/a b:/c d;e");
	loader_at("/c d;e" LD);
	STARTS("/c d;e" LD);
}

static void the_last_of_two_variables_counts(void)
{
	env("LD_LIBRARY_PATH=/a");
	env("LD_LIBRARY_PATH=/b");
	loader_at("/a" LD);
	loader_at("/b" LD);
	STARTS("/b" LD);
}

static void names_that_begin_alike_are_others(void)
{
	env("LD_LIBRARY_PATHS=/a");
	env("LD_LIBRARY_PAT=/a");
	env("RELINTERP_LOADERS=/a/ld-test.so.1");
	env("R");
	env("L");
	env("");
	loader_at("/a" LD);
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1);
}

static void up_to_300_variables(void)
{
	int n, i;

	for (n = 0; n <= 300; n++) {
		program_new();
		program.second = 1;
		for (i = 0; i < n; i++)
			env(i % 3 ? "LANG=C" : "RANDOM=7");
		loader_at("/app/bin" LD);
		STARTS("/app/bin" LD);
	}
}

static void secure_reads_no_environment_and_no_origin(void)
{
	program.secure = 1;
	env("RELINTERP_LOADER=/evil");
	env("LD_LIBRARY_PATH=/evil");
	env("RELINTERP_DEBUG=1");
	program.runpath = "$ORIGIN:/evil";
	loader_at("/evil");
	loader_at("/evil" LD);
	loader_at("/app/bin" LD);
	body_fallback = "/fall";
	loader_at("/fall");
	STARTS("/fall");
	CHECK(fake.opens == 1 && !fake.readlinks && !fake.getcwds && !fake.writes && !outcome.expanded);
}

static void secure_without_a_fallback_stops(void)
{
	program.secure = 1;
	env("RELINTERP_LOADER=/evil");
	env("LD_LIBRARY_PATH=/evil");
	program.runpath = "$ORIGIN:/evil";
	loader_at("/evil");
	loader_at("/evil" LD);
	loader_at("/app/bin" LD);
	SAYS("relinterp: /app/bin/prog: privileges need a fallback\n");
	CHECK(!fake.opens && !fake.readlinks && !fake.getcwds);
}

static void secure_follows_no_relative_fallback(void)
{
	static const char *const fallbacks[] = { "fall", "./fall", "../fall", "$ORIGIN/fall", "${ORIGIN}" };
	size_t i;

	if (!body_tell) /* package patcher takes none */
		return;
	for (i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++) {
		program_new();
		program.secure = program.lax = 1;
		body_fallback = fallbacks[i];
		loader_at("/fall");
		loader_at("//./fall");
		loader_at("//../fall");
		loader_at("/app/bin/fall");
		CHECK(start() == EXITED && !fake.opens, "opened %s", fake.opens ? fake.opened[0] : "");
	}
}

static void the_name_comes_from_the_door_only(void)
{
	env("LD_LIBRARY_PATH=/glibc");
	loader_at("/glibc/libc.so");
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
}

static void a_candidate_that_is_none_is_passed_over(void)
{
	env("LD_LIBRARY_PATH=/1:/2:/3:/4:/5");
	fake_error("/1" LD, 13, "no access");
	fake_file("/2" LD, "GROUP ( libc.so.6 )", 19)->why = "not ELF";
	fake_file("/3" LD, "", 0)->why = "not ELF";
	fake_file("/4" LD, "", 0)->read_error = 21;
	((struct file *)fake_find("/4" LD))->why = "a folder";
	loader_at("/5" LD);
	STARTS("/5" LD);
	CHECK(fake.opens == 5);
}

static void a_trace_on_request(void)
{
	env("RELINTERP_DEBUG=1");
	env("LD_LIBRARY_PATH=/1");
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	SAME(fake.message, "relinterp: /app/bin/prog: /1" LD ": no such file: /app/bin" LD ": ok\n");
	CHECK(fake.opens == 2);
}

const struct test search_tests[] = {
	TEST(finds_it_beside_the_program),
	TEST(eight_system_calls),
	TEST(order_of_the_sources),
	TEST(runpath_hides_rpath),
	TEST(rpath_alone_counts),
	TEST(rpath_is_expanded_too),
	TEST(origin_anywhere_and_twice),
	TEST(empty_entries_are_passed_over),
	TEST(empty_variables_are_none),
	TEST(another_variable_hides_the_list),
	TEST(a_variable_in_the_library_path_hides_nothing),
	TEST(relative_entries_start_at_the_current_folder),
	TEST(relative_entries_in_the_root),
	TEST(relative_entries_start_where_the_process_stands),
	TEST(a_file_may_be_relative_or_hold_the_origin),
	TEST(colons_split_and_spaces_do_not),
	TEST(the_last_of_two_variables_counts),
	TEST(names_that_begin_alike_are_others),
	TEST(up_to_300_variables),
	TEST(secure_reads_no_environment_and_no_origin),
	TEST(secure_without_a_fallback_stops),
	TEST(secure_follows_no_relative_fallback),
	TEST(the_name_comes_from_the_door_only),
	TEST(a_candidate_that_is_none_is_passed_over),
	TEST(a_trace_on_request),
	{ 0, 0 },
};
