/*
 * lxScope.c --
 *
 *      Moves of a thread that end where they began.
 *
 *      What is a thread's own cannot be in the state of an interpreter: one
 *      thread may have several, and it is the thread that moves.
 *
 *      A descriptor of the namespace where the thread is, which costs more to
 *      get than a move, is kept from one scope to the next. It is true since
 *      whatever else in nscg moves a thread forgets it.
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

#define NONE \
    { \
        [0 ... LX_KINDS - 1] = -1 \
    }

static _Thread_local struct {
    struct lx_scope *inner; /* the innermost that is begun; or NULL */
    int here[LX_KINDS];     /* where this thread is; -1: not known */
    unsigned lostKinds;     /* it is not where it should be: */
    struct lx_home lost;
} thread = {.here = NONE, .lost = {NONE, -1, -1}};

/*
 * With another user namespace the rights are others, to come home as well.
 */
void
lx_thread_forget(unsigned kinds)
{
    if (kinds & LX_KIND_BIT(LX_USER)) {
        kinds = LX_KINDS_ALL;
    }
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (kinds & LX_KIND_BIT(kind)) {
            lx_fd_close(&thread.here[kind]);
        }
    }
}

/* ------------------------------------------------------------------------
 * Lost.
 */

static void
CloseKinds(struct lx_home *home, unsigned kinds)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (kinds & LX_KIND_BIT(kind)) {
            lx_fd_close(&home->fd[kind]);
        }
    }
    if (kinds & LX_KIND_BIT(LX_MNT)) {
        lx_fd_close(&home->folder);
        lx_fd_close(&home->root);
    }
}

static int
RefuseLost(unsigned kinds, int errnum, struct lx_err *err)
{
    char names[LX_KIND_NAMES], why[80];

    lx_format(why, sizeof(why), "%s", strerror(errnum));
    why[0] = (char)tolower((unsigned char)why[0]);
    lx_refuse(
        err, "NS", "LOST",
        "this thread is in another %s namespace and cannot come home: %s",
        lx_kind_names(kinds, names, sizeof(names)), why);
    lx_hint(
        err,
        "each command of nscg tries again, and does nothing in this thread "
        "before it is home");
    return -1;
}

/*
 * What a later or outer scope says of home is what counts.
 */
static void
Lose(struct lx_home *home, unsigned kinds)
{
    CloseKinds(&thread.lost, kinds);
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (kinds & LX_KIND_BIT(kind)) {
            thread.lost.fd[kind] = home->fd[kind];
            home->fd[kind] = -1;
        }
    }
    if (kinds & LX_KIND_BIT(LX_MNT)) {
        thread.lost.folder = home->folder;
        thread.lost.root = home->root;
        home->folder = home->root = -1;
    }
    thread.lostKinds |= kinds;
}

static void
Found(unsigned kinds)
{
    kinds &= thread.lostKinds;
    if (kinds != 0) {
        CloseKinds(&thread.lost, kinds);
        thread.lostKinds &= ~kinds;
    }
}

bool
lx_thread_lost(void)
{
    return thread.lostKinds != 0;
}

int
lx_thread_home(struct lx_err *err)
{
    unsigned lost;

    if (thread.lostKinds == 0) {
        return 0;
    }
    lost = lx_home_return(&thread.lost, thread.lostKinds);
    if (lost != 0) {
        RefuseLost(lost, errno, err);
    }
    Found(~lost);
    return lost == 0 ? 0 : -1;
}

/* ------------------------------------------------------------------------
 * There.
 */

static int
CannotHold(
    const struct lx_home *home, unsigned kinds, int errnum, struct lx_err *err)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if ((kinds & LX_KIND_BIT(kind)) && home->fd[kind] < 0) {
            return lx_fail(
                err, errnum, "cannot hold this thread's %s namespace",
                lx_kinds[kind].name);
        }
    }
    return lx_fail(err, errnum, "cannot hold the working folder and the root");
}

/*
 * Holds where this thread is; *opened: what was not known. Of mnt nothing is
 * kept: the folders can change.
 */
