/* The library that the program is linked with. */
const char *greet(void);
