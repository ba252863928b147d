int library_value(void) { return 1; }
