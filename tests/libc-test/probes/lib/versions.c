/* Two versions of one name; the newer is the default. */
__attribute__((used)) int version_1(void) { return 1; }
__attribute__((used)) int version_2(void) { return 2; }
int version_only2(void) { return 22; }
__asm__(".symver version_1, version_of@V1");
__asm__(".symver version_2, version_of@@V2");
