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
#include <stdlib.h>
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
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
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

/* -- What is kept --------------------------------------------------------- */

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

/* -- Starting ------------------------------------------------------------- */

/*
 * The namespaces that the clone makes. A time namespace is entered later, and a
 * cgroup namespace made, where there are groups to enter before.
 */
static unsigned
FirstKinds(const struct lx_launch *launch)
{
    unsigned kinds = launch->newKinds & ~LX_KIND_BIT(LX_TIME);

    if (launch->births != NULL) {
        kinds &= ~LX_KIND_BIT(LX_CGROUP);
    }
    return Joins(launch) ? 0 : kinds;
}

/*
 * There is no process: was it the group's fault, or the namespaces'?
 */
static int
NotStarted(const struct lx_launch *launch, int errnum, struct lx_err *err)
{
    const struct lx_births *births = launch->births;

    if (births != NULL && births->into >= 0
        && (errnum == EBUSY || errnum == EACCES || errnum == EOPNOTSUPP
            || errnum == ENODEV || errnum == ENOENT || errnum == EAGAIN)) {
        const struct lx_birth *birth = &births->list[births->into];

        lx_fail(err, errnum, "cannot start a process in group %q", birth->path);
        lx_birth_why(birth, err);
        return -1;
    }
    lx_fail(err, errnum, "cannot create a process");
    lx_ns_gate(err, FirstKinds(launch));
    return -1;
}

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
    unsigned kinds = FirstKinds(launch);
    unsigned flags = CLONE_PIDFD;
    int pid, pidfd = -1;

    flags |= child->shared ? CLONE_VM : 0;
    flags |= child->quiet ? CLONE_FILES | CLONE_CHILD_CLEARTID : 0;
    flags |= lx_kind_flags(kinds);
    pid = lx_clone(child, flags, &pidfd);
    if (pid < 0) {
        return NotStarted(launch, errno, err);
    }
    process->pidfd = lx_fd_park(pidfd);
    process->child = process->pid = pid;
    process->nspid = kinds & LX_KIND_BIT(LX_PID) ? 1 : pid;
    return 0;
}

/*
 * Leaves the dumpable flag as it was, and the stacks to the next launch.
 */
