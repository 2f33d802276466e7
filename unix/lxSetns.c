/*
 * lxSetns.c --
 *
 *      This thread moves to namespaces that exist.
 *
 *      Those of a process are entered by one call where the kernel has it
 *      (Linux 5.8, setns(2) of a pidfd): all or none, with the user namespace
 *      taken into account for the others' rights whichever way round it has
 *      to be. Otherwise they are entered one by one, with a way back.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

/* ------------------------------------------------------------------------
 * What there is to be joined.
 */

static void
Whose(struct lx_setns *move, const struct lx_target *target)
{
    if (target->path != NULL) {
        lx_format(move->whose, sizeof(move->whose), "%q", target->path);
    } else if (target->pid > 0) {
        lx_format(move->whose, sizeof(move->whose), "pid %d", (int)target->pid);
    } else {
        lx_format(
            move->whose, sizeof(move->whose), "%s",
            target->self ? "self" : "the handle");
    }
}

/*
 * Opens one namespace, if it is not where this thread is already.
 */
static int
Want(
    struct lx_setns *move, const struct lx_target *target, enum lx_kind kind,
    bool named, struct lx_err *err)
{
    int fd = lx_ns_open(target, kind, err);

    if (fd < 0) {
        return -1;
    }
    if (lx_ns_mine(fd, kind)) {
        lx_fd_close(&fd);
        if (named && kind == LX_USER) {
            return lx_refuse(
                err, "NS", "SAME",
                "the user namespace of %s is this thread's own already, and "
                "the kernel allows no second entry",
                move->whose);
        }
        return 0;
    }
    move->fd[kind] = fd;
    move->kinds |= LX_KIND_BIT(kind);
    return 0;
}

/*
 * A process's children can be put into its own pid namespace or one below it.
 */
static bool
IsBelow(int pidNs)
{
    struct lx_err ignored;
    struct lx_target self = {.self = true, .pidfd = -1, .fd = -1};
    LX_AUTOCLOSE int own = lx_ns_open(&self, LX_PID, &ignored);
    LX_AUTOCLOSE int fd = fcntl(pidNs, F_DUPFD_CLOEXEC, 3);
    uint64_t home, inode;

    if (own < 0 || fd < 0 || lx_ns_inode(own, &home) != 0) {
        return true; /* not known: let the kernel say */
    }
    while (lx_ns_inode(fd, &inode) == 0 && inode != home) {
        int parent = ioctl(fd, NS_GET_PARENT);

        lx_fd_close(&fd);
        fd = parent;
        if (fd < 0) {
            return false;
        }
    }
    return true;
}

/*
 * What the kernel would refuse with no more than EINVAL.
 */
static int
Check(const struct lx_setns *move, struct lx_err *err)
{
    const unsigned whole = LX_KIND_BIT(LX_USER) | LX_KIND_BIT(LX_TIME);
    char what[sizeof(move->whose) + 64], names[LX_KIND_NAMES];

    lx_format(
        what, sizeof(what), "cannot enter the %s namespace%s of %s",
        lx_kind_names(move->kinds & whole, names, sizeof(names)),
        (move->kinds & whole) == whole ? "s" : "", move->whose);
    if ((move->kinds & whole)
        && lx_refuse_threads(
               err, what,
               "ns clone -join or ns exec -join; -kinds names what "
               "can be entered from here")
            != 0) {
        return -1;
    }
    if ((move->kinds & LX_KIND_BIT(LX_PID)) && !IsBelow(move->fd[LX_PID])) {
        return lx_refuse(
            err, "NS", "NOTBELOW",
            "the pid namespace of %s is not below this process's own: "
            "children can be put only there",
            move->whose);
    }
    return 0;
}

static int
WantAll(
    struct lx_setns *move, const struct lx_target *target, unsigned kinds,
    bool named, struct lx_err *err)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if ((kinds & LX_KIND_BIT(kind))
            && Want(move, target, (enum lx_kind)kind, named, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * Opens all that differs from this thread's, of the kinds named or (0) of all
 * that the target has, and checks. move->kinds says which they are. To be
 * freed, also on failure.
 */
int
lx_setns_prepare(
    struct lx_setns *move, const struct lx_target *target, unsigned kinds,
    struct lx_err *err)
{
    struct lx_target held = *target;
    LX_AUTOCLOSE int pidfd = -1;
    bool named = kinds != 0;

    move->kinds = 0;
    move->pidfd = -1;
    for (int kind = 0; kind < LX_KINDS; kind++) {
        move->fd[kind] = -1;
    }
    Whose(move, target);
    if (target->pid > 0) {
        move->pidfd = (int)syscall(SYS_pidfd_open, target->pid, 0);
    }
    if (lx_target_hold(&held, &pidfd, err) != 0
        || (!named && lx_target_kinds(&held, &kinds, err) != 0)
        || WantAll(move, &held, kinds, named, err) != 0) {
        return -1;
    }
    return Check(move, err);
}

void
lx_setns_free(struct lx_setns *move)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        lx_fd_close(&move->fd[kind]);
    }
    lx_fd_close(&move->pidfd);
}