static int
Hold(struct lx_home *home, unsigned kinds, unsigned *opened, struct lx_err *err)
{
    unsigned unknown = kinds;
    int errnum;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (thread.here[kind] >= 0) {
            unknown &= ~LX_KIND_BIT(kind);
        }
    }
    *opened = unknown;
    errnum = lx_home_open(home, unknown);
    if (errnum != 0) {
        CannotHold(home, unknown, errnum, err);
        lx_home_close(home);
        return -1;
    }
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (kinds & ~unknown & LX_KIND_BIT(kind)) {
            home->fd[kind] = thread.here[kind];
            thread.here[kind] = -1;
        }
    }
    return 0;
}

/*
 * Home, and what was held is kept for the next scope.
 */
static int
Return(struct lx_home *home, unsigned kinds, struct lx_err *err)
{
    unsigned lost = lx_home_return(home, kinds);

    if (lost != 0) {
        RefuseLost(lost, errno, err);
        Lose(home, lost);
    }
    if (thread.lostKinds != 0) {
        Found(kinds & ~lost);
    }
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (kind != LX_MNT && home->fd[kind] >= 0) {
            lx_fd_close(&thread.here[kind]);
            thread.here[kind] = home->fd[kind];
            home->fd[kind] = -1;
        }
    }
    lx_home_close(home);
    return lost == 0 ? 0 : -1;
}

int
lx_scope_end(struct lx_scope *scope, struct lx_err *err)
{
    thread.inner = scope->outer;
    return Return(&scope->home, scope->kinds, err);
}

bool
lx_scope_inner(const struct lx_scope *scope)
{
    return thread.inner == scope;
}

/*
 * There is a failure already: only one that is worse takes its place.
 */
static int
Abandon(struct lx_scope *scope, struct lx_err *err)
{
    struct lx_err worse;

    if (lx_scope_end(scope, &worse) != 0) {
        *err = worse;
    }
    return -1;
}

static int
Enter(const struct lx_home *home, enum lx_kind kind)
{
    /* The folders of mnt are not those that the thread had; whether it may
     * have those again is asked before it has left them. */
    if ((kind == LX_MNT && fchdir(home->folder) != 0)
        || setns(home->fd[kind], (int)lx_kinds[kind].flag) != 0) {
        return -1;
    }
    return kind == LX_MNT && lx_home_return(home, LX_KIND_BIT(LX_MNT)) != 0 ? -1
                                                                            : 0;
}

/*
 * The right to come home is what it takes to enter where one is; whoever is
 * root in a user namespace only has none to go back to what lies around it.
 * Asked once for each descriptor.
 */
static int
TryHome(const struct lx_home *home, unsigned kinds, struct lx_err *err)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (!(kinds & LX_KIND_BIT(kind))
            || Enter(home, (enum lx_kind)kind) == 0) {
            continue;
        }
        if (errno == EPERM && !lx_capable(CAP_SYS_ADMIN)) {
            return 0; /* nor may it leave, and the kernel will say so */
        }
        if (errno != EPERM) {
            return lx_fail(
                err, errno, "cannot enter this thread's %s namespace",
                lx_kinds[kind].name);
        }
        lx_refuse(
            err, "NS", "NOTBACK",
            "a thread that leaves this %s namespace cannot come home: it "
            "takes CAP_SYS_ADMIN in the user namespace that owns it",
            lx_kinds[kind].name);
        lx_hint(
            err,
            "a namespace made together with one's user namespace can be left "
            "for a while");
        return -1;
    }
    return 0;
}

/*
 * leaving: those of the kinds in which the thread is going to move.
 */
static int
Begin(
    struct lx_scope *scope, unsigned kinds, unsigned leaving,
    struct lx_err *err)
{
    unsigned opened;

    if (((leaving & LX_KIND_BIT(LX_MNT)) && lx_folder_part(err) != 0)
        || Hold(&scope->home, kinds, &opened, err) != 0) {
        return -1;
    }
    scope->kinds = kinds;
    scope->outer = thread.inner;
    thread.inner = scope;
    if (TryHome(&scope->home, opened & leaving, err) != 0) {
        thread.inner = scope->outer;
        lx_home_close(&scope->home);
        return -1;
    }
    return 0;
}

