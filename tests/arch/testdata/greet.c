/* A library with thread-local storage of its own. */
__thread int greetings __attribute__((visibility("hidden"))) = 6;

int greet(void)
{
	return ++greetings;
}
