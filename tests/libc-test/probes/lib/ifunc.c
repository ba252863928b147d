/* A function that is chosen at load time, which musl does not have. */
static int one(void) { return 1; }
static int (*choose(void))(void) { return one; }
int chosen(void) __attribute__((ifunc("choose")));
int call_chosen(void) { return chosen(); }
