/* Where the program is: /proc/self/exe, else the path that execve was given. */
#include "test.h"

#define LD "/" LOADER_NAME
#define EXE "/proc/self/exe" /* the origin where nothing tells it: a file, below which there is nothing */

static void by_proc(void)
{
	program.execfn = "./elsewhere";
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(!fake.getcwds && fake.readlinks == 1);
}

static void a_deleted_program_still_has_a_folder(void)
{
	program.exe = "/app/bin/prog (deleted)";
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
}

static void by_the_absolute_path(void)
{
	program.exe = 0;
	program.runpath = "$ORIGIN/../lib";
	loader_at("/app/bin/../lib" LD);
	STARTS("/app/bin/../lib" LD);
	SAME(outcome.runpath, "/app/bin/../lib");
	CHECK(!fake.getcwds);
}

static void by_a_relative_path(void)
{
	program.exe = 0;
	program.execfn = "./prog";
	fake.cwd = "/app/bin";
	loader_at("/app/bin/." LD);
	STARTS("/app/bin/." LD);
}

static void by_a_name_in_the_current_folder(void)
{
	program.exe = 0;
	program.execfn = "prog";
	fake.cwd = "/app/bin";
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
}

static void through_an_absolute_link(void)
{
	program.exe = 0;
	program.execfn = "/usr/bin/prog";
	fake_link("/usr/bin/prog", "/opt/x/prog");
	fake_file("/opt/x/prog", "", 0);
	loader_at("/opt/x" LD);
	STARTS("/opt/x" LD);
}

static void through_a_chain_of_relative_links(void)
{
	program.exe = 0;
	program.execfn = "bin/prog";
	fake.cwd = "/home/me";
	fake_link("/home/me/bin/prog", "one");
	fake_link("/home/me/bin/one", "../two");
	fake_link("/home/me/bin/../two", "/three/prog");
	fake_link("/three/prog", "bin/last");
	fake_file("/three/bin/last", "", 0);
	loader_at("/three/bin" LD);
	STARTS("/three/bin" LD);
}

static void a_loop_of_links_ends(void)
{
	program.exe = 0;
	program.execfn = "/a/prog";
	fake_link("/a/prog", "prog2");
	fake_link("/a/prog2", "prog");
	loader_at("/a" LD);
	STARTS("/a" LD);
	CHECK(fake.readlinks < 64);
}

static void a_loop_that_grows_ends(void)
{
	char *path = "/a/prog";
	int i;

	program.exe = 0;
	program.execfn = path;
	for (i = 0; i < 45; i++) {
		fake_link(path, "./prog");
		path = join(repeat("/a", 2), join(repeat("/.", 2 * (size_t)(i + 1)), "/prog"));
	}
	SAYS(model.message);
	CHECK(fake.readlinks < 128);
}

static void in_the_root_folder(void)
{
	program.exe = "/prog";
	program.runpath = "$ORIGIN/lib:$ORIGIN";
	loader_at("/lib" LD);
	STARTS("//lib" LD);
	SAME(outcome.runpath, "//lib:/");
}

static void in_the_root_folder_without_proc(void)
{
	program.exe = 0;
	program.execfn = "prog";
	loader_at(LD);
	STARTS("/" LD);
}

static void a_memfd_has_no_folder(void)
{
	program.exe = "/memfd:name (deleted)";
	program.runpath = "$ORIGIN:/run";
	loader_at(LD);
	loader_at("/run" LD);
	STARTS("/run" LD);
	SAME(outcome.runpath, EXE ":/run");
}

/* Only the name that the kernel gives is that of a memfd. */
static void a_folder_with_a_name_like_a_memfd_s(void)
{
	program.exe = program.execfn = "/a/mfd:x/prog";
	loader_at("/a/mfd:x" LD);
	STARTS("/a/mfd:x" LD);
}

/* Wherever the origin is to stand, nothing is found, nor by way of a folder above. */
static void a_memfd_leads_nowhere(void)
{
	static const char *const lists[] = { "$ORIGIN", "$ORIGIN/..", "${ORIGIN}/../../../run", "/run/..$ORIGIN" };
	size_t i;

	for (i = 0; i < sizeof lists / sizeof *lists; i++) {
		program_new();
		program.exe = "/memfd:name (deleted)";
		program.runpath = lists[i];
		loader_at(LD);
		loader_at("/proc" LD);
		loader_at("/proc/self" LD);
		loader_at(join(EXE, LD));
		loader_at(join(EXE, "/.." LD));
		loader_at(join(EXE, "/../../../run" LD));
		SAYS(model.message);
	}
}

