/*
 * lxChild.c --
 *
 *      What a new process does between clone and exec.
 *
 *      It shares the interpreter's memory, thread-local errno included, so it
 *      allocates nothing, takes no lock and calls nothing of glibc's that is
 *      more than a system call. The parent sleeps meanwhile, or writes id
 *      maps while this one sleeps: never both at once.
 *
 *      One process can become several:
 *
 *      - A pid namespace that is joined takes in children only. So the first
 *        process enters it and clones another one, as a child of the parent's
 *        (CLONE_PARENT), and ends.
 *      - With an init, the process that has done the steps starts the program
 *        as its child and then executes init itself.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif
#define SIGSET_SIZE 8 /* the kernel's, not glibc's */

/* -- The socket to the parent ----------------------------------------------*/

static void
Say(const struct lx_child *child, int kind, int value)
{
    struct lx_msg message = {kind, value};

    if (!lx_recording(child->kernel)) {
        syscall(
            SYS_sendto, child->control, &message, sizeof(message),
            MSG_NOSIGNAL, NULL, 0);
    }
}

static void
SayError(const struct lx_child *child, const struct lx_err *err)
{
    struct {
        struct lx_msg message;
        struct lx_err err;
    } report = {{LX_MSG_ERROR, 0}, *err};

    syscall(
        SYS_sendto, child->control, &report, sizeof(report), MSG_NOSIGNAL,
        NULL, 0);
}

/*
 * Does not return. It must not be seen to: what AddressSanitizer does before a
 * call that never returns is about the stack of a thread, which ours is not.
 */
static void
Leave(int status)
{
    syscall(SYS_exit_group, status);
}

/*
 * True when the parent has gone: the socket says so in every pid namespace,
 * where getppid() may not.
 */
static bool
Orphaned(const struct lx_child *child)
{
    struct lx_msg message;

    return syscall(
               SYS_recvfrom, child->control, &message, sizeof(message),
               MSG_PEEK | MSG_DONTWAIT, NULL, NULL)
        == 0;
}

/* -- Signals -----------------------------------------------------------------
 *
 * Every signal is blocked from before the clone. A handler of the
 * interpreter's must not run here, where it would write to the interpreter's
 * memory; so all are reset before any is let through.
 */

static void
ResetSignals(void)
{
    struct {
        void (*handler)(int);
        unsigned long flags;
        void *restorer;
        unsigned long mask;
    } action = {SIG_DFL, 0, NULL, 0};

    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, &action, NULL, SIGSET_SIZE);
    }
}

static void
UnblockSignals(void)
{
    unsigned long none = 0;

    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, SIGSET_SIZE);
}

/*
 * The kernel forgets this at every change of ids, so it is said again last.
 */
static void
TieToParent(const struct lx_child *child)
{
    if (!child->launch->detach) {
        LX_SYS(child->kernel, prctl, "Pd", PR_SET_PDEATHSIG, SIGKILL);
    }
}

/* -- Namespaces --------------------------------------------------------------*/

static int
JoinOne(
    const struct lx_child *child, enum lx_kind kind, struct lx_err *err)
{
    int fd = child->launch->joinFd[kind];

    if (LX_SYS(child->kernel, setns, "fn", fd, lx_kinds[kind].flag) == 0) {
        return 0;
    }
    return lx_fail(
        err, errno, "cannot join the %s namespace", lx_kinds[kind].name);
}

/*
 * Whether the user namespace gives the right to the others or takes it away
 * depends on who asks. What is refused before it is tried again after it. mnt
 * comes last of either round: it changes what paths mean.
 */
