/* What the loader and the tools see, and what happens when the loader has come back.  The table of
 * program headers, the stack's words and the values for prctl are checked at every start (verify.c). */
#include "test.h"

#define LD "/app/bin/" LOADER_NAME

static void up_to_200_program_headers(void)
{
	int n;

	for (n = 4; n <= 200; n++) {
		program_new();
		program.second = 1;
		while (program.phnum < n)
			header_add(0x6474e550u, PF_R, 0, (word)n);
		loader_at(LD);
		STARTS(LD);
		CHECK(outcome.phnum == (word)n + 2);
	}
}

static void headers_that_are_there_already_give_way(void)
{
	struct phdr second = program.phdr[1];

	header_add(PT_NULL, 0, 0, 0);
	program.phdr[1] = *header_add(PT_PHDR, PF_R, 64, 56);
	program.phdr[program.phnum - 1] = second;
	program.second = 1;
	loader_at(LD);
	STARTS(LD);
}

static void a_program_at_a_fixed_address(void)
{
	program.base = 0;
	program.second = 1;
	program.phdr[0].p_vaddr += 0x400000;
	loader_at(LD);
	program.lax = 1; /* prctl's numbers are compared with the base */
	program.second = 0;
	STARTS(LD);
}

static void the_loader_comes_back(void)
{
	env("HOME=/");
	program.runpath = "$ORIGIN";
	program.second = 1;
	loader_at(LD);
	STARTS(LD);
	CHECK(body_debug_states == 1 && fake.prctls == body_tell);
}

static void it_comes_back_to_a_program_without_an_environment(void)
{
	program.second = 1;
	loader_at(LD);
	STARTS(LD);
}

static void it_comes_back_to_a_program_without_arguments(void)
{
	program.argc = 0;
	program.second = 1;
	program.lax = 1;
	loader_at(LD);
	STARTS(LD);
}

static void already_loaded_by_dt_debug(void)
{
	program.debug = 0xdeb;
	CHECK(start() == RETURNED);
	CHECK(body_debug_states == 1 && fake.calls == 0);
}

static void already_loaded_by_at_base(void)
{
	program.at_base = 0x7f0000000000;
	CHECK(start() == RETURNED);
	CHECK(body_debug_states == 1 && fake.calls == 0);
}

static void the_kernel_gives_no_place_for_the_base(void)
{
	program.no_base_slot = 1;
	loader_at(LD);
	STARTS(LD);
}

static void tags_that_nobody_knows(void)
{
	static const word tags[] = { 1, 2, 30, 32, 51, 1000, 0x70000000, (word)-1, (word)1 << 32, ((word)1 << 32) + AT_PHDR };
	size_t i;

	for (i = 0; i < sizeof tags / sizeof *tags; i++) {
		program_new();
		program.odd_tag = tags[i];
		program.second = 1;
		loader_at(LD);
		STARTS(LD);
	}
}

/* Where the kernel does not let us, in a sandbox or with an old kernel, nothing is lost but that. */
static void a_failed_prctl_is_no_failure(void)
{
	program.second = 1;
	loader_at(LD);
	fake.fail_at = 8 + 2 + body_whole; /* so many until the jump, brk, prctl */
	fake.fail_errno = 1;
	STARTS(LD);
	CHECK(body_debug_states == 1 && fake.calls == (body_whole ? 9 : body_tell ? 10 : 8) && fake.prctls == body_tell);
}

static void simple(int plain, const char *exe)
{
	program_new();
	program.plain = plain;
	program.exe = exe;
	program.runpath = "$ORIGIN/lib:$ORIGIN/../lib";
	loader_at(LD);
	STARTS(LD);
}

