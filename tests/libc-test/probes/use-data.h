/* Shared by the probes of data in a library. */
extern int data_int, data_array[1000];
extern const char data_text[16];
int *data_address(void), data_get(void);
static int *const constant = &data_int;
static void use_data(void)
{
	check(data_int == 7 && data_array[999] == 9 && !strcmp(data_text, "in the library"));
	check(data_address() == &data_int && constant == &data_int);
	data_int = 70;
	check(data_get() == 70);
	puts("one place");
}
