/* An address in the text, which the loader has to write there. */
int textrel_data = 6;
__asm__(".text\n.p2align 3\n.globl textrel_word\ntextrel_word:\n"
#if __SIZEOF_POINTER__ == 8
	".quad textrel_data\n"
#else
	".long textrel_data\n"
#endif
);
extern int *const textrel_word;
int textrel_get(void) { return *textrel_word; }
