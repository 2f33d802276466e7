/*
 * init.c --
 *
 *      nscg-init, the first process of a pid namespace (or the subreaper of
 *      the processes below it): a program of its own.
 *
 *      nscg-init PID detached|tied ?tell?
 *
 *      It is started with every signal blocked, the control socket as
 *      descriptor 0, nothing else open, PID as its child, and as a subreaper
 *      where it is not process 1. It reaps every
 *      orphan, passes signals on to PID, and ends when PID does, with its
 *      status, after telling the other end of the socket how. When the other
 *      end closes, the interpreter is gone: so is then the container, unless
 *      it is detached. With a last word, it tells when it is ready.
 *
 *      It is started with each container, so it does without the C library,
 *      whose start would cost more than all the rest: initStart.h has what is
 *      needed instead.
 */

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "initStart.h"
#include "lxMsg.h"

#define CONTROL 0
#define ALL_SIGNALS (~0UL)
#define SIGSET_SIZE sizeof(unsigned long) /* the kernel's */

static long
Wait(int type, pid_t pid, siginfo_t *info, int options)
{
    info->si_pid = 0;
    return Call(SYS_waitid, type, pid, (long)info, options, 0, 0);
}

static void
Say(int kind, int value)
{
    struct lx_msg message = {kind, value};

    Call(
        SYS_sendto, CONTROL, (long)&message, sizeof(message), MSG_NOSIGNAL, 0,
        0);
}

/*
 * The status is told before the child is reaped. So whoever looks the child
 * up by its number, and then finds no word of its end, has the right process.
 */
static int
End(const siginfo_t *how)
{
    bool exited = how->si_code == CLD_EXITED;
    siginfo_t again;

    Say(LX_MSG_STATUS, exited ? how->si_status : -how->si_status);
    Wait(P_PID, how->si_pid, &again, WEXITED);
    return exited ? how->si_status : 128 + how->si_status;
}

/*
 * Reaps the orphans; true when the program itself is among the dead, and how
 * it ended.
 */
static bool
Reap(pid_t program, siginfo_t *how)
{
    while (Wait(P_ALL, 0, how, WEXITED | WNOHANG | WNOWAIT) == 0
           && how->si_pid != 0) {
        if (how->si_pid == program) {
            return true;
        }
        Wait(P_PID, how->si_pid, how, WEXITED);
    }
    return false;
}

/*
 * What the terminal sends reaches every process of its foreground group: the
 * program has it already, unless it left our group.
 */
static void
PassOn(pid_t program, const struct signalfd_siginfo *info)
{
    if (info->ssi_code == SI_KERNEL
        && Call(SYS_getpgid, program, 0, 0, 0, 0, 0)
            == Call(SYS_getpgid, 0, 0, 0, 0, 0, 0)) {
        return;
    }
    Call(SYS_kill, program, info->ssi_signo, 0, 0, 0, 0);
}

static void
PassOnAll(int signals, pid_t program)
{
    struct signalfd_siginfo info;

    while (Call(SYS_read, signals, (long)&info, sizeof(info), 0, 0, 0)
           == sizeof(info)) {
        if (info.ssi_signo != SIGCHLD) {
            PassOn(program, &info);
        }
    }
}

static pid_t
Number(const char *text)
{
    pid_t number = 0;

    while (*text >= '0' && *text <= '9') {
        number = number * 10 + (*text++ - '0');
    }
    return number;
}

int
InitMain(int argc, char **argv)
{
    pid_t program = argc > 1 ? Number(argv[1]) : 0;
    bool detached = argc > 2 && argv[2][0] == 'd';
    unsigned long all = ALL_SIGNALS;
    struct pollfd polls[2];
    siginfo_t how;

    if (program <= 0) {
        return 2;
    }
    Call(SYS_prctl, PR_SET_NAME, (long)"nscg-init", 0, 0, 0, 0);
    polls[0].fd = detached ? -1 : CONTROL; /* hang-up needs no asking for */
    polls[0].events = 0;
    polls[1].fd = -1;
    polls[1].events = POLLIN;
    if (argc > 3) {
        Say(LX_MSG_READY, 0);
    }
    /* A short program has ended by now, and a signal stays pending: what is
     * needed for waiting can wait. */
    while (!Reap(program, &how)) {
        if (polls[1].fd < 0) {
            polls[1].fd = (int)Call(
                SYS_signalfd4, -1, (long)&all, SIGSET_SIZE,
                SFD_CLOEXEC | SFD_NONBLOCK, 0, 0);
        }
        polls[0].revents = 0;
        Call(SYS_ppoll, (long)polls, 2, 0, 0, 0, 0);
        if (polls[0].revents != 0) {
            Call(SYS_kill, program, SIGKILL, 0, 0, 0, 0);
            return 128 + SIGKILL;
        }
        /* Before looking for the dead again, never after it: who dies in
         * between would be read away here, and waited for above. */
        PassOnAll(polls[1].fd, program);
    }
    return End(&how);
}
