/*
 * lxReap.c --
 *
 *      The children that this process has launched, whichever interpreter has
 *      their handles: whoever waits for one of them reaps whatever ends.
 *
 *      It must be so, for the first process of a pid namespace does not end
 *      before every process in it is reaped. One that joined it is our child
 *      as well, and may be that of another interpreter, be let go of, or have
 *      a handle that nobody looks at.
 *
 *      One epoll descriptor for all of them tells which have ended, at a cost
 *      that does not depend on how many live. It is polled beside what else is
 *      waited for, and is part of each interpreter's event loop. The lock is
 *      never held while anything is waited for.
 */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lx.h"

/*
 * Beside each pidfd epoll keeps the address of its struct lx_process, or, of
 * one that was let go of, the descriptor itself as an odd number.
 */
static struct {
    pthread_mutex_t lock;
    struct lx_poll poll;
} children = {PTHREAD_MUTEX_INITIALIZER, {-1, 0}};

/*
 * A copy of the interpreter (fork) has no part in the original's children.
 */
static bool
IsOurs(const struct lx_process *process)
{
    return process->owner == getpid();
}

static int
Control(int operation, int pidfd, uint64_t data)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = data};

    return epoll_ctl(children.poll.fd, operation, pidfd, &event);
}

static int
Open(struct lx_err *err)
{
    if (children.poll.fd >= 0) {
        lx_poll_renew(&children.poll);
        return 0;
    }
    if (lx_poll_open(&children.poll, err) != 0) {
        return -1;
    }
    children.poll.fd = lx_fd_park(children.poll.fd);
    return 0;
}

int
lx_reap_fd(struct lx_err *err)
{
    int result;

    pthread_mutex_lock(&children.lock);
    result = Open(err);
    pthread_mutex_unlock(&children.lock);
    return result == 0 ? children.poll.fd : -1;
}

int
lx_reap_add(struct lx_process *process, struct lx_err *err)
{
    int result;

    process->owner = getpid();
    pthread_mutex_lock(&children.lock);
    result = Open(err);
    if (result == 0
        && Control(EPOLL_CTL_ADD, process->pidfd, (uintptr_t)process) != 0) {
        result = lx_fail(err, errno, "cannot watch pid %d", (int)process->pid);
    }
    pthread_mutex_unlock(&children.lock);
    return result;
}

/*
 * 1: it has ended; 0: it runs; -1: errno. Once it is known to have ended, or
 * nobody can tell, epoll forgets it.
 */
static int
Reap(int pidfd, struct lx_process *process)
{
    struct rusage usage;
    siginfo_t info = {.si_pid = 0};
    int result = (int)syscall(
        SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | WNOHANG | __WALL, &usage);
    int errnum = result == 0 ? 0 : errno;

    if (errnum == 0 && info.si_pid == 0) {
        return 0;
    }
    Control(EPOLL_CTL_DEL, pidfd, 0);
    errno = errnum;
    if (errnum != 0 && errnum != ECHILD) {
        return -1;
    }
    if (process != NULL && errnum == ECHILD) {
        process->reaped = LX_GONE;
    } else if (process != NULL) {
        process->reaped = info.si_code == CLD_EXITED ? LX_EXITED : LX_SIGNALED;
        process->code = info.si_status;
        process->usage = usage;
        process->hasUsage = true;
    }
    return 1;
}

int
lx_reap(struct lx_process *process)
{
    int result = 1;

    if (!IsOurs(process)) {
        process->reaped = LX_GONE;
        return 1;
    }
    pthread_mutex_lock(&children.lock);
    if (process->reaped == LX_RUNNING) {
        result = Reap(process->pidfd, process);
    }
    pthread_mutex_unlock(&children.lock);
    return result;
}

void
lx_reap_ready(void)
{
    struct epoll_event events[64];
    int count = 0, reaped = 0;

    pthread_mutex_lock(&children.lock);
    if (children.poll.fd >= 0 && !lx_poll_renew(&children.poll)) {
        count = epoll_wait(children.poll.fd, events, 64, 0);
    }
    for (int i = 0; i < count; i++) {
        uint64_t data = events[i].data.u64;
        int orphan = data & 1 ? (int)(data >> 1) : -1;

        if (orphan < 0) {
            struct lx_process *process = (void *)(uintptr_t)data;

            reaped += Reap(process->pidfd, process) != 0;
        } else if (Reap(orphan, NULL) != 0) {
            lx_fd_close(&orphan);
            reaped++;
        }
    }
    pthread_mutex_unlock(&children.lock);
    if (count > 0 && reaped == 0) {
        poll(NULL, 0, 1); /* a tracer is told first: do not spin until then */
    }
}

/*
 * A child that still runs is still to be reaped, so its descriptor stays open
 * until then.
 */
void
lx_reap_letgo(struct lx_process *process)
{
    if (process->pidfd >= 0 && IsOurs(process)) {
        uint64_t data = (uint64_t)process->pidfd << 1 | 1;

        pthread_mutex_lock(&children.lock);
        if (process->reaped == LX_RUNNING
            && Control(EPOLL_CTL_MOD, process->pidfd, data) == 0) {
            process->pidfd = -1;
        }
        pthread_mutex_unlock(&children.lock);
    }
    lx_fd_close(&process->pidfd);
}
