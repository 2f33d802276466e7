/*
 * lxFollow.c --
 *
 *      How the parent knows what becomes of a new process, until its program
 *      runs.
 *
 *      One that has to ask for something on the way (id maps), or makes way
 *      for another, talks over a socket, whose end says that exec closed it.
 *      All others are quiet: how they fared stands in the memory that they
 *      share, and the kernel wakes us at their exec, or their end, by clearing
 *      a word (CLONE_CHILD_CLEARTID). That spares the socket, where there is no
 *      init to be told of our end, and waking up twice.
 */

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lxFollow.h"

#define GIVEUP_TIMEOUT 5000 /* ms for killed processes to be gone */

/* What came over the socket, and from whom. */
struct message {
    struct lx_msg head;
    struct lx_err err;
};

enum { TOO_LATE = -1, BROKEN = -2 };

/*
 * recv(2), that tells the sender's pid as this process knows it, whatever pid
 * namespace it was sent from; 0 when there is none.
 */
ssize_t
lx_msg_receive(int fd, void *data, size_t size, int flags, pid_t *sender)
{
    char control[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec part = {data, size};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control)};
    ssize_t n = recvmsg(fd, &header, flags | MSG_CMSG_CLOEXEC);
    struct cmsghdr *extra;

    *sender = 0;
    for (extra = n < 0 ? NULL : CMSG_FIRSTHDR(&header); extra != NULL;
         extra = CMSG_NXTHDR(&header, extra)) {
        if (extra->cmsg_level == SOL_SOCKET
            && extra->cmsg_type == SCM_CREDENTIALS) {
            struct ucred from;

            memcpy(&from, CMSG_DATA(extra), sizeof(from));
            *sender = from.pid;
        }
    }
    return n;
}

/*
 * Returns the length of a message, 0 at the end of the socket, TOO_LATE when
 * the time is up, or BROKEN and errno.
 */
static ssize_t
Receive(const struct lx_parent *parent, struct message *message, pid_t *sender)
{
    struct pollfd poller = {.fd = parent->control, .events = POLLIN};
    ssize_t n;

    if (parent->deadline >= 0) {
        long left = parent->deadline - lx_now_ms();

        if (poll(&poller, 1, left > 0 ? (int)left : 0) == 0) {
            return TOO_LATE;
        }
    }
    n = lx_msg_receive(parent->control, message, sizeof(*message), 0, sender);
    return n < 0 ? BROKEN : n;
}

/*
 * One that is stopped by the freezer of version 1 does not even hear SIGKILL:
 * it is left to whoever waits for children later.
 */
static void
Reap(int *pidfd)
{
    struct pollfd poller = {.fd = *pidfd, .events = POLLIN};
    struct lx_process stopped = {.pidfd = *pidfd, .control = -1, .oomFd = -1};
    struct lx_err ignored;
    siginfo_t info;

    if (*pidfd < 0) {
        return;
    }
    if (poll(&poller, 1, GIVEUP_TIMEOUT) == 0
        && lx_reap_add(&stopped, &ignored) == 0) {
        lx_reap_letgo(&stopped);
        *pidfd = -1;
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
        siginfo_t info;

        lx_fail(err, errno, "cannot get hold of pid %d", (int)pid);
        kill(pid, SIGKILL);
        waitid(P_PID, (id_t)pid, &info, WEXITED | __WALL);
        return -1;
    }
    Reap(&process->pidfd);
    process->pidfd = lx_fd_park(pidfd);
    process->child = process->pid = process->nspid = pid;
    return 0;
}

static int
WriteMaps(const struct lx_parent *parent, pid_t pid, struct lx_err *err)
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

static int
TooLate(const struct lx_parent *parent, struct lx_err *err)
{
    return lx_refuse(
        err, "NS", "TIMEOUT", "the new process was not ready after %d ms",
        parent->launch->timeout);
}

static int
Died(const struct lx_parent *parent, struct lx_err *err)
{
    const struct lx_process *process = parent->process;
    unsigned long count = 0;

    lx_refuse(err, "NS", "DIED", "the new process ended during its set-up");
    if (process->oomFd >= 0 && lx_oom_read(process->oomFd, &count)
        && count > process->oomBefore) {
        lx_hint(err, "the memory limit of its group ended it");
    } else {
        lx_births_why(parent->launch->births, err);
    }
    return -1;
}

