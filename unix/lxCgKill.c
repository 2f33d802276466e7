/*
 * lxCgKill.c --
 *
 *      A signal for all in a group and in those below it.
 *
 *      SIGKILL is given by the kernel itself, where version 2 has the file for
 *      it (Linux 5.14): nobody can fork out of that. All other signals, and
 *      SIGKILL elsewhere, go to each process of the kernel's list, read while
 *      they stand still if they can be stopped, and again if not.
 *
 *      A number in the list may be another process by the time it is used. So
 *      the list is read twice, and in between a descriptor of each process is
 *      opened: who is in the second list was a member while we held it.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#define BATCH 64
#define ROUNDS 10
#define STOP_MS 1000 /* for all to stand still, before it is tried without */

struct killing {
    const struct lx_cgkill *kill;
    struct lx_group *group;
    unsigned where;              /* those that are to be gone through */
    struct lx_cgmembers members; /* of now */
    struct lx_cgmembers told;    /* who has got it, in order */
    bool self;                   /* so has this process: it is the last */
    pid_t refused;               /* the first that was not ours to signal */
    int errnum;
};

/* -- One pass over the list ----------------------------------------------- */

static int
Members(
    const struct killing *killing, struct lx_cgmembers *members,
    struct lx_err *err)
{
    return lx_group_members(
        killing->group, killing->where, true, false, members, err);
}

/*
 * fd is -1 where the kernel has no such descriptors. There the number must do.
 */
static void
SignalOne(struct killing *killing, pid_t pid, int fd)
{
    int signal = killing->kill->signal;
    int result = fd >= 0
        ? (int)syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0)
        : kill(pid, signal);

    if (result != 0 && errno != ESRCH && killing->refused == 0) {
        killing->refused = pid;
        killing->errnum = errno;
    }
}

static int
SignalBatch(
    struct killing *killing, const pid_t *pids, size_t count,
    struct lx_err *err)
{
    struct lx_cgmembers again;
    int fds[BATCH];
    int result;

    for (size_t i = 0; i < count; i++) {
        fds[i] = (int)syscall(SYS_pidfd_open, pids[i], 0);
        if (fds[i] < 0 && errno == ESRCH) {
            fds[i] = -2;
        }
    }
    result = Members(killing, &again, err);
    for (size_t i = 0; i < count; i++) {
        if (result == 0 && fds[i] != -2 && lx_cgmembers_has(&again, pids[i])) {
            SignalOne(killing, pids[i], fds[i]);
        }
        if (fds[i] >= 0) {
            lx_fd_close(&fds[i]);
        }
    }
    lx_cgmembers_free(&again);
    return result;
}

/*
 * Everybody in the list who has not got it yet; SIGKILL is given again. How
 * many; -1: *err.
 */
static int
Pass(struct killing *killing, struct lx_err *err)
{
    bool again = killing->kill->signal == SIGKILL;
    pid_t batch[BATCH];
    size_t count = 0;
    int total = 0;

    for (size_t i = 0; i < killing->members.pids.count; i++) {
        pid_t pid = killing->members.pids.pids[i];

        if (pid == getpid()) {
            killing->self = true;
            continue;
        }
        if (pid <= 1 || (!again && lx_cgmembers_has(&killing->told, pid))) {
            continue;
        }
        batch[count++] = pid;
        if (count == BATCH) {
            if (SignalBatch(killing, batch, count, err) != 0) {
                return -1;
            }
            total += BATCH;
            count = 0;
        }
    }
    if (count > 0 && SignalBatch(killing, batch, count, err) != 0) {
        return -1;
    }
    /* Who is in the list now has got it, or is gone. */
    lx_cgmembers_free(&killing->told);
    killing->told = killing->members;
    killing->members = (struct lx_cgmembers){.unseen = 0};
    return total + (int)count;
}

/* -- Until all have it ---------------------------------------------------- */

/*
 * Looks who is there, and signals them. How many; -1: *err.
 */
static int
Round(struct killing *killing, struct lx_err *err)
{
    if (Members(killing, &killing->members, err) != 0) {
        return -1;
    }
    killing->self =
        killing->self || lx_cgmembers_has(&killing->members, getpid());
    return Pass(killing, err);
}

/*
 * One round is enough while all stand still: *done.
 */
static int
SignalFrozen(struct killing *killing, int index, bool *done, struct lx_err *err)
{
    bool before = lx_group_isfrozen(killing->group, index);
    int result = 0;

    *done = lx_group_stop(killing->group, index, STOP_MS) == 0;
    if (*done || errno == ETIMEDOUT) {
        result = Round(killing, err) < 0 ? -1 : 0;
    }
    if (!before || killing->kill->signal == SIGKILL) {
        lx_group_go(killing->group, index);
    }
    return result;
}

