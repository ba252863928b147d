/* system, popen, wordexp's shell: other programs start from this one with a clean environment. */
#include "probe.h"
int main(void)
{
	char line[100];
	check(system("exit 3") == 3 << 8);
	FILE *f = popen("echo \"$PROBE_X $LD_LIBRARY_PATH$LD_PRELOAD$RELINTERP_LOADER\"", "r");
	check(f && fgets(line, sizeof line, f) && pclose(f) == 0);
	fputs(line, stdout);
	check(!setenv("PROBE_X", "set", 1));
	f = popen("echo \"$PROBE_X\"", "r");
	check(f && fgets(line, sizeof line, f) && pclose(f) == 0);
	fputs(line, stdout);
}