static int
Join(const struct lx_child *child, struct lx_err *err)
{
    static const enum lx_kind order[] = {
        LX_CGROUP, LX_IPC, LX_NET, LX_PID, LX_TIME, LX_UTS, LX_MNT};
    const int *joinFd = child->launch->joinFd;
    bool user = joinFd[LX_USER] >= 0;
    unsigned left = 0;

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (joinFd[order[i]] < 0 || JoinOne(child, order[i], err) == 0) {
            continue;
        }
        if (!user || err->errnum != EPERM) {
            return -1;
        }
        left |= LX_KIND_BIT(order[i]);
    }
    if (!user) {
        return 0;
    }
    if (JoinOne(child, LX_USER, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if ((left & LX_KIND_BIT(order[i]))
            && JoinOne(child, order[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * The parent can write the maps of a namespace that is a child of its own.
 * Below one that was joined, the process itself must.
 */
static int
GetMaps(const struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;
    struct lx_msg answer;

    if (lx_recording(child->kernel) || launch->joinFd[LX_USER] >= 0) {
        return lx_idmap_write(
            child->kernel, 0, &launch->uidmap, &launch->gidmap, -1,
            err);
    }
    Say(child, LX_MSG_MAPS, 0);
    if (syscall(
            SYS_recvfrom, child->control, &answer, sizeof(answer), 0, NULL,
            NULL)
        != sizeof(answer)) {
        Leave(127); /* the parent has given up, and knows why */
    }
    return 0;
}

/*
 * A time namespace is entered by children, or by setns(2) from a process that
 * shares no memory; its clocks can be set until the first one is in.
 */
static int
EnterTime(const struct lx_child *child, struct lx_err *err)
{
    struct lx_kernel *kernel = child->kernel;
    const char *offsets = child->launch->timeOffsets;
    long result = 0;
    int fd;

    if (LX_SYS(kernel, unshare, "n", CLONE_NEWTIME) != 0) {
        return lx_fail(err, errno, "cannot create a time namespace");
    }
    if (offsets != NULL) {
        fd = (int)LX_SYS(
            kernel, openat, "fsO=", AT_FDCWD, "/proc/self/timens_offsets",
            O_WRONLY | O_CLOEXEC);
        if (fd >= 0) {
            result =
                LX_SYS(kernel, write, "fsd", fd, offsets, strlen(offsets));
        }
        if (fd < 0 || result < 0) {
            return lx_fail(err, errno, "cannot set the clocks' offsets");
        }
        LX_SYS(kernel, close, "f", fd);
    }
    fd = (int)LX_SYS(
        kernel, openat, "fsO=", AT_FDCWD, "/proc/self/ns/time_for_children",
        O_RDONLY | O_CLOEXEC);
    if (fd < 0 || LX_SYS(kernel, setns, "fn", fd, CLONE_NEWTIME) != 0) {
        return lx_fail(err, errno, "cannot enter the new time namespace");
    }
    LX_SYS(kernel, close, "f", fd);
    return 0;
}

/*
 * Everything that new namespaces need before the first step. Ids come last:
 * what is owned by the id outside, as /proc/self is, is still ours until then.
 */
static int
PrepareNamespaces(const struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;
    unsigned kinds = launch->newKinds;

    if ((kinds & LX_KIND_BIT(LX_USER)) && GetMaps(child, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_TIME)) && EnterTime(child, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_NET)) && launch->loopback
        && lx_fresh_net(child->kernel, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_MNT))
        && lx_fresh_mnt(child->kernel, launch->propagation, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_USER)) ? launch->uidmap.count > 0
                                       : launch->joinFd[LX_USER] >= 0) {
        return lx_become_root(child->kernel, err);
    }
    return 0;
}

/* -- The program -------------------------------------------------------------*/

static int
RunSteps(const struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;

    for (size_t i = 0; i < launch->stepCount; i++) {
        const struct lx_step *step = &launch->steps[i];

        if (lx_recording(child->kernel)) {
            child->kernel->record(child->kernel->arg, NULL);
        }
        if (step->run != NULL
            && step->run(child->kernel, step->args, err) != 0) {
            err->step = (int)i + 1;
            return -1;
        }
    }
    if (lx_recording(child->kernel)) {
        child->kernel->record(child->kernel->arg, NULL);
    }
    return 0;
}

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
        && syscall(SYS_getcwd, path, sizeof(path)) > 0 && path[0] != '/') {
        return lx_refuse(
            err, "NS", "CWD",
            "the working directory is outside the root of the new process");
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

    if (LX_SYS(
            child->kernel, close_range, "dxx", 3, ~0U, CLOSE_RANGE_CLOEXEC)
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
 * Does not return when it succeeds.
 */
static int
RunProgram(struct lx_child *child, struct lx_err *err)
{
    if (!lx_recording(child->kernel)) {
        UnblockSignals();
    }
    return lx_exec(child->kernel, child->launch, err);
}

static int
ProgramMain(void *arg)
{
    struct lx_child *child = arg;
    struct lx_err err;

    Say(child, LX_MSG_PID, (int)syscall(SYS_getpid));
    TieToParent(child);
    RunProgram(child, &err);
    child->failed = true;
    SayError(child, &err);
    Leave(127);
    return 0;
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
        "nscg-init", number, child->launch->detach ? "detach" : NULL, NULL};
    const char *envp[] = {NULL};
    int initFd = child->launch->initFd;
    int program = 2;

    if (lx_recording(kernel)) {
        kernel->record(kernel->arg, "clone(CLONE_VM|CLONE_VFORK) = PROGRAM");
        RunProgram(child, err);
    } else {
        program = clone(
            ProgramMain, child->stackTop,
            CLONE_VM | CLONE_VFORK | SIGCHLD, child);
        if (program < 0) {
            return lx_fail(err, errno, "cannot start the program below init");
        }
        if (child->failed) {
            Leave(127);
        }
    }
    lx_format(number, sizeof(number), "%d", program);
    LX_SYS(kernel, dup3, "ffd", child->control, 0, 0);
    LX_SYS(kernel, close, "f", 1);
    LX_SYS(kernel, close, "f", 2);
    LX_SYS(
        kernel, execveat, "fsppt", initFd, "", argv, envp, AT_EMPTY_PATH);
    if (lx_recording(kernel)) {
        return 0;
    }
    lx_fail(err, errno, "cannot execute nscg-init");
    syscall(SYS_kill, program, SIGKILL);
    /* The socket is descriptor 0 too, and the one we knew is still open. */
    return -1;
}

static int
Proceed(struct lx_child *child, struct lx_err *err)
{
    if (PrepareNamespaces(child, err) != 0 || RunSteps(child, err) != 0
        || SetDirectory(child, err) != 0 || SetStdio(child, err) != 0) {
        return -1;
    }
    CloseOnExec(child);
    TieToParent(child);
    if (!lx_recording(child->kernel) && !child->launch->detach
        && Orphaned(child)) {
        Leave(127);
    }
    if (child->launch->init) {
        return RunInit(child, err);
    }
    if (child->tellPid) {
        Say(child, LX_MSG_PID, (int)syscall(SYS_getpid));
    }
    return RunProgram(child, err);
}

/* -- Joining -----------------------------------------------------------------*/

/*
 * A process in our place, as a child of our parent's (CLONE_PARENT), on a
 * stack of its own; we end.
 */
static int
Replace(
    struct lx_child *child, int (*main)(void *), unsigned flags,
    struct lx_err *err)
{
    char *stack = child->stackTop;

    if (lx_recording(child->kernel)) {
        LX_SYS(child->kernel, clone, "n", CLONE_PARENT | flags);
        return main(child);
    }
    child->stackTop -= LX_STACK_SIZE;
    if (clone(
            main, stack,
            (int)(flags | CLONE_PARENT | (child->shared ? CLONE_VM : 0)
                  | SIGCHLD),
            child)
        >= 0) {
        Leave(0);
    }
    lx_fail(err, errno, "cannot start a process in the namespaces");
    if (err->errnum == ENOMEM) {
        lx_hint(
            err, "the first process of that pid namespace has ended: nothing "
                 "can start in it any more");
    }
    return -1;
}

static unsigned
NewFlags(const struct lx_launch *launch)
{
    return lx_kind_flags(launch->newKinds & ~LX_KIND_BIT(LX_TIME));
}

/*
 * The process that stays, where a first one had to make way.
 */
static int
SecondMain(void *arg)
{
    struct lx_child *child = arg;
    struct lx_err err;

    if (lx_recording(child->kernel)) {
        return Proceed(child, &err);
    }
    Say(child, LX_MSG_CHILD, 0);
    TieToParent(child);
    if (Proceed(child, &err) != 0) {
        SayError(child, &err);
    }
    Leave(127);
    return 0;
}

/*
 * In a pid namespace that was joined, on the way to a new one below it: the
 * kernel lets only those create one who are in it themselves.
 */
static int
BetweenMain(void *arg)
{
    struct lx_child *child = arg;
    struct lx_err err;

    if (!lx_recording(child->kernel)) {
        Say(child, LX_MSG_CHILD, 0);
    }
    if (Replace(child, SecondMain, NewFlags(child->launch), &err) != 0
        && !lx_recording(child->kernel)) {
        SayError(child, &err);
        Leave(127);
    }
    return 0;
}

/*
 * Enters what is to be joined; then the new namespaces, in this process or,
 * where pids are concerned, in one that takes its place.
 */
static int
JoinAndProceed(struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;
    bool newPid = launch->newKinds & LX_KIND_BIT(LX_PID);
    unsigned flags = NewFlags(launch);

    /* What waits in those namespaces must not read the interpreter through
     * /proc, nor reach its program file (CVE-2019-5736). */
    LX_SYS(child->kernel, prctl, "Pd", PR_SET_DUMPABLE, 0);
    if (Join(child, err) != 0) {
        return -1;
    }
    child->tellPid = true;
    if (launch->joinFd[LX_PID] >= 0 && newPid) {
        return Replace(child, BetweenMain, 0, err);
    }
    if (launch->joinFd[LX_PID] >= 0 || newPid) {
        return Replace(child, SecondMain, flags, err);
    }
    child->tellPid = false;
    if (flags != 0 && LX_SYS(child->kernel, unshare, "n", flags) != 0) {
        return lx_fail(err, errno, "cannot create namespaces");
    }
    return Proceed(child, err);
}

int
lx_child_main(void *arg)
{
    struct lx_child *child = arg;
    bool joins = false;
    struct lx_err err;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        joins = joins || child->launch->joinFd[kind] >= 0;
    }
    if (!lx_recording(child->kernel)) {
        ResetSignals();
        syscall(SYS_close, child->parentEnd); /* or Orphaned could not tell */
    }
    TieToParent(child);
    if ((joins ? JoinAndProceed(child, &err) : Proceed(child, &err)) != 0
        && !lx_recording(child->kernel)) {
        SayError(child, &err);
    }
    if (!lx_recording(child->kernel)) {
        Leave(127);
    }
    return 0;
}
