/*
 * lxLaunch.c --
 *
 *      A new process, from the parent's side.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "lxFollow.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

/*
 * What a launch needs of the process as a whole. Launches of one process go
 * one after another, under this lock, for a child that shares the memory
 * shares with it the flag that says whether others may look into the process
 * through /proc: the kernel, or the child, clears it on the way, and each
 * launch leaves it as it was. The rest is kept from launch to launch, since
 * making it anew would cost a fortieth of one.
 */
static struct {
    pthread_mutex_t lock;
    char *stacks; /* NULL: none yet */
    int self;     /* a pidfd of this process */
    pid_t selfPid;
} common = {PTHREAD_MUTEX_INITIALIZER, NULL, -1, 0};

char **
lx_environment(void)
{
    return environ;
}

void
lx_launch_start(struct lx_launch *launch)
{
    memset(launch, 0, sizeof(*launch));
    for (int kind = 0; kind < LX_KINDS; kind++) {
        launch->joinFd[kind] = -1;
    }
    for (int i = 0; i < 3; i++) {
        launch->stdio[i] = -1;
    }
    launch->initFd = -1;
    launch->loopback = true;
    launch->timeout = LX_LAUNCH_TIMEOUT;
}

static bool
Joins(const struct lx_launch *launch)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (launch->joinFd[kind] >= 0) {
            return true;
        }
    }
    return false;
}

/* -- What is kept
 * ------------------------------------------------------------*/

/*
 * A child leaves its stack by exec and not by returning: what the checker of
 * addresses has noted of it stays behind.
 */
static void
Forget(char *stacks)
{
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(stacks, LX_STACKS * LX_STACK_SIZE);
#else
    (void)stacks;
#endif
}

static char *
Stacks(void)
{
    if (common.stacks == NULL) {
        char *stacks = mmap(
            NULL, LX_STACKS * LX_STACK_SIZE, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

        common.stacks = stacks != MAP_FAILED ? stacks : NULL;
    }
    return common.stacks;
}

/*
 * By this the child knows whether we have ended. A copy of the interpreter
 * (fork) has its own.
 */
static int
Self(void)
{
    if (common.self < 0 || common.selfPid != getpid()) {
        lx_fd_close(&common.self);
        common.self = lx_fd_high((int)syscall(SYS_pidfd_open, getpid(), 0));
        common.selfPid = getpid();
    }
    return common.self;
}

/* -- Starting
 * ----------------------------------------------------------------*/

/*
 * A quiet child starts with our table of descriptors itself, and its first act
 * is to take the part of it that it needs: with a thousand containers, a copy
 * of all costs more than the rest of the launch.
 */
static int
Start(struct lx_parent *parent, struct lx_err *err)
{
    const struct lx_launch *launch = parent->launch;
    struct lx_process *process = parent->process;
    struct lx_child *child = parent->child;
    unsigned kinds = launch->newKinds & ~LX_KIND_BIT(LX_TIME);
    unsigned flags = CLONE_PIDFD;
    int pid, pidfd = -1;

    flags |= child->shared ? CLONE_VM : 0;
    flags |= child->quiet ? CLONE_FILES | CLONE_CHILD_CLEARTID : 0;
    flags |= Joins(launch) ? 0 : lx_kind_flags(kinds);
    pid = lx_clone(child, flags, &pidfd);
    if (pid < 0) {
        lx_fail(err, errno, "cannot create a process");
        lx_ns_gate(err, Joins(launch) ? 0 : kinds);
        return -1;
    }
    process->pidfd = lx_fd_park(pidfd);
    process->child = process->pid = pid;
    process->nspid = (kinds & LX_KIND_BIT(LX_PID)) && !Joins(launch) ? 1 : pid;
    return 0;
}

/*
 * With the lock held, all signals blocked, and the socket at hand.
 */
static int
Launch(struct lx_parent *parent, struct lx_err *err)
{
    int dumpable = prctl(PR_GET_DUMPABLE);
    int result;

    parent->child->self = Self();
    parent->child->stackTop = Stacks();
    if (parent->child->self < 0 || parent->child->stackTop == NULL) {
        return lx_fail(err, errno, "cannot create a process");
    }
    parent->child->stackTop += (LX_STACKS - 1) * LX_STACK_SIZE;
    result = Start(parent, err);
    if (result == 0) {
        result = lx_follow(parent, err);
        if (result != 0 && !lx_follow_giveup(parent)) {
            common.stacks = NULL; /* somebody may still be on them */
        }
    }
    if (common.stacks != NULL) {
        Forget(common.stacks);
    }
    if (dumpable != prctl(PR_GET_DUMPABLE) && dumpable <= 1) {
        prctl(PR_SET_DUMPABLE, dumpable);
    }
    return result;
}

static int
Connect(struct lx_parent *parent, struct lx_err *err)
{
    const int on = 1;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return lx_fail(err, errno, "cannot create a process");
    }
    parent->control = lx_fd_park(ends[0]);
    parent->childEnd = lx_fd_high(ends[1]);
    if (parent->control < 0 || parent->childEnd < 0) {
        return lx_fail(err, errno, "cannot create a process");
    }
    /* The child, which shares our memory, has the number in a place of its
     * own. */
    parent->child->control = parent->childEnd;
    setsockopt(parent->control, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
    return 0;
}

int
lx_launch_run(
    const struct lx_launch *launch, struct lx_process *process,
    struct lx_err *err)
{
    const unsigned asking = LX_KIND_BIT(LX_USER) | LX_KIND_BIT(LX_TIME);
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_child child = {
        .launch = launch, .kernel = &kernel, .control = -1, .settingUp = 1};
    struct lx_parent parent = {launch, process, &child, -1, -1, -1};
    sigset_t all, before;
    int result = 0;

    *process = (struct lx_process){
        .pidfd = -1, .control = -1, .detached = launch->detach};
    /* setns(2) into a time namespace refuses whoever shares memory. */
    child.shared = !launch->copy && launch->joinFd[LX_TIME] < 0
        && !(launch->newKinds & LX_KIND_BIT(LX_TIME));
    child.quiet =
        child.shared && !Joins(launch) && !(launch->newKinds & asking);
    if (launch->timeout >= 0) {
        parent.deadline = lx_now_ms() + launch->timeout;
    }
    if (!child.quiet || launch->init) {
        result = Connect(&parent, err);
    }
    if (result == 0) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pthread_mutex_lock(&common.lock);
        result = Launch(&parent, err);
        pthread_mutex_unlock(&common.lock);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    lx_fd_close(&parent.childEnd);
    if (result == 0 && launch->init) {
        process->control = parent.control;
    } else {
        lx_fd_close(&parent.control);
    }
    return result;
}

/*
 * The same code as the child's, with a recorder in the kernel's place.
 */
void
lx_launch_explain(const struct lx_launch *launch, struct lx_kernel *recorder)
{
    struct lx_child child = {
        .launch = launch, .kernel = recorder, .control = 3, .self = 3};
    unsigned kinds = launch->newKinds & ~LX_KIND_BIT(LX_TIME);

    LX_SYS(
        recorder, clone, "n",
        CLONE_VM | (Joins(launch) ? 0 : lx_kind_flags(kinds)));
    lx_child_main(&child);
}
