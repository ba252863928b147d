/* A plugin that calls back into the program and into the library, with a constructor and
 * thread-local storage. */
int greet(void);
int base(void);

static __thread int own = 30;
static int ready;

__attribute__((constructor)) static void prepare(void)
{
	ready = 4;
}

int plug(void)
{
	return base() + greet() + own + ready;
}
