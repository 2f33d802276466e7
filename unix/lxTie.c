/*
 * lxTie.c --
 *
 *      What ties a new process to its parent, and what it has of it that it
 *      must not keep: signals and descriptors. Runs in the child.
 */

#include <errno.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lxChild.h"

#define SIGSET_SIZE 8 /* the kernel's, not glibc's */

/* -- The socket to the parent --------------------------------------------- */

void
lx_child_say(const struct lx_child *child, int kind, int value)
{
    struct lx_msg message = {kind, value};

    if (!lx_recording(child->kernel)) {
        syscall(
            SYS_sendto, child->control, &message, sizeof(message), MSG_NOSIGNAL,
            NULL, 0);
    }
}

void
lx_child_sayerror(struct lx_child *child, const struct lx_err *err)
{
    struct {
        struct lx_msg message;
        struct lx_err err;
    } report = {{LX_MSG_ERROR, 0}, *err};

    if (child->quiet) {
        child->err = *err;
        child->failed = true;
        return;
    }
    syscall(
        SYS_sendto, child->control, &report, sizeof(report), MSG_NOSIGNAL, NULL,
        0);
}

/*
 * Does not return. It must not be seen to: what AddressSanitizer does before a
 * call that never returns is about the stack of a thread, which ours is not.
 */
void
lx_child_leave(int status)
{
    syscall(SYS_exit_group, status);
}

/* -- Signals -----------------------------------------------------------------
 *
 * Every signal is blocked from before the clone. A handler of the
 * interpreter's must not run here, where it would write to the interpreter's
 * memory; so all are reset before any is let through. A signal that is ignored
 * stays so, as execve(2) has it, where the kernel can tell it from one that is
 * handled; but for SIGPIPE, which Tcl ignores for its own good, and SIGCHLD:
 * who ignores that cannot wait for children, and init must.
 */

static void
ResetSignals(const struct lx_child *child)
{
    struct {
        void (*handler)(int);
        unsigned long flags;
        void *restorer;
        unsigned long mask;
    } action = {SIG_DFL, 0, NULL, 0};

    if (child->handlersReset) {
        syscall(SYS_rt_sigaction, SIGPIPE, &action, NULL, SIGSET_SIZE);
        syscall(SYS_rt_sigaction, SIGCHLD, &action, NULL, SIGSET_SIZE);
        return;
    }
    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, &action, NULL, SIGSET_SIZE);
    }
}

void
lx_child_unblock(void)
{
    unsigned long none = 0;

    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, SIGSET_SIZE);
}

/*
 * The kernel forgets this at every change of ids, so it is said again last.
 */
void
lx_child_tie(const struct lx_child *child)
{
    if (!child->launch->detach) {
        LX_SYS(child->kernel, prctl, "Pd", PR_SET_PDEATHSIG, SIGKILL);
    }
}

/*
 * True when the parent has ended: its pidfd tells in every pid namespace,
 * where getppid(2) may not.
 */
bool
lx_child_orphaned(const struct lx_child *child)
{
    struct pollfd poller = {.fd = child->self, .events = POLLIN};
    struct timespec none = {0, 0};

    return !child->launch->detach
        && syscall(SYS_ppoll, &poller, 1, &none, NULL, 0) == 1;
}

/* -- The beginning -------------------------------------------------------- */

/*
 * Descriptors of our own, and of those only what the launch needs: what a step
 * finds under /proc/self/fd, following a link in an untrusted root, must not be
 * the interpreter's (CVE-2024-21626). The last range comes first: of what it
 * takes away, no copy is made.
 */
static void
TakeDescriptors(const struct lx_child *child)
{
    int last = child->keep[child->keepCount - 1];
    int start = 3;

    if (syscall(
            SYS_close_range, last + 1, ~0U,
            child->quiet ? CLOSE_RANGE_UNSHARE : 0)
        != 0) {
        syscall(SYS_unshare, CLONE_FILES); /* Linux 5.8 and older */
    }
    for (size_t i = 0; i < child->keepCount; i++) {
        if (child->keep[i] > start) {
            syscall(SYS_close_range, start, child->keep[i] - 1, 0);
        }
        start = child->keep[i] + 1;
    }
}

/*
 * From the prctl on the kernel ends us with the parent. It may have gone
 * before.
 */
void
lx_child_begin(const struct lx_child *child)
{
    TakeDescriptors(child);
    ResetSignals(child);
    lx_child_tie(child);
    if (lx_child_orphaned(child)) {
        lx_child_leave(127);
    }
}