static int
RefuseKinds(unsigned kinds, struct lx_err *err)
{
    char names[LX_KIND_NAMES];

    kinds &= ~LX_KINDS_BACK;
    if (kinds == 0) {
        return 0;
    }
    lx_refuse(
        err, "NS", "NOTBACK",
        "a thread cannot come home from another %s namespace, so no script is "
        "run there: %s",
        lx_kind_names(kinds, names, sizeof(names)),
        kinds & LX_KIND_BIT(LX_USER) ? "the right to leave is lost on entry"
            : kinds & LX_KIND_BIT(LX_PID)
            ? "a process keeps its number, only its children are in another"
            : "it is entered for good, or by children only");
    lx_hint(
        err,
        "a program can be: ns clone or ns exec, with -new or -join; -kinds "
        "names what a script can be in: cgroup, ipc, mnt, net and uts");
    return -1;
}

/*
 * A handle's namespace needs no look at what it is: the kernel knows. Any
 * other way, and any failure, takes the long road.
 */
static bool
EnterHandle(
    struct lx_scope *scope, const struct lx_target *target, unsigned kinds)
{
    struct lx_err ignored;
    int kind = kinds != 0 ? __builtin_ctz(kinds) : lx_ns_kind(target->fd);

    if (kind < 0 || kind == LX_MNT || LX_KIND_BIT(kind) & ~LX_KINDS_BACK
        || (kinds & (kinds - 1)) != 0
        || Begin(scope, LX_KIND_BIT(kind), LX_KIND_BIT(kind), &ignored) != 0) {
        return false;
    }
    if (setns(target->fd, (int)lx_kinds[kind].flag) != 0) {
        lx_scope_end(scope, &ignored);
        return false;
    }
    return true;
}

int
lx_scope_setns(
    struct lx_scope *scope, const struct lx_target *target, unsigned kinds,
    struct lx_err *err)
{
    struct lx_setns move;
    int result = -1;

    if (target->fd >= 0 && EnterHandle(scope, target, kinds)) {
        return 0;
    }
    if (RefuseKinds(kinds, err) != 0) {
        return -1;
    }
    if (lx_setns_prepare(&move, target, kinds, err) == 0
        && RefuseKinds(move.kinds, err) == 0
        && Begin(scope, kinds != 0 ? kinds : move.kinds, move.kinds, err)
            == 0) {
        result =
            lx_setns_run(&move, move.kinds, err) == 0 ? 0 : Abandon(scope, err);
    }
    lx_setns_free(&move);
    return result;
}

int
lx_scope_unshare(
    struct lx_scope *scope, const struct lx_unshare *move, struct lx_err *err)
{
    if (RefuseKinds(move->kinds, err) != 0
        || Begin(scope, move->kinds, move->kinds, err) != 0) {
        return -1;
    }
    return lx_unshare_run(move, err) == 0 ? 0 : Abandon(scope, err);
}

/* ------------------------------------------------------------------------
 * Away: out of every scope, and back into where the innermost was.
 */

int
lx_away_begin(struct lx_away *away, struct lx_err *err)
{
    unsigned lost = 0, opened;

    away->kinds = 0;
    for (struct lx_scope *scope = thread.inner; scope != NULL;
         scope = scope->outer) {
        away->kinds |= scope->kinds;
    }
    if (Hold(&away->there, away->kinds, &opened, err) != 0) {
        return -1;
    }
    away->scopes = thread.inner;
    for (struct lx_scope *scope = thread.inner; scope != NULL;
         scope = scope->outer) {
        lost =
            (lost & ~scope->kinds) | lx_home_return(&scope->home, scope->kinds);
    }
    if (lost != 0) {
        RefuseLost(lost, errno, err);
        lx_home_return(&away->there, away->kinds);
        lx_home_close(&away->there);
        return -1;
    }
    thread.inner = NULL;
    return 0;
}

/*
 * The scopes end as ever, wherever this has led.
 */
int
lx_away_end(struct lx_away *away, struct lx_err *err)
{
    char names[LX_KIND_NAMES];
    unsigned lost;
    int errnum;

    lx_thread_forget(away->kinds);
    lost = lx_home_return(&away->there, away->kinds);
    errnum = errno;
    lx_home_close(&away->there);
    thread.inner = away->scopes;
    if (lost == 0) {
        return 0;
    }
    return lx_fail(
        err, errnum,
        "events were served at home, and this thread cannot go back into the "
        "%s namespace of the script",
        lx_kind_names(lost, names, sizeof(names)));
}

void
lx_thread_leave(void)
{
    for (const struct lx_scope *scope = thread.inner; scope != NULL;
         scope = scope->outer) {
        lx_home_return(&scope->home, scope->kinds);
    }
    thread.inner = NULL;
}
