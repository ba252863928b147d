/* Four visibilities of functions that the program defines as well. */
int vis_default(void) { return 1; }
__attribute__((visibility("hidden"))) int vis_hidden(void) { return 1; }
__attribute__((visibility("protected"))) int vis_protected(void) { return 1; }
static int vis_static(void) { return 1; }
int vis_sum(void) { return vis_default() * 1000 + vis_hidden() * 100 + vis_protected() * 10 + vis_static(); }
