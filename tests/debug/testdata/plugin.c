/* The library that the program opens. */
__thread int plugin_tls = 5;
static int before;

__attribute__((constructor)) static void plugin_constructor(void)
{
	before = plugin_tls++;
}

int plug(int n)
{
	return n + 2 * (before == 5);
}
