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
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lxChild.h"

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

/* -- Joining -------------------------------------------------------------- */

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

static int
Begin(struct lx_child *child, struct lx_err *err)
{
    bool joins = false;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        joins = joins || child->launch->joinFd[kind] >= 0;
    }
    if (lx_child_groups(child, joins, err) != 0) {
        return -1;
    }
    return joins ? JoinAndProceed(child, err) : Proceed(child, err);
}

int
lx_child_main(void *arg)
{
    struct lx_child *child = arg;
    struct lx_err err;

    if (lx_recording(child->kernel)) {
        lx_child_tie(child);
        return Begin(child, &err);
    }
    lx_child_begin(child);
    if (Begin(child, &err) != 0) {
        lx_child_sayerror(child, &err);
    }
    lx_child_leave(127);
    return 0;
}
