/* A set-user-ID copy: started with raised privileges, a program that finds its loader beside itself refuses
   with one line and status 127; with PT_INTERP it runs and AT_SECURE says so. */
//: native a runner raises no privileges
//: differs refusing is the point
#include "probe.h"
#include <sys/auxv.h>
#include <sys/statvfs.h>
int main(int argc, char **argv)
{
	struct statvfs v;
	if (argc > 1)
		return printf("AT_SECURE %lu\n", getauxval(AT_SECURE)) < 0;
	if (getuid() != 0 || (!statvfs(".", &v) && v.f_flag & ST_NOSUID))
		return puts("only root can tell"), 0;
	char name[100], line[500] = {0};
	copy(own(0), "raised");
	copy(loader(name, sizeof name), name);
	check(!chmod("raised", 04755) && !chmod(".", 0755));
	int p[2];
	check(!pipe(p));
	pid_t pid = fork();
	if (!pid) {
		check(dup2(p[1], 1) == 1 && dup2(p[1], 2) == 2 && !setgid(65534) && !setuid(65534));
		char *arguments[] = {"raised", "again", 0};
		execve("./raised", arguments, environ);
		_exit(126);
	}
	int status = ended(pid);
	check(read(p[0], line, sizeof line - 1) > 0);
	if (mode("pt-interp") || mode("static"))
		check(status == 0 && !strcmp(line, "AT_SECURE 1\n"));
	else
		check(status == 127 && strstr(line, "relinterp: ") == line && strchr(line, '\n')[1] == 0);
	puts("as it must");
}