static bool
IsAlone(const struct lx_cgmembers *members)
{
    return members->unseen == 0
        && (members->pids.count == 0
            || (members->pids.count == 1 && members->pids.pids[0] == getpid()));
}

static int
TooLong(struct killing *killing, struct lx_err *err)
{
    char text[512];

    lx_refuse(
        err, "CGROUP", "TIMEOUT",
        "cannot kill group %q: not all in it were gone within %d ms",
        killing->group->name, killing->kill->timeoutMs);
    lx_hint(
        err,
        "in it: %s; who is frozen (also by a group above), or waits in the "
        "kernel (state D in ps), dies when that ends",
        lx_cgmembers_text(&killing->told, text, sizeof(text)));
    return -1;
}

static int
NotOurs(const struct killing *killing, struct lx_err *err)
{
    char name[64], signal[16];

    if (!lx_proc_name(killing->refused, name)) {
        name[0] = '\0';
    }
    return lx_fail(
        err, killing->errnum, "cannot send %s to pid %d (%s) of group %q",
        lx_signal_name(killing->kill->signal, signal), (int)killing->refused,
        name, killing->group->name);
}

/*
 * SIGKILL: until nobody is left.
 */
static int
SignalLoop(struct killing *killing, struct lx_err *err)
{
    struct lx_wait wait = lx_wait_begin(killing->kill->timeoutMs);

    do {
        if (Round(killing, err) < 0) {
            return -1;
        }
        if (IsAlone(&killing->told)) {
            return 0;
        }
        if (killing->refused != 0) {
            return NotOurs(killing, err);
        }
    } while (lx_wait_nap(&wait));
    return TooLong(killing, err);
}

/*
 * Others: until a round finds nobody new. Who was forked by those who have got
 * it is new as well, so that may go on for ever.
 */
static int
SignalRounds(struct killing *killing, struct lx_err *err)
{
    for (int i = 0; i < ROUNDS; i++) {
        int count = Round(killing, err);

        if (count <= 0) {
            return count;
        }
    }
    return 0;
}

static int
SignalAll(struct killing *killing, bool killed, struct lx_err *err)
{
    int index = lx_group_freezer(killing->group, killing->where);
    bool done = false;
    int result = 0;

    /* Who stops himself could not go on. Where the kernel has killed all of
     * version 2, few can be left on version 1. */
    if (index >= 0 && !killing->kill->self && !killed) {
        result = SignalFrozen(killing, index, &done, err);
    }
    if (result == 0 && killing->kill->signal == SIGKILL) {
        result = SignalLoop(killing, err);
    } else if (result == 0 && !done) {
        result = SignalRounds(killing, err);
    }
    if (result == 0 && killing->refused != 0) {
        result = NotOurs(killing, err);
    }
    if (result == 0 && killing->self && killing->kill->self) {
        kill(getpid(), killing->kill->signal);
    }
    return result;
}

/* -- By the kernel -------------------------------------------------------- */

/*
 * 1: it is done. 0: the kernel cannot.
 */
static int
KillByFile(struct lx_group *group, struct lx_err *err)
{
    const int index = group->cgroups->unified;

    if (lx_group_write(group, index, "cgroup.kill", "1") == 0) {
        return 1;
    }
    if (errno == EOPNOTSUPP || errno == ENOENT || errno == ENODEV) {
        return 0; /* it is threaded; or the kernel is older */
    }
    lx_fail(err, errno, "cannot kill group %q", group->name);
    lx_group_why(group, index, "cgroup.kill", err);
    return -1;
}

/*
 * Version 1 lets no one die who stands still.
 */
static void
ThawVersion1(struct lx_group *group, unsigned where)
{
    const int index = lx_cgroups_of(group->cgroups, LX_CG_FREEZER);

    if (index >= 0 && (where & (1u << index))
        && lx_group_isfrozen(group, index)) {
        lx_group_go(group, index);
    }
}

int
lx_group_kill(
    struct lx_group *group, unsigned where, const struct lx_cgkill *request,
    struct lx_err *err)
{
    struct killing killing = {.kill = request, .group = group, .where = where};
    const int unified = group->cgroups->unified;
    int killed = 0, result;

    if (lx_group_noroot(group, "kill", err) != 0
        || (!request->self
            && lx_group_noself(group, where, "kill", err) != 0)) {
        return -1;
    }
    if (request->signal == SIGKILL) {
        ThawVersion1(group, where);
        if (unified >= 0 && (where & (1u << unified))) {
            killed = KillByFile(group, err);
        }
    }
    result = killed < 0 ? -1 : SignalAll(&killing, killed > 0, err);
    lx_cgmembers_free(&killing.members);
    lx_cgmembers_free(&killing.told);
    return result;
}