/* Each $ that is not $ORIGIN stays, and wants its byte. */
static void a_list_of_dollars_without_an_origin_fits(void)
{
	program.exe = "/memfd:name (deleted)";
	program.runpath = "/run";
	loader_at("/run" LD);
	env(join("LD_LIBRARY_PATH=", repeat("$", 400)));
	STARTS("/run" LD);
}

/* -z rodynamic: nobody may write there, so the loader expands $ORIGIN by itself. */
static void a_dynamic_section_that_cannot_be_written_stays(void)
{
	program.runpath = "$ORIGIN/lib";
	program.phdr[program.phnum - 1].p_flags = PF_R;
	loader_at("/app/bin/lib" LD);
	STARTS("/app/bin/lib" LD);
	CHECK(!outcome.expanded);
}

static void a_memfd_says_that_it_has_no_folder(void)
{
	program.exe = "/memfd:name (deleted)";
	program.execfn = "/proc/self/fd/3";
	program.runpath = "$ORIGIN/lib:/x";
	SAYS("relinterp: /proc/self/fd/3: " EXE "/lib" LD ": unusable: /x" LD
	     ": no such file: " EXE LD ": unusable" MEND);
}

/* readlink ends its answer with nothing: what an earlier name left behind it is not part of it. */
static void short_names_are_no_memfd(void)
{
	static const char *const names[] = { "/memfd:", "/dev/fd/" };
	size_t i, n;

	for (i = 0; i < 2; i++)
		for (n = 2; names[i][n]; n++) {
			program_new();
			program.exe = join(names[i], "3");
			CHECK(start() == EXITED);
			program_new();
			program.exe = repeat(names[i], n);
			loader_at(strrchr(program.exe, '/') == program.exe ? "//" LOADER_NAME : "/dev" LD);
			CHECK(start() == JUMPED);
		}
}

static void an_unreachable_program_is_found_by_its_path(void)
{
	program.exe = "(unreachable)/app/bin/prog";
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
}

/* What /proc says says nothing about how long that is. */
static void an_unreachable_program_with_a_long_path(void)
{
	static const char *const answers[] = { "(unreachable)/app/bin/prog", "(", "x", "" };
	size_t i, n;

	for (i = 0; i < 4; i++)
		for (n = 200; n < 4080; n += 97) {
			program_new();
			program.exe = answers[i];
			program.execfn = join(repeat("/long", n), "/prog");
			loader_at(join(repeat("/long", n), LD));
			CHECK(start() == (n + sizeof LD <= 4096 ? JUMPED : EXITED));
			program_new();
			program.exe = answers[i];
			program.execfn = "./prog";
			fake.cwd = repeat("/long", n);
			fake_link(join(fake.cwd, "/./prog"), join(repeat("/other", n), "/prog"));
			loader_at(join(repeat("/other", n), LD));
			CHECK(start() == (n + sizeof LD <= 4096 ? JUMPED : EXITED));
		}
}

/* Around the room that is taken first. */
static void proc_s_answer_of_every_length(void)
{
	size_t n;

	for (n = 1; n < 600; n++) {
		program_new();
		program.exe = join(repeat("/long", n), "/prog");
		program.execfn = "/none";
		loader_at(join(repeat("/long", n), LD));
		STARTS(join(repeat("/long", n), LD));
		CHECK(fake.readlinks == (strlen(program.exe) < 256 ? 1 : 2));
	}
}

static void outside_of_the_root_nothing_is_guessed(void)
{
	program.exe = 0;
	program.execfn = "./prog";
	fake.cwd = "(unreachable)/app";
	loader_at(LD);
	loader_at("." LD);
	loader_at("(unreachable)/app/." LD);
	SAYS("relinterp: ./prog: " EXE LD ": no such file" MEND);
}

static void no_current_folder(void)
{
	program.exe = 0;
	program.execfn = "./prog";
	fake.cwd = 0;
	fake.cwd_error = 2;
	program.runpath = "lib";
	SAYS("relinterp: ./prog: lib" LD ": no such file: " EXE LD ": no such file" MEND);
}

/* In a list these would mean something else than the folder. */
static void colons_and_dollars_leave_runpath_alone(void)
{
	static const char *const folders[] = { "/a:b", "/a$b", "/$ORIGIN", "/:", "/a$" };
	size_t i;

	for (i = 0; i < sizeof folders / sizeof *folders; i++) {
		program_new();
		program.exe = join(folders[i], "/prog");
		program.runpath = "$ORIGIN/lib";
		loader_at(join(folders[i], "/lib" LD));
		STARTS(join(folders[i], "/lib" LD));
		CHECK(!outcome.expanded);
	}
}

static void spaces_and_newlines_are_letters(void)
{
	program.exe = "/a b\n\t\377/prog";
	program.runpath = "${ORIGIN}/lib";
	loader_at("/a b\n\t\377/lib" LD);
	STARTS("/a b\n\t\377/lib" LD);
	SAME(outcome.runpath, "/a b\n\t\377/lib");
}

