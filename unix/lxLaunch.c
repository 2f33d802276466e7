/*
 * lxLaunch.c --
 *
 *      A new process, from the parent's side.
 */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "lxChild.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

/* What came over the socket, and from whom. */
struct message {
    struct lx_msg head;
    struct lx_err err;
};

struct parent {
    const struct lx_launch *launch;
    struct lx_process *process;
    int control;
    int childEnd;  /* the child, which shares our memory, has its number in
                    * a place of its own */
    long deadline; /* of lx_now_ms(); negative: none */
};

/*
 * A process has one flag that says whether others may look into it through
 * /proc. A child that shares the memory shares the flag, and the kernel, or
 * the child, clears it on the way. So launches of one process go one after
 * another, and each leaves the flag as it was. This lock is the process's,
 * as the flag is.
 */
static pthread_mutex_t launchLock = PTHREAD_MUTEX_INITIALIZER;

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

/*
 * Returns the length of a message, 0 at the end of the socket, -1 when the
 * time is up. Its sender's pid is as this process knows it, whatever pid
 * namespace it was sent from.
 */
static ssize_t
Receive(const struct parent *parent, struct message *message, pid_t *sender)
{
    char control[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec part = {message, sizeof(*message)};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control)};
    struct pollfd poller = {.fd = parent->control, .events = POLLIN};
    struct cmsghdr *extra;
    ssize_t n;

    if (parent->deadline >= 0) {
        long left = parent->deadline - lx_now_ms();

        if (poll(&poller, 1, left > 0 ? (int)left : 0) == 0) {
            return -1;
        }
    }
    n = recvmsg(parent->control, &header, MSG_CMSG_CLOEXEC);
    *sender = 0;
    for (extra = CMSG_FIRSTHDR(&header); extra != NULL;
         extra = CMSG_NXTHDR(&header, extra)) {
        if (extra->cmsg_level == SOL_SOCKET
            && extra->cmsg_type == SCM_CREDENTIALS) {
            struct ucred from;

            memcpy(&from, CMSG_DATA(extra), sizeof(from));
            *sender = from.pid;
        }
    }
    return n > 0 ? n : 0;
}

static void
Reap(int *pidfd)
{
    siginfo_t info;

    if (*pidfd < 0) {
        return;
    }
    while (waitid(P_PIDFD, (id_t)*pidfd, &info, WEXITED | __WALL) != 0
           && errno == EINTR) {
    }
    lx_fd_close(pidfd);
}

/*
 * The first process has made a second one and ends; it is our child as well,
 * so its number is its own until we reap it.
 */
static int
ChangeChild(struct lx_process *process, pid_t pid, struct lx_err *err)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (pidfd < 0) {
        return lx_fail(err, errno, "cannot get hold of pid %d", (int)pid);
    }
    Reap(&process->pidfd);
    process->pidfd = lx_fd_high(pidfd);
    process->child = process->pid = process->nspid = pid;
    return 0;
}

static int
WriteMaps(const struct parent *parent, pid_t pid, struct lx_err *err)
{
    const struct lx_msg go = {LX_MSG_GO, 0};
    struct lx_kernel kernel = {NULL, NULL, 0};

    if (lx_idmap_write(
            &kernel, pid, &parent->launch->uidmap, &parent->launch->gidmap,
            parent->launch->timeout, err)
        != 0) {
        return -1;
    }
    send(parent->control, &go, sizeof(go), MSG_NOSIGNAL);
    return 0;
}

/*
 * Follows the child until its program runs.
 */
static int
Follow(const struct parent *parent, struct lx_err *err)
{
    struct lx_process *process = parent->process;

    for (;;) {
        struct message message;
        pid_t sender;
        ssize_t n = Receive(parent, &message, &sender);

        if (n < 0) {
            return lx_refuse(
                err, "NS", "TIMEOUT",
                "the new process was not ready after %d ms",
                parent->launch->timeout);
        }
        if (n == 0 && parent->launch->init) {
            return lx_refuse(
                err, "NS", "DIED", "the new process ended during its set-up");
        }
        if (n == 0) {
            return 0; /* closed by exec */
        }
        switch (message.head.kind) {
        case LX_MSG_CHILD:
            if (ChangeChild(process, sender, err) != 0) {
                return -1;
            }
            break;
        case LX_MSG_MAPS:
            if (WriteMaps(parent, sender, err) != 0) {
                return -1;
            }
            break;
        case LX_MSG_PID:
            process->pid = sender;
            process->nspid = message.head.value;
            break;
        case LX_MSG_READY:
            return 0;
        case LX_MSG_ERROR:
            *err = message.err;
            return -1;
        }
    }
}

