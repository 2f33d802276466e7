/*
 * init.c --
 *
 *      nscg-init, a program of its own: the first process of a pid namespace
 *      (or the subreaper of the processes below it), and the last one before a
 *      program that comes from another root.
 *
 *      nscg-init watch detached|tied PID ?tell?
 *      nscg-init start detached|tied CONTROL PROGRAM COUNT PATH ... ARG ...
 *      nscg-init run   detached|tied CONTROL PROGRAM COUNT PATH ... ARG ...
 *
 *      It is started with every signal blocked, and as a subreaper where it is
 *      not process 1. watch: PID is its child, the control socket its
 *      descriptor 0, and nothing else is open. It reaps every orphan, passes
 *      signals on to PID, and ends when PID does, with its status, after
 *      telling the other end of the socket how. When the other end closes, the
 *      interpreter is gone: so is then the container, unless it is detached.
 *      With tell, it says when it is ready. start: executes the first of the
 *      paths that it can as its child, and watches it. run: executes it itself.
 *      CONTROL is the socket, COUNT the number of paths.
 *
 *      It is started with each container, so it does without the C library,
 *      whose start would cost more than all the rest: initStart.h has what is
 *      needed instead.
 */

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "initStart.h"
#include "lxChild.h"

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

/*
 * Every signal that has come; true when one of them says that a child ended.
 */
static bool
PassOnAll(int signals, pid_t program)
{
    struct signalfd_siginfo info = {0};
    bool ended = false;

    while (Call(SYS_read, signals, (long)&info, sizeof(info), 0, 0, 0)
           == sizeof(info)) {
        if (info.ssi_signo == SIGCHLD) {
            ended = true;
        } else {
            PassOn(program, &info);
        }
    }
    return ended;
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

/*
 * Until the program ends.
 */
static int
Watch(pid_t program, bool detached, bool tell)
{
    unsigned long all = ALL_SIGNALS;
    struct pollfd polls[2];
    siginfo_t how;

    Call(SYS_prctl, PR_SET_NAME, (long)"nscg-init", 0, 0, 0, 0);
    polls[0].fd = detached ? -1 : CONTROL; /* hang-up needs no asking for */
    polls[0].events = 0;
    polls[1].fd = -1;
    polls[1].events = POLLIN;
    if (tell) {
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
        if (PassOnAll(polls[1].fd, program)) {
            continue; /* it may be the program, and there is no other word */
        }
        polls[0].revents = 0;
        Call(SYS_ppoll, (long)polls, 2, 0, 0, 0, 0);
        if (polls[0].revents != 0) {
            Call(SYS_kill, program, SIGKILL, 0, 0, 0, 0);
            return 128 + SIGKILL;
        }
    }
    return End(&how);
}

/* -- Programs of another root --------------------------------------------- */

/* The words of start and run. */
struct words {
    bool detached;
    int control;
    struct lx_launch launch;
};

static void
ReadWords(struct words *words, char **argv, char **envp)
{
    int count = Number(argv[5]);

    words->detached = argv[2][0] == 'd';
    words->control = Number(argv[3]);
    words->launch.program = argv[4];
    words->launch.argv = argv + 6 + count;
    words->launch.envp = envp;
    /* The list of paths ends with a NULL: there is room for it in front. */
    for (int i = 5; i < 5 + count; i++) {
        argv[i] = argv[i + 1];
    }
    argv[5 + count] = NULL;
    words->launch.programs = (const char *const *)argv + 5;
}

/*
 * Returns only when the program cannot be executed.
 */
static int
Execute(struct words *words)
{
    struct lx_kernel kernel = {0};
    struct {
        struct lx_msg message;
        struct lx_err err;
    } report = {{LX_MSG_PID, 0}, {0}};
    unsigned long none = 0;

    report.message.value = (int)Call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    Call(
        SYS_sendto, words->control, (long)&report.message,
        sizeof(report.message), MSG_NOSIGNAL, 0, 0);
    Call(SYS_fcntl, words->control, F_SETFD, FD_CLOEXEC, 0, 0, 0);
    Call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, SIGSET_SIZE, 0, 0);
    lx_exec(&kernel, &words->launch, &report.err);
    report.message.kind = LX_MSG_ERROR;
    Call(
        SYS_sendto, words->control, (long)&report, sizeof(report), MSG_NOSIGNAL,
        0, 0);
    return 127;
}

/*
 * The program as our child; while it starts, we are suspended and it has our
 * memory, as after vfork(2). So it must leave by exec, or end.
 */
static int
Start(struct words *words)
{
    volatile bool failed = false;
    long program =
        Call(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0, 0);

    if (program == 0) {
        if (!words->detached) {
            Call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
        }
        Execute(words);
        failed = true;
        Call(SYS_exit_group, 127, 0, 0, 0, 0, 0);
    }
    if (program < 0 || failed) {
        return 127;
    }
    Call(SYS_dup3, words->control, CONTROL, 0, 0, 0, 0);
    Call(SYS_close_range, 1, ~0U, 0, 0, 0, 0);
    return Watch((pid_t)program, words->detached, true);
}

int
InitMain(int argc, char **argv, char **envp)
{
    struct words words = {0};

    if (argc < 4) {
        return 2;
    }
    if (argv[1][0] == 'w') {
        return Watch(Number(argv[3]), argv[2][0] == 'd', argc > 4);
    }
    ReadWords(&words, argv, envp);
    return argv[1][0] == 's' ? Start(&words) : Execute(&words);
}
