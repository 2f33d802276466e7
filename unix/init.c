/*
 * init.c --
 *
 *      nscg-init, the first process of a pid namespace (or the subreaper of
 *      the processes below it): a program of its own.
 *
 *      nscg-init PID ?detach?
 *
 *      It is started with every signal blocked, the control socket as
 *      descriptor 0, nothing else open, and PID as its child. It reaps every
 *      orphan, passes signals on to PID, and ends when PID does, with its
 *      status, after telling the other end of the socket how. When the other
 *      end closes, the interpreter is gone: so is then the container, unless
 *      it was detached.
 */

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lx.h"

#define CONTROL 0

static void
Say(int kind, int value)
{
    struct lx_msg message = {kind, value};

    send(CONTROL, &message, sizeof(message), MSG_NOSIGNAL);
}

/*
 * The status is told before the child is reaped. So whoever looks the child
 * up by its number, and then finds no word of its end, has the right process.
 */
static int
End(pid_t program)
{
    int status = 0;
    siginfo_t info;

    waitid(P_PID, (id_t)program, &info, WEXITED | WNOWAIT);
    if (info.si_code == CLD_EXITED) {
        Say(LX_MSG_STATUS, info.si_status);
    } else {
        Say(LX_MSG_STATUS, -info.si_status);
    }
    waitpid(program, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * Reaps the orphans; true when the program itself is among the dead.
 */
static bool
Reap(pid_t program)
{
    for (;;) {
        siginfo_t info;

        info.si_pid = 0;
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0
            || info.si_pid == 0) {
            return false;
        }
        if (info.si_pid == program) {
            return true;
        }
        waitpid(info.si_pid, NULL, 0);
    }
}

/*
 * What the terminal sends reaches every process of its foreground group: the
 * program has it already, unless it left our group.
 */
static void
PassOn(pid_t program, const struct signalfd_siginfo *info)
{
    if (info->ssi_code == SI_KERNEL && getpgid(program) == getpgrp()) {
        return;
    }
    kill(program, (int)info->ssi_signo);
}

int
main(int argc, char **argv)
{
    pid_t program = argc > 1 ? (pid_t)atoi(argv[1]) : 0;
    bool detached = argc > 2 && strcmp(argv[2], "detach") == 0;
    struct pollfd polls[2] = {{.fd = CONTROL}, {.events = POLLIN}};
    sigset_t all;

    if (program <= 0) {
        return 2;
    }
    prctl(PR_SET_NAME, "nscg-init");
    if (getpid() != 1) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    polls[1].fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    if (detached) {
        polls[0].fd = -1;
    }
    Say(LX_MSG_READY, 0);

    /* The program may have ended before there was a signalfd to tell. */
    while (!Reap(program)) {
        struct signalfd_siginfo info;

        poll(polls, 2, -1);
        if (polls[0].revents != 0) {
            kill(program, SIGKILL);
            return 128 + SIGKILL;
        }
        while (read(polls[1].fd, &info, sizeof(info)) == sizeof(info)) {
            if (info.ssi_signo != SIGCHLD) {
                PassOn(program, &info);
            }
        }
    }
    return End(program);
}
