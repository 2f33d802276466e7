/*
 * lxProcess.c --
 *
 *      A process that was launched: how it ends, and signals to it.
 *
 *      Only what was launched here is waited for, each by its pidfd: whatever
 *      else the interpreter runs is left to those who started it.
 */

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"
#include "lxMsg.h"

#define CLOSE_TIMEOUT 10000 /* ms for a killed process to be gone */

/*
 * init says how the program ended: the exit status of init itself could not
 * tell a signal from a status above 128, and is not to be had where SIGCHLD is
 * ignored. The word of no other is taken: a process below init may come by
 * init's socket. Nor is a word that means nothing.
 */
static void
ReadStatus(struct lx_process *process)
{
    struct lx_msg message;
    pid_t sender;

    while (
        lx_msg_receive(
            process->control, &message, sizeof(message), MSG_DONTWAIT, &sender)
        == sizeof(message)) {
        if (message.kind != LX_MSG_STATUS || sender != process->child
            || message.value < -SIGRTMAX || message.value > UCHAR_MAX) {
            continue;
        }
        process->state = message.value < 0 ? LX_SIGNALED : LX_EXITED;
        process->code = message.value < 0 ? -message.value : message.value;
    }
}

/*
 * Shells say 128 + SIGKILL of a program of theirs that was killed.
 */
static bool
KilledByLimit(const struct lx_process *process)
{
    unsigned long count;

    return process->oomFd >= 0
        && ((process->state == LX_SIGNALED && process->code == SIGKILL)
            || (process->state == LX_EXITED && process->code == 128 + SIGKILL))
        && lx_oom_read(process->oomFd, &count) && count > process->oomBefore;
}

/*
 * The descriptor says that it has ended.
 */
static int
End(struct lx_process *process, struct lx_err *err)
{
    int result = lx_reap(process);

    if (result < 0) {
        return lx_fail(err, errno, "cannot wait for pid %d", (int)process->pid);
    }
    if (result == 1) {
        process->state = process->reaped;
        if (process->control >= 0 && process->owner == getpid()) {
            ReadStatus(process);
        }
        lx_fd_close(&process->control);
        process->oom = KilledByLimit(process);
        lx_fd_close(&process->oomFd);
    }
    return result;
}

/*
 * While one is waited for, whatever else ends is reaped: see lxReap.c.
 */
int
lx_process_wait(struct lx_process *process, int timeoutMs, struct lx_err *err)
{
    long deadline = lx_now_ms() + timeoutMs;
    struct pollfd polls[2] = {
        {.fd = process->pidfd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};

    if (process->state != LX_RUNNING) {
        return 1;
    }
    polls[1].fd = lx_reap_fd(err);
    for (;;) {
        int result = poll(polls, 2, timeoutMs);

        if (result < 0 && errno != EINTR) {
            return lx_fail(
                err, errno, "cannot wait for pid %d", (int)process->pid);
        }
        if (result > 0 && polls[0].revents != 0) {
            result = End(process, err);
            if (result != 0) {
                return result;
            }
        }
        if (result > 0) {
            lx_reap_ready();
        }
        if (timeoutMs >= 0) {
            long left = deadline - lx_now_ms();

            if (left <= 0) {
                return 0;
            }
            timeoutMs = (int)left;
        }
    }
}

static int
Gone(const struct lx_process *process, struct lx_err *err)
{
    return lx_refuse(
        err, "NS", "EXITED", "pid %d has exited", (int)process->pid);
}

/*
 * The number of a process in its own pid namespace, the innermost one.
 */
static pid_t
InnerPid(pid_t pid)
{
    char numbers[512]; /* as many as pid namespaces can be in one another */
    const char *last;
    unsigned long number;

    if (!lx_proc_status(pid, "NSpid", numbers, sizeof(numbers))) {
        return pid;
    }
    last = strrchr(numbers, '\t');
    last = last != NULL ? last + 1 : numbers;
    return lx_number(last, &number) ? (pid_t)number : pid;
}

int
lx_process_open(pid_t pid, struct lx_process *process, struct lx_err *err)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

    *process = (struct lx_process){
        .pid = pid,
        .child = pid,
        .pidfd = -1,
        .control = -1,
        .oomFd = -1,
        .detached = true,
        .foreign = true};
    if (pidfd < 0) {
        return errno == ESRCH
            ? Gone(process, err)
            : lx_fail(err, errno, "cannot get hold of pid %d", (int)pid);
    }
    process->pidfd = lx_fd_high(pidfd);
    process->nspid = InnerPid(pid);
    return 0;
}

/*
 * A descriptor of the program below init. init tells of its end before it
 * reaps it. So when no word of that has come after the open, the number was
 * still the program's.
 */
static int
OpenProgram(const struct lx_process *process)
{
    struct lx_msg message;
    int fd = (int)syscall(SYS_pidfd_open, process->pid, 0);

    if (fd >= 0
        && recv(
               process->control, &message, sizeof(message),
               MSG_PEEK | MSG_DONTWAIT)
            >= 0) {
        lx_fd_close(&fd);
        errno = ESRCH;
    }
    return fd;
}

int
lx_process_signal(struct lx_process *process, int number, struct lx_err *err)
{
    LX_AUTOCLOSE int program = -1;
    int fd = process->pidfd;

    if (process->state != LX_RUNNING) {
        return Gone(process, err);
    }
    if (process->control >= 0) {
        fd = program = OpenProgram(process);
    }
    if (fd < 0 || syscall(SYS_pidfd_send_signal, fd, number, NULL, 0) != 0) {
        return errno == ESRCH
            ? Gone(process, err)
            : lx_fail(err, errno, "cannot signal pid %d", (int)process->pid);
    }
    return 0;
}

/*
 * SIGKILL to our child: with it goes its pid namespace, where it has one.
 * Where init has none of its own, the program would go on: so it comes first.
 */
void
lx_process_kill(struct lx_process *process)
{
    LX_AUTOCLOSE int program = -1;

    if (process->state != LX_RUNNING) {
        return;
    }
    if (process->control >= 0) {
        program = OpenProgram(process);
        syscall(SYS_pidfd_send_signal, program, SIGKILL, NULL, 0);
    }
    syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
}

int
lx_process_end(struct lx_process *process, struct lx_err *err)
{
    if (process->state != LX_RUNNING || process->detached
        || process->owner != getpid()) {
        return 0;
    }
    lx_process_kill(process);
    if (lx_process_wait(process, CLOSE_TIMEOUT, err) == 0) {
        return lx_refuse(
            err, "NS", "TIMEOUT", "pid %d is killed, but not gone after %d ms",
            (int)process->pid, CLOSE_TIMEOUT);
    }
    return 0;
}

void
lx_process_close(struct lx_process *process)
{
    struct lx_err ignored;

    lx_process_end(process, &ignored);
    lx_reap_letgo(process);
    lx_fd_close(&process->control);
    lx_fd_close(&process->oomFd);
}