static int
Launch(struct lx_parent *parent, struct lx_err *err)
{
    int dumpable = prctl(PR_GET_DUMPABLE);
    int result = Start(parent, err);

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

/*
 * The descriptors that the child keeps, in order.
 */
static int
ListDescriptors(struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;
    int *keep = child->keep;
    size_t count = 0;

    if (launch->held != NULL) {
        count = lx_pool_fds(launch->held, keep, LX_KEEP_MAX - 3);
    }
    if (count > LX_KEEP_MAX - 3) {
        return lx_refuse(
            err, "NS", "TOOMANY",
            "a launch can hold %d descriptors, and its steps and targets need "
            "%d",
            LX_KEEP_MAX - 3, (int)count);
    }
    keep[count++] = child->self;
    if (child->control >= 0) {
        keep[count++] = child->control;
    }
    if (launch->initFd >= 0) {
        keep[count++] = launch->initFd;
    }
    for (size_t i = 1; i < count; i++) {
        int fd = keep[i];
        size_t j = i;

        for (; j > 0 && keep[j - 1] > fd; j--) {
            keep[j] = keep[j - 1];
        }
        keep[j] = fd;
    }
    child->keepCount = count;
    return 0;
}

/*
 * The words for nscg-init: start|run tied|detached CONTROL PROGRAM COUNT PATH
 * ... ARG ...
 */
static char **
StrangerWords(struct lx_child *child, char countText[16])
{
    const struct lx_launch *launch = child->launch;
    size_t paths = 0, args = 0, n = 0;
    char **words;

    while (launch->programs[paths] != NULL) {
        paths++;
    }
    while (launch->argv[args] != NULL) {
        args++;
    }
    words = malloc((paths + args + 7) * sizeof(*words));
    if (words == NULL) {
        return NULL;
    }
    lx_format(countText, 16, "%d", (int)paths);
    lx_format(
        child->controlText, sizeof(child->controlText), "%d", child->control);
    words[n++] = (char *)"nscg-init";
    words[n++] = (char *)(launch->init ? "start" : "run");
    words[n++] = (char *)(launch->detach ? "detached" : "tied");
    words[n++] = child->controlText;
    words[n++] = (char *)launch->program;
    words[n++] = countText;
    memcpy(words + n, launch->programs, paths * sizeof(*words));
    memcpy(words + n + paths, launch->argv, (args + 1) * sizeof(*words));
    return words;
}

/*
 * Where the program is looked up in a root that is not ours.
 */
static bool
HasStrangeRoot(const struct lx_launch *launch)
{
    bool strange = launch->joinFd[LX_MNT] >= 0;

    for (size_t i = 0; i < launch->stepCount; i++) {
        strange = strange || launch->steps[i].run == lx_pivot_run;
    }
    return strange;
}

/*
 * What kind of launch it is: see lxFollow.c and lxProgram.c.
 */
static void
Classify(struct lx_child *child)
{
    const struct lx_launch *launch = child->launch;
    const unsigned asking = LX_KIND_BIT(LX_USER) | LX_KIND_BIT(LX_TIME);

    /* setns(2) into a time namespace refuses whoever shares memory; and where
     * that runs out, who shares it with the interpreter would end that, too. */
    child->shared = !launch->copy && launch->joinFd[LX_TIME] < 0
        && !(launch->newKinds & LX_KIND_BIT(LX_TIME))
        && (launch->births == NULL || !launch->births->bounded);
    child->stranger = HasStrangeRoot(launch);
    child->quiet = child->shared && !child->stranger && !Joins(launch)
        && !(launch->newKinds & asking);
}

/*
 * With the lock held and all signals blocked.
 */
static int
LaunchLocked(struct lx_parent *parent, struct lx_err *err)
{
    struct lx_child *child = parent->child;
    const struct lx_launch *launch = parent->launch;
    char countText[16];
    int result;

    if (launch->timeout >= 0) {
        parent->deadline = lx_now_ms() + launch->timeout;
    }
    child->self = Self();
    child->stackTop = Stacks();
    if (child->self < 0 || child->stackTop == NULL) {
        return lx_fail(err, errno, "cannot create a process");
    }
    child->stackTop += (LX_STACKS - 1) * LX_STACK_SIZE;
    if ((!child->quiet || launch->init) && Connect(parent, err) != 0) {
        return -1;
    }
    if (child->stranger) {
        child->initArgv = StrangerWords(child, countText);
        if (child->initArgv == NULL) {
            return lx_fail(err, ENOMEM, "cannot create a process");
        }
    }
    result = ListDescriptors(child, err);
    if (result == 0) {
        result = Launch(parent, err);
    }
    free(child->initArgv);
    return result;
}

/*
 * A thread whose children are to have another time (ns unshare time): Linux
 * 6.1, for one, starts nobody in it who shares memory.
 */
static bool
OtherTimeAhead(void)
{
    LX_AUTOCLOSE int fd =
        open("/proc/thread-self/ns/time", O_RDONLY | O_CLOEXEC);

    return fd >= 0 && !lx_ns_mine(fd, LX_TIME);
}

int
lx_launch_run(
    const struct lx_launch *launch, struct lx_process *process,
    struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_child child = {
        .launch = launch, .kernel = &kernel, .control = -1, .settingUp = 1};
    struct lx_parent parent = {launch, process, &child, -1, -1, -1};
    sigset_t all, before;
    int result;

    *process = (struct lx_process){
        .pidfd = -1, .control = -1, .oomFd = -1, .detached = launch->detach};
    process->oomFd = lx_oom_open(launch->births, &process->oomBefore);
    Classify(&child);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_mutex_lock(&common.lock);
    result = LaunchLocked(&parent, err);
    pthread_mutex_unlock(&common.lock);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    lx_fd_close(&parent.childEnd);
    if (result != 0) {
        lx_fd_close(&process->oomFd);
    }
    if (result == 0 && launch->init) {
        process->control = parent.control;
    } else {
        lx_fd_close(&parent.control);
    }
    if (result != 0 && child.shared && process->pidfd < 0
        && err->errnum == EINVAL && OtherTimeAhead()) {
        struct lx_launch copying = *launch;

        copying.copy = true;
        return lx_launch_run(&copying, process, err);
    }
    return result;
}

/* Numbers that no invented descriptor comes to have. */
#define SHOWN_CONTROL 99
#define SHOWN_INIT 98

/*
 * What the parent opens before.
 */
static void
ShowBirths(struct lx_births *births, struct lx_kernel *recorder)
{
    for (int i = 0; i < births->count; i++) {
        struct lx_birth *birth = &births->list[i];
        const char *file = i == births->into ? NULL : "cgroup.procs";
        int flags = i == births->into ? O_PATH | O_DIRECTORY : O_WRONLY;

        birth->fd = (int)LX_SYS(
            recorder, openat, "fsO=", AT_FDCWD,
            lx_group_full(birth->group, birth->index, file), flags | O_CLOEXEC);
    }
}

/*
 * The same code as the child's, with a recorder in the kernel's place.
 */
void
lx_launch_explain(const struct lx_launch *launch, struct lx_kernel *recorder)
{
    struct lx_launch shown = *launch;
    struct lx_births births = {.into = -1};
    struct lx_child child = {
        .launch = &shown, .kernel = recorder, .control = SHOWN_CONTROL};
    unsigned flags = lx_kind_flags(FirstKinds(launch));

    shown.initFd = SHOWN_INIT;
    if (launch->births != NULL) {
        births = *launch->births;
        shown.births = &births;
        ShowBirths(&births, recorder);
    }
    Classify(&child);
    flags |= child.shared ? CLONE_VM : 0;
    if (births.into >= 0) {
        child.bornThere = true;
        LX_SYS(
            recorder, clone3, "nf", flags | CLONE_INTO_CGROUP,
            births.list[births.into].fd);
    } else {
        LX_SYS(recorder, clone, "n", flags);
    }
    lx_child_main(&child);
}
