/*
 * lxProcess.c --
 *
 *      A process that was launched: how it ends, and signals to it.
 *
 *      Only our own children are waited for, each by its pidfd: whatever else
 *      the interpreter runs is left to those who started it.
 */

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lx.h"
#include "lxMsg.h"

#define CLOSE_TIMEOUT 10000 /* ms for a killed process to be gone */

/*
 * Returns 1 when the descriptor is readable, 0 when the time is up.
 */
static int
WaitReadable(int fd, int timeoutMs)
{
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    long deadline = lx_now_ms() + timeoutMs;
    int result;

    while ((result = poll(&poller, 1, timeoutMs)) < 0 && errno == EINTR) {
        if (timeoutMs >= 0) {
            long left = deadline - lx_now_ms();

            timeoutMs = left > 0 ? (int)left : 0;
        }
    }
    return result;
}

/*
 * init says how the program ended: the exit status of init itself could not
 * tell a signal from a status above 128.
 */
static void
ReadStatus(struct lx_process *process)
{
    struct lx_msg message;

    while (recv(process->control, &message, sizeof(message), MSG_DONTWAIT)
           == sizeof(message)) {
        if (message.kind == LX_MSG_STATUS) {
            process->state = message.value < 0 ? LX_SIGNALED : LX_EXITED;
            process->code = message.value < 0 ? -message.value : message.value;
        }
    }
}

static int
Reap(struct lx_process *process, struct lx_err *err)
{
    siginfo_t info;
    long result;

    do {
        result = syscall(
            SYS_waitid, P_PIDFD, process->pidfd, &info, WEXITED | __WALL,
            &process->usage);
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
        lx_fail(err, errno, "cannot wait for pid %d", (int)process->pid);
        if (errno == ECHILD) {
            lx_hint(
                err,
                "something else in this process has waited for it, or "
                "SIGCHLD is ignored");
        }
        return -1;
    }
    process->state = info.si_code == CLD_EXITED ? LX_EXITED : LX_SIGNALED;
    process->code = info.si_status;
    if (process->control >= 0) {
        ReadStatus(process);
        lx_fd_close(&process->control);
    }
    lx_fd_close(&process->pidfd);
    return 1;
}

int
lx_process_wait(struct lx_process *process, int timeoutMs, struct lx_err *err)
{
    if (process->state != LX_RUNNING) {
        return 1;
    }
    if (WaitReadable(process->pidfd, timeoutMs) == 0) {
        return 0;
    }
    if (process->foreign) {
        process->state = LX_GONE;
        lx_fd_close(&process->pidfd);
        return 1;
    }
    return Reap(process, err);
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
    char path[64], buf[4096];
    const char *line;
    unsigned long number;

    lx_format(path, sizeof(path), "/proc/%d/status", (int)pid);
    if (lx_read_file(path, buf, sizeof(buf)) < 0
        || (line = strstr(buf, "\nNSpid:")) == NULL) {
        return pid;
    }
    line++;
    *strchrnul(line, '\n') = '\0';
    return lx_number(strrchr(line, '\t') + 1, &number) ? (pid_t)number : pid;
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
 */
void
lx_process_kill(struct lx_process *process)
{
    if (process->state == LX_RUNNING) {
        syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
    }
}

int
lx_process_close(struct lx_process *process, struct lx_err *err)
{
    int result = 0;

    if (process->state == LX_RUNNING && !process->detached) {
        lx_process_kill(process);
        result = lx_process_wait(process, CLOSE_TIMEOUT, err);
        if (result == 0) {
            lx_refuse(
                err, "NS", "TIMEOUT",
                "pid %d is killed, but not gone after %d ms", (int)process->pid,
                CLOSE_TIMEOUT);
        }
        result = result == 1 ? 0 : -1;
    }
    lx_fd_close(&process->pidfd);
    lx_fd_close(&process->control);
    return result;
}