/* How much the names add is checked at every start (verify.c). */
static void little_stack_is_used(void)
{
	if (placement != TIGHT)
		return;
	simple(1, "/app/bin/prog");
	CHECK(outcome.lost < 2 * 1024 && outcome.depth < 4 * 1024, "%ld, %ld bytes", (long)outcome.lost, (long)outcome.depth);
	simple(0, "/app/bin/prog");
	CHECK(outcome.lost < 2 * 1024 && outcome.depth < 4 * 1024, "%ld, %ld bytes", (long)outcome.lost, (long)outcome.depth);
	simple(0, 0);
	CHECK(outcome.lost < 10 * 1024 && outcome.depth < 12 * 1024, "%ld, %ld bytes", (long)outcome.lost, (long)outcome.depth);
	program_new();
	program.secure = 1;
	body_fallback = "/fall";
	loader_at("/fall");
	STARTS("/fall");
	CHECK(outcome.lost < 2 * 1024 && outcome.depth < 4 * 1024, "%ld, %ld bytes", (long)outcome.lost, (long)outcome.depth);
	program_new();
	program.runpath = repeat("/long", 30000);
	loader_at(LD);
	CHECK(start() == JUMPED);
	CHECK(outcome.depth < 80 * 1024, "%ld bytes", (long)outcome.depth);
}

/* Written before it is read .dynamic costs one fault and not two: where the kernel has just left it, and where
 * it can be written. */
static void dynamic_is_touched_where_the_kernel_has_left_it(void)
{
	program.read_only = 1;
	loader_at(LD);
	CHECK(start() == (body_touches ? WROTE : JUMPED));
	CHECK(!fake.calls || !body_touches);
}

static void untouched(enum how how)
{
	program.read_only = 1;
	loader_at(LD);
	CHECK(start() == how, "%d", (int)outcome.how);
}

static void dynamic_is_not_touched_when_a_loader_hands_a_function_over(void)
{
	body_hand = 0x1234; /* started by hand, and no DT_DEBUG */
	untouched(body_touches ? RETURNED : JUMPED);
	program_new();
	body_hand = 1; /* started by hand */
	program.debug = 0xdeb;
	untouched(RETURNED);
}

static void dynamic_is_not_touched_when_there_is_a_loader(void)
{
	program.at_base = 0x7f0000000000;
	untouched(RETURNED);
	CHECK(body_debug_states == 1);
}

static void dynamic_is_not_touched_when_the_entry_is_another(void)
{
	body_fresh = 0;
	untouched(JUMPED);
	program_new();
	program.debug = 0xdeb;
	body_fresh = 0;
	untouched(RETURNED);
}

/* -z rodynamic */
static void dynamic_is_not_touched_when_it_cannot_be_written(void)
{
	program.phdr[program.phnum - 1].p_flags = PF_R;
	untouched(JUMPED);
	program_new();
	program.phdr[program.phnum - 1].p_flags = PF_R;
	program.runpath = "$ORIGIN/lib:$ORIGIN";
	untouched(JUMPED);
	program_new();
	program.phdr[program.phnum - 1].p_flags = PF_R;
	program.rpath = "$ORIGIN/lib:$ORIGIN";
	program.plain = 1;
	program.execfn = "/elsewhere/prog";
	untouched(JUMPED);
}

const struct test present_tests[] = {
	TEST(up_to_200_program_headers),
	TEST(headers_that_are_there_already_give_way),
	TEST(a_program_at_a_fixed_address),
	TEST(the_loader_comes_back),
	TEST(it_comes_back_to_a_program_without_an_environment),
	TEST(it_comes_back_to_a_program_without_arguments),
	TEST(already_loaded_by_dt_debug),
	TEST(already_loaded_by_at_base),
	TEST(the_kernel_gives_no_place_for_the_base),
	TEST(tags_that_nobody_knows),
	TEST(a_failed_prctl_is_no_failure),
	TEST(little_stack_is_used),
	TEST(dynamic_is_touched_where_the_kernel_has_left_it),
	TEST(dynamic_is_not_touched_when_a_loader_hands_a_function_over),
	TEST(dynamic_is_not_touched_when_there_is_a_loader),
	TEST(dynamic_is_not_touched_when_the_entry_is_another),
	TEST(dynamic_is_not_touched_when_it_cannot_be_written),
	{ 0, 0 },
};