static int
Start(struct parent *parent, struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = parent->launch;
    struct lx_process *process = parent->process;
    unsigned kinds = launch->newKinds & ~LX_KIND_BIT(LX_TIME);
    unsigned flags = CLONE_PIDFD | SIGCHLD;
    bool joins = false;
    int pid, pidfd = -1;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        joins = joins || launch->joinFd[kind] >= 0;
    }
    /* setns(2) into a time namespace refuses whoever shares memory. */
    child->shared = !launch->copy && launch->joinFd[LX_TIME] < 0
        && !(launch->newKinds & LX_KIND_BIT(LX_TIME));
    flags |= child->shared ? CLONE_VM : 0;
    flags |= joins ? 0 : lx_kind_flags(kinds);
    pid = clone(
        lx_child_main, child->stackTop + LX_STACK_SIZE, (int)flags, child,
        &pidfd);
    if (pid < 0) {
        lx_fail(err, errno, "cannot create a process");
        lx_ns_gate(err, joins ? 0 : kinds);
        return -1;
    }
    process->pidfd = lx_fd_high(pidfd);
    process->child = process->pid = pid;
    process->nspid = (kinds & LX_KIND_BIT(LX_PID)) && !joins ? 1 : pid;
    return 0;
}

static void
Kill(struct lx_process *process)
{
    if (process->pidfd >= 0) {
        syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
        Reap(&process->pidfd);
    }
}

/*
 * Nothing may stay behind: the first process may just have made a second one,
 * of which we have not read yet. All of them hold the other end of the socket;
 * when that is closed, they are gone.
 */
static void
GiveUp(struct parent *parent)
{
    struct message message;
    struct lx_err ignored;
    pid_t sender;

    Kill(parent->process);
    parent->deadline = lx_now_ms() + 5000;
    while (Receive(parent, &message, &sender) > 0) {
        if (message.head.kind == LX_MSG_CHILD
            && ChangeChild(parent->process, sender, &ignored) == 0) {
            Kill(parent->process);
        }
    }
}

/*
 * With the sockets and the stacks at hand: starts the child and follows it.
 */
static int
Launch(struct parent *parent, struct lx_child *child, struct lx_err *err)
{
    sigset_t all, before;
    int dumpable, result;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_mutex_lock(&launchLock);
    dumpable = prctl(PR_GET_DUMPABLE);
    result = Start(parent, child, err);
    lx_fd_close(&parent->childEnd);
    if (result == 0) {
        result = Follow(parent, err);
        if (result != 0) {
            GiveUp(parent);
        }
    }
    if (dumpable != prctl(PR_GET_DUMPABLE) && dumpable <= 1) {
        prctl(PR_SET_DUMPABLE, dumpable);
    }
    pthread_mutex_unlock(&launchLock);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

/*
 * A child leaves its stack by exec and not by returning. What the checker of
 * addresses has noted of it stays behind, and the next map may lie there.
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

int
lx_launch_run(
    const struct lx_launch *launch, struct lx_process *process,
    struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct parent parent = {launch, process, -1, -1, -1};
    struct lx_child child = {.launch = launch, .kernel = &kernel};
    const int on = 1;
    char *stacks;
    int ends[2], result;

    *process = (struct lx_process){
        .pidfd = -1, .control = -1, .detached = launch->detach};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return lx_fail(err, errno, "cannot create a process");
    }
    parent.control = lx_fd_high(ends[0]);
    child.control = parent.childEnd = lx_fd_high(ends[1]);
    child.parentEnd = parent.control;
    setsockopt(parent.control, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
    stacks = mmap(
        NULL, LX_STACKS * LX_STACK_SIZE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (parent.control < 0 || child.control < 0 || stacks == MAP_FAILED) {
        result = lx_fail(err, errno, "cannot create a process");
    } else {
        child.stackTop = stacks + (LX_STACKS - 1) * LX_STACK_SIZE;
        if (launch->timeout >= 0) {
            parent.deadline = lx_now_ms() + launch->timeout;
        }
        result = Launch(&parent, &child, err);
    }
    if (stacks != MAP_FAILED) {
        Forget(stacks);
        munmap(stacks, LX_STACKS * LX_STACK_SIZE);
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
        .launch = launch, .kernel = recorder, .control = 3, .parentEnd = 3};
    unsigned kinds = launch->newKinds & ~LX_KIND_BIT(LX_TIME);

    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (launch->joinFd[kind] >= 0) {
            kinds = 0;
        }
    }
    LX_SYS(recorder, clone, "n", lx_kind_flags(kinds) | CLONE_VM);
    lx_child_main(&child);
}
