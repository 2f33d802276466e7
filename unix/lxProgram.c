/*
 * lxProgram.c --
 *
 *      The end of a set-up: the directory, the descriptors, and the program
 *      itself, with an init above it or without. Runs in the child.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lxChild.h"

/*
 * A directory of the host's must not stay reachable as "." (CVE-2024-21626):
 * for one outside the root, the kernel puts "(unreachable)" before the path.
 */
static int
SetDirectory(const struct lx_child *child, struct lx_err *err)
{
    const char *cwd = child->launch->cwd;
    char path[4096];

    if (cwd != NULL && LX_SYS(child->kernel, chdir, "s", cwd) != 0) {
        return lx_fail(err, errno, "cannot change directory to %q", cwd);
    }
    if (!lx_recording(child->kernel)
        && (syscall(SYS_getcwd, path, sizeof(path)) <= 0 || path[0] != '/')) {
        return lx_refuse(
            err, "NS", "CWD",
            "the working directory is outside the root of the new process, or "
            "gone");
    }
    return 0;
}

static int
SetStdio(const struct lx_child *child, struct lx_err *err)
{
    for (int i = 0; i < 3; i++) {
        int fd = child->launch->stdio[i];

        if (fd >= 0 && LX_SYS(child->kernel, dup3, "ffd", fd, i, 0) < 0) {
            return lx_fail(err, errno, "cannot set descriptor %d", i);
        }
    }
    return 0;
}

/*
 * No descriptor but 0, 1 and 2 goes along, whoever opened it and however.
 */
static void
CloseOnExec(const struct lx_child *child)
{
    struct rlimit limit;

    if (LX_SYS(child->kernel, close_range, "dxx", 3, ~0U, CLOSE_RANGE_CLOEXEC)
        == 0) {
        return;
    }
    /* Before Linux 5.11: one by one. */
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) != 0) {
        limit.rlim_cur = 1024;
    }
    for (int fd = 3; (rlim_t)fd < limit.rlim_cur; fd++) {
        syscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
    }
}

/*
 * Does not return when it succeeds. It is said before that the program is
 * about to be executed: an end without that is none of its.
 */
static int
RunProgram(struct lx_child *child, struct lx_err *err)
{
    if (!lx_recording(child->kernel)) {
        child->executing = true;
        if (child->control >= 0) {
            lx_child_say(child, LX_MSG_PID, (int)syscall(SYS_getpid));
        }
        lx_child_unblock();
    }
    return lx_exec(child->kernel, child->launch, err);
}

static int
ProgramMain(void *arg)
{
    struct lx_child *child = arg;
    struct lx_err err;

    lx_child_tie(child);
    RunProgram(child, &err);
    child->failed = true;
    lx_child_sayerror(child, &err);
    lx_child_leave(127);
    return 0;
}

/*
 * nscg-init in our place: it does not return.
 */
static int
ExecuteInit(
    struct lx_child *child, const char *const *argv, const char *const *envp,
    struct lx_err *err)
{
    LX_SYS(
        child->kernel, execveat, "fsppt", child->launch->initFd, "", argv, envp,
        AT_EMPTY_PATH);
    if (lx_recording(child->kernel)) {
        return 0;
    }
    return lx_fail(err, errno, "cannot execute nscg-init");
}

/*
 * The program as our child, then init in our place, with the socket as its
 * descriptor 0. While the program starts we are suspended (CLONE_VFORK).
 */
static int
RunInit(struct lx_child *child, struct lx_err *err)
{
    struct lx_kernel *kernel = child->kernel;
    char number[16];
    const char *argv[] = {
        "nscg-init",
        "watch",
        child->launch->detach ? "detached" : "tied",
        number,
        child->quiet ? NULL : "tell",
        NULL};
    const char *envp[] = {NULL};
    int program = 2;

    if (lx_recording(kernel)) {
        kernel->record(kernel->arg, "clone(CLONE_VM|CLONE_VFORK) = PROGRAM");
        RunProgram(child, err);
    } else {
        program = clone(
            ProgramMain, child->stackTop, CLONE_VM | CLONE_VFORK | SIGCHLD,
            child);
        if (program < 0) {
            lx_fail(err, errno, "cannot start the program below init");
            err->gates = LX_GATE_FORK;
            return -1;
        }
        if (child->failed) {
            lx_child_leave(127);
        }
    }
    lx_format(number, sizeof(number), "%d", program);
    LX_SYS(kernel, dup3, "ffd", child->control, 0, 0);
    LX_SYS(kernel, close, "f", 1);
    LX_SYS(kernel, close, "f", 2);
    ExecuteInit(child, argv, envp, err);
    if (!lx_recording(kernel)) {
        syscall(SYS_kill, program, SIGKILL);
    }
    return -1;
}

/*
 * In another root, what is named by the program, or by the first line of a
 * script, may lead to /proc/self/exe. That is the interpreter's file, until
 * something has been executed: the container would run it, and could then
 * write to it (CVE-2019-5736). So nscg-init, which is a sealed copy in memory,
 * executes the program; with an init, it does so as that.
 */
static int
RunInStrangeRoot(struct lx_child *child, struct lx_err *err)
{
    LX_SYS(child->kernel, fcntl, "fdd", child->control, F_SETFD, 0);
    return ExecuteInit(
        child, (const char *const *)child->initArgv,
        (const char *const *)child->launch->envp, err);
}

/*
 * Does not return when it succeeds.
 */
int
lx_child_run(struct lx_child *child, struct lx_err *err)
{
    if (SetDirectory(child, err) != 0 || SetStdio(child, err) != 0) {
        return -1;
    }
    CloseOnExec(child);
    lx_child_tie(child);
    if (!lx_recording(child->kernel) && lx_child_orphaned(child)) {
        lx_child_leave(127);
    }
    /* Of process 1 the kernel expects it anyway. */
    if (child->launch->init
        && !(child->launch->newKinds & LX_KIND_BIT(LX_PID))) {
        LX_SYS(child->kernel, prctl, "Pd", PR_SET_CHILD_SUBREAPER, 1);
    }
    if (child->stranger) {
        return RunInStrangeRoot(child, err);
    }
    return child->launch->init ? RunInit(child, err) : RunProgram(child, err);
}
