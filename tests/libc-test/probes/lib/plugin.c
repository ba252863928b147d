/* A library to open: state, and a name that the program has as well. */
static int state = 10;
int shared_name(void) { return 2; }
int plugin_state(void) { return ++state; }
int plugin_calls(void) { return shared_name(); }
