/*
 * lxCgFreeze.c --
 *
 *      A group stands still, and goes on: by version 2, where every group can,
 *      or by the freezer of version 1.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

#define SWITCH2 "cgroup.freeze"
#define SWITCH1 "freezer.state"

int
lx_group_freezer(struct lx_group *group, unsigned where)
{
    const struct lx_cgroups *cgroups = group->cgroups;
    int old = lx_cgroups_of(cgroups, LX_CG_FREEZER);

    if (cgroups->unified >= 0 && (where & (1u << cgroups->unified))
        && lx_group_has(group, cgroups->unified, SWITCH2)) {
        return cgroups->unified;
    }
    return old >= 0 && (where & (1u << old)) ? old : -1;
}

static bool
IsVersion2(const struct lx_group *group, int index)
{
    return group->cgroups->list[index].version == 2;
}

/*
 * The group's own switch: it may stand still without that, for one above it.
 */
bool
lx_group_isfrozen(struct lx_group *group, int index)
{
    const char *file =
        IsVersion2(group, index) ? SWITCH2 : "freezer.self_freezing";
    char text[16];

    return lx_group_read(group, index, file, text, sizeof(text)) > 0
        && text[0] == '1';
}

/* -- Version 2 ------------------------------------------------------------ */

/*
 * Does it stand still, by cgroup.events? -1: errno.
 */
static int
Frozen(int fd)
{
    char text[256];
    ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
    unsigned long frozen;

    if (len < 0) {
        return -1;
    }
    text[len] = '\0';
    return lx_cgvalue(text, "frozen", &frozen) && frozen == 1;
}

static int
Remaining(long end)
{
    long left = end - lx_now_ms();

    return end < 0 ? 1000 : left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
}

/*
 * The kernel wakes those who poll the file at each change.
 */
