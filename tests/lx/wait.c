/* Waiting where poll(2) refuses: an error, no loop and no block. */

#include "check.h"
#include "lx.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * poll(2) takes no more descriptors than may be open.
 */
static struct rlimit
forbid(void)
{
    struct rlimit before, none;

    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = 1;
    setrlimit(RLIMIT_NOFILE, &none);
    return before;
}

static void
collect(void)
{
    struct lx_collect what = {.in = -1, .err = -1};
    struct lx_err err;
    struct rlimit before;
    int ends[2];

    CHECK_INT(pipe(ends), 0);
    what.out = ends[0];
    before = forbid();
    CHECK_INT(lx_collect_run(&what, -1, &err), -1);
    CHECK_INT(err.errnum, EINVAL);
    setrlimit(RLIMIT_NOFILE, &before);
    lx_collect_free(&what);
    close(ends[1]);
}

static void
process(void)
{
    struct lx_process child = {.control = -1, .oomFd = -1};
    struct lx_err err;
    struct rlimit before;

    child.child = child.pid = fork();
    if (child.pid == 0) {
        pause();
        _exit(0);
    }
    child.pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
    CHECK_INT(lx_reap_add(&child, &err), 0);
    CHECK_INT(lx_process_wait(&child, 0, &err), 0);
    before = forbid();
    CHECK_INT(lx_process_wait(&child, -1, &err), -1);
    CHECK_INT(err.errnum, EINVAL);
    setrlimit(RLIMIT_NOFILE, &before);
    lx_process_kill(&child);
    CHECK_INT(lx_process_wait(&child, 5000, &err), 1);
    CHECK_INT(child.state, LX_SIGNALED);
    CHECK_INT(child.code, SIGKILL);
    CHECK(child.hasUsage);
    lx_process_close(&child);
    CHECK_INT(child.pidfd, -1);
}

int
main(void)
{
    alarm(60);
    RUN(collect);
    RUN(process);
    return check_done();
}