/* ------------------------------------------------------------------------
 * A refusal explained.
 */

/*
 * A namespace whose owner cannot be asked for belongs to a user namespace
 * outside of this one.
 */
static bool
OwnerIsOutside(int fd)
{
    LX_AUTOCLOSE int owner = ioctl(fd, NS_GET_USERNS);

    return owner < 0 && errno == EPERM;
}

static void
HintForEntry(const struct lx_setns *move, unsigned kinds, struct lx_err *err)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if ((kinds & LX_KIND_BIT(kind)) && OwnerIsOutside(move->fd[kind])) {
            lx_hint(
                err,
                "the %s namespace belongs to a user namespace outside "
                "of this one",
                lx_kinds[kind].name);
            return;
        }
    }
    if (kinds & LX_KIND_BIT(LX_USER)) {
        lx_hint(
            err,
            "to enter a user namespace it takes CAP_SYS_ADMIN in it: "
            "its maker has that, and root of the one around it");
    } else {
        lx_hint(
            err,
            "it takes CAP_SYS_ADMIN in the user namespace that owns "
            "what is entered, and in one's own");
    }
}

static int
Refused(
    const struct lx_setns *move, unsigned kinds, int errnum, struct lx_err *err)
{
    char names[LX_KIND_NAMES];

    if (errnum == ESRCH) {
        return lx_refuse(err, "NS", "EXITED", "%s has exited", move->whose);
    }
    lx_fail(
        err, errnum, "cannot enter the %s namespace%s of %s",
        lx_kind_names(kinds, names, sizeof(names)),
        kinds & (kinds - 1) ? "s" : "", move->whose);
    if (errnum == EPERM) {
        HintForEntry(move, kinds, err);
    }
    return -1;
}

/* ------------------------------------------------------------------------
 * The move.
 */

/*
 * Does setns(2) take a pidfd? To enter one's own uts namespace changes
 * nothing, and an older kernel says EINVAL to it.
 */
static bool
TakesPidfd(void)
{
    LX_AUTOCLOSE int self = (int)syscall(SYS_pidfd_open, getpid(), 0);

    return self >= 0
        && (setns(self, (int)lx_kinds[LX_UTS].flag) == 0 || errno != EINVAL);
}

static int
EnterOne(struct lx_setns *move, int kind, unsigned *entered)
{
    if (setns(move->fd[kind], (int)lx_kinds[kind].flag) != 0) {
        return -1;
    }
    *entered |= LX_KIND_BIT(kind);
    return 0;
}

/*
 * With the rights that this thread has now, as far as they reach; what is
 * left, with those that it has in the user namespace.
 */
static int
EnterEach(
    struct lx_setns *move, unsigned kinds, unsigned *entered,
    struct lx_err *err)
{
    const unsigned user = LX_KIND_BIT(LX_USER);
    bool later = (kinds & user) != 0;

    for (int round = 0; round < 2; round++) {
        for (int kind = 0; kind < LX_KINDS; kind++) {
            if (!(kinds & ~user & ~*entered & LX_KIND_BIT(kind))
                || EnterOne(move, kind, entered) == 0) {
                continue;
            }
            if (errno != EPERM || !later) {
                return Refused(move, LX_KIND_BIT(kind), errno, err);
            }
        }
        if (later && EnterOne(move, LX_USER, entered) != 0) {
            return Refused(move, user, errno, err);
        }
        later = false;
    }
    return 0;
}

/*
 * All or none, or else the way back is tried, and what is lost is said.
 */
static int
Enter(struct lx_setns *move, unsigned kinds, struct lx_err *err)
{
    struct lx_home home;
    unsigned entered = 0;
    int result;

    if (move->pidfd >= 0 && TakesPidfd()) {
        return setns(move->pidfd, (int)lx_kind_flags(kinds)) == 0
            ? 0
            : Refused(move, kinds, errno, err);
    }
    lx_home_open(&home, kinds);
    result = EnterEach(move, kinds, &entered, err);
    if (result != 0) {
        lx_home_lost(err, lx_home_return(&home, entered));
    }
    lx_home_close(&home);
    return result;
}

/*
 * Enters those of move->kinds that are in kinds.
 */
int
lx_setns_run(struct lx_setns *move, unsigned kinds, struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};

    kinds &= move->kinds;
    if (kinds == 0) {
        return 0;
    }
    lx_thread_forget(kinds);
    if (((kinds & LX_KIND_BIT(LX_MNT)) && lx_folder_part(err) != 0)
        || Enter(move, kinds, err) != 0) {
        return -1;
    }
    return kinds & LX_KIND_BIT(LX_USER) ? lx_become_root(&kernel, err) : 0;
}