static int
AwaitFrozen(struct lx_group *group, int index, int timeoutMs)
{
    LX_AUTOCLOSE int fd =
        lx_group_open(group, index, "cgroup.events", O_RDONLY);
    long end = timeoutMs < 0 ? -1 : lx_now_ms() + timeoutMs;

    while (fd >= 0) {
        struct pollfd poller = {.fd = fd, .events = POLLPRI};
        int frozen = Frozen(fd);

        if (frozen != 0) {
            return frozen > 0 ? 0 : -1;
        }
        if (Remaining(end) == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        poll(&poller, 1, Remaining(end));
    }
    return -1;
}

/* -- Version 1 ------------------------------------------------------------ */

/*
 * Reading the state is what makes the kernel look whether all stand still;
 * writing it again stops those who were forked meanwhile.
 */
static int
AwaitState(struct lx_group *group, int index, int timeoutMs)
{
    struct lx_wait wait = lx_wait_begin(timeoutMs);
    char text[32];

    for (;;) {
        if (lx_group_read(group, index, SWITCH1, text, sizeof(text)) < 0) {
            return -1;
        }
        if (strncmp(text, "FROZEN", 6) == 0) {
            return 0;
        }
        if (!lx_wait_nap(&wait)) {
            errno = ETIMEDOUT;
            return -1;
        }
        if (lx_group_write(group, index, SWITCH1, "FROZEN") != 0) {
            return -1;
        }
    }
}

/* ------------------------------------------------------------------------ */

int
lx_group_stop(struct lx_group *group, int index, int timeoutMs)
{
    if (IsVersion2(group, index)) {
        return lx_group_write(group, index, SWITCH2, "1") != 0
            ? -1
            : AwaitFrozen(group, index, timeoutMs);
    }
    return lx_group_write(group, index, SWITCH1, "FROZEN") != 0
        ? -1
        : AwaitState(group, index, timeoutMs);
}

int
lx_group_go(struct lx_group *group, int index)
{
    return IsVersion2(group, index)
        ? lx_group_write(group, index, SWITCH2, "0")
        : lx_group_write(group, index, SWITCH1, "THAWED");
}

static int
Refused(
    struct lx_group *group, int index, const char *action, struct lx_err *err)
{
    const char *file = IsVersion2(group, index) ? SWITCH2 : SWITCH1;

    lx_fail(err, errno, "cannot %s group %q", action, group->name);
    lx_group_why(group, index, file, err);
    return -1;
}

static int
NoFreezer(struct lx_group *group, const char *action, struct lx_err *err)
{
    lx_refuse(
        err, "CGROUP", "UNSUPPORTED",
        "cannot %s group %q: it is in no hierarchy that can", action,
        group->name);
    lx_detail(err, "freezer");
    if (lx_cgroups_of(group->cgroups, LX_CG_FREEZER) >= 0) {
        lx_hint(err, "create it with the controller freezer");
    }
    return -1;
}

/*
 * A process that waits in the kernel for something that does not come (state
 * D) cannot be stopped.
 */
static int
TooLong(
    struct lx_group *group, int index, int timeoutMs, bool before,
    struct lx_err *err)
{
    struct lx_cgmembers members;
    char text[512];

    if (!before) {
        lx_group_go(group, index);
    }
    if (lx_group_members(group, 1u << index, true, false, &members, err) != 0) {
        return -1;
    }
    lx_refuse(
        err, "CGROUP", "TIMEOUT",
        "cannot freeze group %q: not all in it stood still within %d ms%s",
        group->name, timeoutMs, before ? "" : "; it goes on");
    lx_hint(
        err, "in it: %s; state D in ps is one that waits in the kernel",
        lx_cgmembers_text(&members, text, sizeof(text)));
    lx_cgmembers_free(&members);
    return -1;
}

int
lx_group_freeze(
    struct lx_group *group, unsigned where, int timeoutMs, struct lx_err *err)
{
    int index = lx_group_freezer(group, where);
    bool before;

    if (lx_group_noroot(group, "freeze", err) != 0) {
        return -1;
    }
    if (index < 0) {
        return NoFreezer(group, "freeze", err);
    }
    if (lx_group_noself(group, 1u << index, "freeze", err) != 0) {
        return -1;
    }
    before = lx_group_isfrozen(group, index);
    if (lx_group_stop(group, index, timeoutMs) == 0) {
        return 0;
    }
    return errno == ETIMEDOUT ? TooLong(group, index, timeoutMs, before, err)
                              : Refused(group, index, "freeze", err);
}

/* -- Thawing -------------------------------------------------------------- */

/*
 * The nearest group above that is frozen itself.
 */
static bool
FrozenAbove(struct lx_group *group, int index, struct lx_group *above)
{
    struct lx_group below;

    memcpy(&below, group, sizeof(below));
    while (lx_group_parent(&below, above)) {
        if (lx_group_isfrozen(above, index)) {
            return true;
        }
        memcpy(&below, above, sizeof(below));
    }
    return false;
}

/*
 * Wherever it may have been frozen: also by another program, with the other
 * version.
 */
int
lx_group_thaw(struct lx_group *group, unsigned where, struct lx_err *err)
{
    int first = lx_group_freezer(group, where);
    int old = lx_cgroups_of(group->cgroups, LX_CG_FREEZER);

    if (lx_group_noroot(group, "thaw", err) != 0) {
        return -1;
    }
    if (first < 0) {
        return NoFreezer(group, "thaw", err);
    }
    if (old == first || old < 0 || !(where & (1u << old))
        || !lx_group_isfrozen(group, old)) {
        old = -1;
    }
    for (int i = 0; i < 2; i++) {
        int index = i == 0 ? first : old;
        struct lx_group above;

        if (index < 0) {
            continue;
        }
        if (lx_group_go(group, index) != 0) {
            return Refused(group, index, "thaw", err);
        }
        if (FrozenAbove(group, index, &above)) {
            return lx_refuse(
                err, "CGROUP", "FROZEN",
                "group %q is thawed, but stands still with %q, which is frozen",
                group->name, lx_group_full(&above, index, NULL));
        }
    }
    return 0;
}
