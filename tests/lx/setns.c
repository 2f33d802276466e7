/*
 * lxSetns.c without setns(2) of a pidfd, as before Linux 5.8: one namespace
 * after the other, and the way back.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "lx.h"

static int leash = -1; /* the process below ends with it */

/*
 * A process in new namespaces that lives until End.
 */
static pid_t
Start(int flags)
{
    int there[2], back[2];
    pid_t child;
    char byte;

    if (pipe(there) != 0 || pipe(back) != 0) {
        return 0;
    }
    fflush(stdout);
    child = fork();
    if (child == 0) {
        close(there[1]);
        if (unshare(flags) == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0
            && write(back[1], "", 1) == 1) {
            _exit(read(there[0], &byte, 1) == 0 ? 0 : 1);
        }
        _exit(1);
    }
    close(there[0]);
    close(back[1]);
    leash = there[1];
    CHECK_INT(read(back[0], &byte, 1), 1);
    close(back[0]);
    return child;
}

static void
End(pid_t child)
{
    close(leash);
    waitpid(child, NULL, 0);
}

static bool
In(enum lx_kind kind, pid_t pid)
{
    struct lx_target target = {.pid = pid, .pidfd = -1, .fd = -1};
    struct lx_err err;
    int fd = lx_ns_open(&target, kind, &err);
    bool mine = fd >= 0 && lx_ns_mine(fd, kind);

    lx_fd_close(&fd);
    return mine;
}

/*
 * Runs the test in a process that may move; its count of what is wrong is
 * the exit status.
 */
static void
Apart(void (*test)(void))
{
    pid_t child;
    int status = 0;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        test();
        fflush(stdout);
        _exit(check_wrong);
    }
    waitpid(child, &status, 0);
    CHECK_INT(status, 0);
}

static int
Prepare(struct lx_setns *move, pid_t pid, unsigned kinds, struct lx_err *err)
{
    struct lx_target target = {.pid = pid, .pidfd = -1, .fd = -1};
    int result = lx_setns_prepare(move, &target, kinds, err);

    lx_fd_close(&move->pidfd);
    return result;
}

static void
All(void)
{
    pid_t pid = Start(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS);
    struct lx_setns move;
    struct lx_err err;

    CHECK_INT(Prepare(&move, pid, 0, &err), 0);
    CHECK_INT(
        move.kinds,
        LX_KIND_BIT(LX_UTS) | LX_KIND_BIT(LX_IPC) | LX_KIND_BIT(LX_MNT));
    CHECK_INT(lx_setns_run(&move, ~0u, &err), 0);
    CHECK(In(LX_UTS, pid) && In(LX_IPC, pid) && In(LX_MNT, pid));
    lx_setns_free(&move);
    End(pid);
}

static void
Back(void)
{
    pid_t pid = Start(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS);
    struct lx_setns move;
    struct lx_err err;
    struct stat before, after;

    CHECK_INT(chdir("/proc/self"), 0);
    CHECK_INT(stat(".", &before), 0);
    CHECK_INT(Prepare(&move, pid, 0, &err), 0);
    close(move.fd[LX_UTS]); /* the last one is not what it should be */
    move.fd[LX_UTS] = open("/dev/null", O_RDONLY);
    CHECK_INT(lx_setns_run(&move, ~0u, &err), -1);
    CHECK_INT(err.errnum, EINVAL);
    CHECK(strstr(err.what, "cannot enter the uts namespace of pid") != NULL);
    CHECK_STR(err.hint, "");
    CHECK(
        In(LX_UTS, getppid()) && In(LX_IPC, getppid())
        && In(LX_MNT, getppid()));
    CHECK_INT(stat(".", &after), 0);
    CHECK(before.st_ino == after.st_ino && before.st_dev == after.st_dev);
    lx_setns_free(&move);
    End(pid);
}

static void
UserFirst(void)
{
    struct lx_setns move;
    struct lx_err err;
    pid_t pid;

    CHECK_INT(setresgid(65534, 65534, 65534), 0);
    CHECK_INT(setresuid(65534, 65534, 65534), 0);
    pid = Start(CLONE_NEWUSER | CLONE_NEWUTS);
    CHECK_INT(Prepare(&move, pid, 0, &err), 0);
    CHECK_INT(lx_setns_run(&move, ~0u, &err), 0);
    CHECK(In(LX_UTS, pid) && In(LX_USER, pid));
    lx_setns_free(&move);
    End(pid);
}

static void
NoWayBack(void)
{
    pid_t pid = Start(CLONE_NEWUSER | CLONE_NEWUTS);
    struct lx_setns move;
    struct lx_err err;

    CHECK_INT(Prepare(&move, pid, 0, &err), 0);
    CHECK_INT(setresgid(65534, 65534, 65534), 0);
    CHECK_INT(setresuid(65534, 65534, 65534), 0);
    CHECK_INT(lx_setns_run(&move, ~0u, &err), -1);
    CHECK_INT(err.errnum, EPERM);
    CHECK(strstr(err.what, "cannot enter the user namespace") != NULL);
    CHECK(strstr(err.hint, "CAP_SYS_ADMIN in it") != NULL);
    CHECK(strstr(err.hint, "cannot go back") == NULL);
    lx_home_lost(&err, LX_KIND_BIT(LX_USER) | LX_KIND_BIT(LX_NET));
    CHECK(
        strstr(
            err.hint,
            "; this thread has left its net and user "
            "namespaces and cannot go back")
        != NULL);
    lx_setns_free(&move);
    End(pid);
}

static void
Names(void)
{
    char buf[LX_KIND_NAMES];

    CHECK_STR(lx_kind_names(0, buf, sizeof(buf)), "");
    CHECK_STR(lx_kind_names(LX_KIND_BIT(LX_MNT), buf, sizeof(buf)), "mnt");
    CHECK_STR(
        lx_kind_names(
            LX_KIND_BIT(LX_UTS) | LX_KIND_BIT(LX_CGROUP), buf, sizeof(buf)),
        "cgroup and uts");
    CHECK_STR(
        lx_kind_names((1u << LX_KINDS) - 1, buf, sizeof(buf)),
        "cgroup, ipc, mnt, net, pid, time, user and uts");
}

static void
EntersAll(void)
{
    Apart(All);
}

static void
GoesBack(void)
{
    Apart(Back);
}

static void
EntersUserFirst(void)
{
    Apart(UserFirst);
}

static void
SaysWhatIsLost(void)
{
    Apart(NoWayBack);
}

int
main(void)
{
    RUN(Names);
    if (geteuid() != 0) {
        SKIP(EntersAll, "not root");
        return check_done();
    }
    RUN(EntersAll);
    RUN(GoesBack);
    RUN(EntersUserFirst);
    RUN(SaysWhatIsLost);
    return check_done();
}
