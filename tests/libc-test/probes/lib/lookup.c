/* Two libraries define one name; the one that the program names first counts for all. */
int lookup_who(void) { return WHO; }
int JOIN(void) { return lookup_who(); }
