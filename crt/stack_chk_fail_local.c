/* What position independent code for i386 calls where the stack protector (-fstack-protector) has found
 * harm; a shared libc cannot offer it, since it must be hidden.  Weak: libc.a has one of its own. */
__attribute__((noreturn)) void __stack_chk_fail(void);

__attribute__((weak, visibility("hidden"), noreturn)) void __stack_chk_fail_local(void)
{
	__stack_chk_fail();
}