/* The first look at /proc is dear, so a program that needs it for nothing else does without. */
static void a_plain_program_does_not_ask_proc(void)
{
	program.plain = 1;
	program.runpath = "$ORIGIN/../lib";
	loader_at("/app/bin/../lib" LD);
	STARTS("/app/bin/../lib" LD);
	CHECK(fake.readlinks == 1); /* whether /app/bin/prog is a link */
	SAME(outcome.runpath, "/app/bin/../lib");
}

/* Package patcher has looked at the program, and the stub believes it. */
static void a_door_that_knows_what_the_loader_will_want(void)
{
	body_wants = 0;
	program.symbol = "dlopen";
	program.runpath = "$ORIGIN/../lib";
	loader_at("/app/bin/../lib" LD);
	STARTS("/app/bin/../lib" LD);
	CHECK(fake.readlinks == 1);
	program_new();
	body_wants = 1;
	program.plain = 1;
	program.execfn = "/elsewhere/prog";
	loader_at("/elsewhere" LD);
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1 && fake.readlinks == 1);
}

static void a_plain_program_asks_proc_when_its_path_was_wrong(void)
{
	program.plain = 1;
	program.execfn = "/elsewhere/prog";
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 2 && fake.readlinks == 2);
}

/* musl reads no list with another variable, but glibc knows $LIB: it must find the list again, whatever was tried. */
static void a_list_of_other_variables_survives_the_first_path(void)
{
	program.plain = 1;
	program.runpath = "$ORIGIN/$LIB:$ORIGIN";
	program.execfn = "/elsewhere/prog";
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	SAME(outcome.runpath, "/app/bin/$LIB:/app/bin");
}

/* The kernel gives the script's path in AT_EXECFN, and again as an argument. */
static void an_interpreter_of_a_script_asks_proc(void)
{
	program.plain = 1;
	program.execfn = program.argv[1] = "/scripts/script";
	loader_at("/scripts" LD);
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1);
}

/* Programs that the loader will look for at the origin. */
static void a_user_of_dlopen_asks_proc(void)
{
	program.plain = 1;
	program.symbol = "dlopen";
	program.execfn = "/elsewhere/prog";
	loader_at("/elsewhere" LD);
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1 && fake.readlinks == 1);
}

static void dlopen_in_the_end_of_a_longer_name_asks_proc(void)
{
	program.plain = 1;
	program.symbol = "my_dlopen";
	program.execfn = "/elsewhere/prog";
	loader_at("/elsewhere" LD);
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1 && fake.readlinks == 1);
}

static void fexecve_gives_no_path(void)
{
	program.plain = 1;
	program.execfn = "/dev/fd/3";
	loader_at("/dev/fd" LD);
	loader_at("/app/bin" LD);
	STARTS("/app/bin" LD);
	CHECK(fake.opens == 1);
}

const struct test origin_tests[] = {
	TEST(by_proc),
	TEST(a_deleted_program_still_has_a_folder),
	TEST(by_the_absolute_path),
	TEST(by_a_relative_path),
	TEST(by_a_name_in_the_current_folder),
	TEST(through_an_absolute_link),
	TEST(through_a_chain_of_relative_links),
	TEST(a_loop_of_links_ends),
	TEST(a_loop_that_grows_ends),
	TEST(in_the_root_folder),
	TEST(in_the_root_folder_without_proc),
	TEST(a_memfd_has_no_folder),
	TEST(a_folder_with_a_name_like_a_memfd_s),
	TEST(a_memfd_leads_nowhere),
	TEST(a_list_of_dollars_without_an_origin_fits),
	TEST(a_dynamic_section_that_cannot_be_written_stays),
	TEST(a_memfd_says_that_it_has_no_folder),
	TEST(short_names_are_no_memfd),
	TEST(an_unreachable_program_is_found_by_its_path),
	TEST(an_unreachable_program_with_a_long_path),
	TEST(proc_s_answer_of_every_length),
	TEST(outside_of_the_root_nothing_is_guessed),
	TEST(no_current_folder),
	TEST(colons_and_dollars_leave_runpath_alone),
	TEST(spaces_and_newlines_are_letters),
	TEST(a_plain_program_does_not_ask_proc),
	TEST(a_door_that_knows_what_the_loader_will_want),
	TEST(a_plain_program_asks_proc_when_its_path_was_wrong),
	TEST(a_list_of_other_variables_survives_the_first_path),
	TEST(an_interpreter_of_a_script_asks_proc),
	TEST(a_user_of_dlopen_asks_proc),
	TEST(dlopen_in_the_end_of_a_longer_name_asks_proc),
	TEST(fexecve_gives_no_path),
	{ 0, 0 },
};
