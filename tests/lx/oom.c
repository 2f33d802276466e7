/* How often a limit of memory has killed, by the files of both versions. */

#include "check.h"
#include "lx.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a file with this text says; 99: nothing. */
static unsigned long
kills(const char *text)
{
    int fd = memfd_create("events", MFD_CLOEXEC);
    unsigned long count = 99;
    bool known;

    CHECK_INT(write(fd, text, strlen(text)), (long)strlen(text));
    known = lx_oom_read(fd, &count);
    CHECK_INT(known, count != 99);
    close(fd);
    return count;
}

static void
version1(void)
{
    CHECK_INT(kills("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"), 3);
    CHECK_INT(kills("oom_kill_disable 1\nunder_oom 0\n"), 99);
}

static void
version2(void)
{
    CHECK_INT(
        kills("low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n"),
        5);
    CHECK_INT(kills("low 0\nhigh 0\nmax 0\noom 7\n"), 99);
    CHECK_INT(kills("oom_group_kill 6\noom_kill 0"), 0);
    CHECK_INT(kills("oom_kill 8"), 8);
}

static void
nothing(void)
{
    unsigned long count;

    CHECK_INT(kills(""), 99);
    CHECK_INT(kills("\n\noom_kil"), 99);
    CHECK_INT(lx_oom_read(-1, &count), false);
}

int
main(void)
{
    RUN(version1);
    RUN(version2);
    RUN(nothing);
    return check_done();
}
