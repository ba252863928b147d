/* A plugin: nothing is linked with it, the program opens it by name. */
int answer(void)
{
	return 42;
}