/*
 * What a message says; *running: the program is executed, or init is ready.
 */
static int
Hear(
    const struct lx_parent *parent, const struct message *message, pid_t sender,
    bool *running, struct lx_err *err)
{
    struct lx_process *process = parent->process;

    switch (message->head.kind) {
    case LX_MSG_CHILD:
        return ChangeChild(process, sender, err);
    case LX_MSG_MAPS:
        return WriteMaps(parent, sender, err);
    case LX_MSG_PID:
        process->pid = sender;
        process->nspid = message->head.value;
        *running = !parent->launch->init;
        return 0;
    case LX_MSG_READY:
        *running = true;
        return 0;
    default:
        *err = message->err;
        return -1;
    }
}

/*
 * Until the end of the socket, which exec closes; with an init, which keeps
 * it, until that is ready.
 */
static int
Talk(const struct lx_parent *parent, struct lx_err *err)
{
    bool running = false;

    while (!running || !parent->launch->init) {
        struct message message;
        pid_t sender;
        ssize_t n = Receive(parent, &message, &sender);

        if (n == TOO_LATE) {
            return TooLate(parent, err);
        }
        if (n < 0) {
            return lx_fail(err, errno, "cannot hear of the new process");
        }
        if (n == 0) {
            return running ? 0 : Died(parent, err);
        }
        if (Hear(parent, &message, sender, &running, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * The kernel's wake-up is one of a futex that is not private to a process.
 */
static bool
WaitUntilSetUp(const struct lx_parent *parent)
{
    int *word = &parent->child->settingUp;

    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != 0) {
        long left =
            parent->deadline < 0 ? 3600000 : parent->deadline - lx_now_ms();
        struct timespec time = {left / 1000, left % 1000 * 1000000};

        if (left <= 0) {
            return false;
        }
        syscall(SYS_futex, word, FUTEX_WAIT, 1, &time, NULL, 0);
    }
    return true;
}

/*
 * The program below init has sent its pid before init was executed.
 */
static int
ReadPid(struct lx_parent *parent, struct lx_err *err)
{
    struct message message;
    pid_t sender;

    if (Receive(parent, &message, &sender) <= 0
        || message.head.kind != LX_MSG_PID) {
        return Died(parent, err);
    }
    parent->process->pid = sender;
    parent->process->nspid = message.head.value;
    return 0;
}

static int
Listen(struct lx_parent *parent, struct lx_err *err)
{
    bool setUp = WaitUntilSetUp(parent);

    /* From here on the child has descriptors of its own. */
    lx_fd_close(&parent->childEnd);
    if (!setUp) {
        return TooLate(parent, err);
    }
    if (parent->child->failed) {
        *err = parent->child->err;
        return -1;
    }
    if (!parent->child->executing) {
        return Died(parent, err);
    }
    return parent->launch->init ? ReadPid(parent, err) : 0;
}

int
lx_follow(struct lx_parent *parent, struct lx_err *err)
{
    int result;

    if (parent->child->quiet) {
        result = Listen(parent, err);
    } else {
        lx_fd_close(&parent->childEnd);
        result = Talk(parent, err);
    }
    if (result != 0 && err->gates != 0 && err->hint[0] == '\0') {
        lx_ns_gate(err, err->gates & ~LX_GATE_FORK);
    }
    if (result != 0 && err->errnum == EAGAIN && (err->gates & LX_GATE_FORK)) {
        lx_births_why(parent->launch->births, err);
    }
    if (result != 0 && err->birth != 0 && err->errnum != 0) {
        lx_birth_why(&parent->launch->births->list[err->birth - 1], err);
    }
    return result;
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
bool
lx_follow_giveup(struct lx_parent *parent)
{
    struct message message;
    struct lx_err ignored;
    pid_t sender;
    ssize_t n = 0;

    Kill(parent->process);
    lx_fd_close(&parent->childEnd);
    parent->deadline = lx_now_ms() + GIVEUP_TIMEOUT;
    while (parent->control >= 0
           && (n = Receive(parent, &message, &sender)) > 0) {
        if (message.head.kind == LX_MSG_CHILD
            && ChangeChild(parent->process, sender, &ignored) == 0) {
            Kill(parent->process);
        }
    }
    return n == 0;
}
