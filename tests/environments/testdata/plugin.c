_Thread_local int plugin_local = 2;
int plugin_value(void) { return plugin_local; }
