/* Data that a program may copy to itself. */
int data_int = 7;
const char data_text[16] = "in the library";
int data_array[1000] = {[999] = 9};
int *data_address(void) { return &data_int; }
int data_get(void) { return data_int; }
