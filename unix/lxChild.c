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
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lxChild.h"

#define SIGSET_SIZE 8 /* the kernel's, not glibc's */

/* -- The socket to the parent ----------------------------------------------*/

void
lx_child_say(const struct lx_child *child, int kind, int value)
{
    struct lx_msg message = {kind, value};

    if (!lx_recording(child->kernel)) {
        syscall(
            SYS_sendto, child->control, &message, sizeof(message), MSG_NOSIGNAL,
            NULL, 0);
    }
}

void
lx_child_sayerror(struct lx_child *child, const struct lx_err *err)
{
    struct {
        struct lx_msg message;
        struct lx_err err;
    } report = {{LX_MSG_ERROR, 0}, *err};

    if (child->quiet) {
        child->err = *err;
        child->failed = true;
        return;
    }
    syscall(
        SYS_sendto, child->control, &report, sizeof(report), MSG_NOSIGNAL, NULL,
        0);
}

/*
 * Does not return. It must not be seen to: what AddressSanitizer does before a
 * call that never returns is about the stack of a thread, which ours is not.
 */
void
lx_child_leave(int status)
{
    syscall(SYS_exit_group, status);
}

/* -- Signals -----------------------------------------------------------------
 *
 * Every signal is blocked from before the clone. A handler of the
 * interpreter's must not run here, where it would write to the interpreter's
 * memory; so all are reset before any is let through. A signal that is ignored
 * stays so, as execve(2) has it, where the kernel can tell it from one that is
 * handled; but for SIGPIPE, which Tcl ignores for its own good, and SIGCHLD:
 * who ignores that cannot wait for children, and init must.
 */

static void
ResetSignals(const struct lx_child *child)
{
    struct {
        void (*handler)(int);
        unsigned long flags;
        void *restorer;
        unsigned long mask;
    } action = {SIG_DFL, 0, NULL, 0};

    if (child->handlersReset) {
        syscall(SYS_rt_sigaction, SIGPIPE, &action, NULL, SIGSET_SIZE);
        syscall(SYS_rt_sigaction, SIGCHLD, &action, NULL, SIGSET_SIZE);
        return;
    }
    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, &action, NULL, SIGSET_SIZE);
    }
}

void
lx_child_unblock(void)
{
    unsigned long none = 0;

    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, SIGSET_SIZE);
}

/*
 * The kernel forgets this at every change of ids, so it is said again last.
 */
void
lx_child_tie(const struct lx_child *child)
{
    if (!child->launch->detach) {
        LX_SYS(child->kernel, prctl, "Pd", PR_SET_PDEATHSIG, SIGKILL);
    }
}

/*
 * True when the parent has ended: its pidfd tells in every pid namespace,
 * where getppid(2) may not.
 */
bool
lx_child_orphaned(const struct lx_child *child)
{
    struct pollfd poller = {.fd = child->self, .events = POLLIN};
    struct timespec none = {0, 0};

    return !child->launch->detach
        && syscall(SYS_ppoll, &poller, 1, &none, NULL, 0) == 1;
}

/* -- Steps
 * -------------------------------------------------------------------*/

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

static int
Proceed(struct lx_child *child, struct lx_err *err)
{
    if (lx_child_prepare(child, err) != 0 || RunSteps(child, err) != 0) {
        return -1;
    }
    return lx_child_run(child, err);
}

/* -- Joining
 * -----------------------------------------------------------------*/

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
            (int)(flags | CLONE_PARENT | (child->shared ? CLONE_VM : 0) | SIGCHLD),
            child)
        >= 0) {
        lx_child_leave(0);
    }
    lx_fail(err, errno, "cannot start a process in the namespaces");
    err->gates = LX_GATE_FORK | child->launch->newKinds;
    if (err->errnum == ENOMEM) {
        lx_hint(
            err,
            "the first process of that pid namespace has ended: nothing "
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
    lx_child_say(child, LX_MSG_CHILD, 0);
    lx_child_tie(child);
    if (Proceed(child, &err) != 0) {
        lx_child_sayerror(child, &err);
    }
    lx_child_leave(127);
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
        lx_child_say(child, LX_MSG_CHILD, 0);
    }
    if (Replace(child, SecondMain, NewFlags(child->launch), &err) != 0
        && !lx_recording(child->kernel)) {
        lx_child_sayerror(child, &err);
        lx_child_leave(127);
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
    if (lx_child_join(child, err) != 0
        || (launch->joinFd[LX_USER] >= 0
            && lx_become_root(child->kernel, err) != 0)) {
        return -1;
    }
    if (launch->joinFd[LX_PID] >= 0 && newPid) {
        return Replace(child, BetweenMain, 0, err);
    }
    if (launch->joinFd[LX_PID] >= 0 || newPid) {
        return Replace(child, SecondMain, flags, err);
    }
    if (flags != 0 && LX_SYS(child->kernel, unshare, "n", flags) != 0) {
        lx_fail(err, errno, "cannot create namespaces");
        err->gates = launch->newKinds;
        return -1;
    }
    return Proceed(child, err);
}

/* -- The beginning
 * -----------------------------------------------------------*/

/*
 * Descriptors of our own, and of those only what the launch needs: what a step
 * finds under /proc/self/fd, following a link in an untrusted root, must not be
 * the interpreter's (CVE-2024-21626). The last range comes first: of what it
 * takes away, no copy is made.
 */
static void
TakeDescriptors(const struct lx_child *child)
{
    int last = child->keep[child->keepCount - 1];
    int start = 3;

    if (syscall(
            SYS_close_range, last + 1, ~0U,
            child->quiet ? CLOSE_RANGE_UNSHARE : 0)
        != 0) {
        syscall(SYS_unshare, CLONE_FILES); /* Linux 5.8 and older */
    }
    for (size_t i = 0; i < child->keepCount; i++) {
        if (child->keep[i] > start) {
            syscall(SYS_close_range, start, child->keep[i] - 1, 0);
        }
        start = child->keep[i] + 1;
    }
}

/*
 * From the prctl on the kernel ends us with the parent. It may have gone
 * before.
 */
static void
Begin(const struct lx_child *child)
{
    TakeDescriptors(child);
    ResetSignals(child);
    lx_child_tie(child);
    if (lx_child_orphaned(child)) {
        lx_child_leave(127);
    }
}

int
lx_child_main(void *arg)
{
    struct lx_child *child = arg;
    bool joins = false;
    struct lx_err err;
    int result;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        joins = joins || child->launch->joinFd[kind] >= 0;
    }
    if (lx_recording(child->kernel)) {
        lx_child_tie(child);
        return joins ? JoinAndProceed(child, &err) : Proceed(child, &err);
    }
    Begin(child);
    result = joins ? JoinAndProceed(child, &err) : Proceed(child, &err);
    if (result != 0) {
        lx_child_sayerror(child, &err);
    }
    lx_child_leave(127);
    return 0;
}
