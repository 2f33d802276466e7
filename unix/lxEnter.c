/*
 * lxEnter.c --
 *
 *      Namespaces that a new process enters: others' ones, in the order in
 *      which the kernel allows it, and what its own ones need. Runs in the
 *      child.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lxChild.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static int
JoinOne(const struct lx_child *child, enum lx_kind kind, struct lx_err *err)
{
    int fd = child->launch->joinFd[kind];

    if (LX_SYS(child->kernel, setns, "fn", fd, lx_kinds[kind].flag) == 0) {
        return 0;
    }
    return lx_fail(
        err, errno, "cannot join the %s namespace", lx_kinds[kind].name);
}

/*
 * Whether the user namespace gives the right to the others or takes it away
 * depends on who asks. What is refused before it is tried again after it. mnt
 * comes last of either round: it changes what paths mean.
 */
int
lx_child_join(const struct lx_child *child, struct lx_err *err)
{
    static const enum lx_kind order[] = {LX_CGROUP, LX_IPC, LX_NET, LX_PID,
                                         LX_TIME,   LX_UTS, LX_MNT};
    const int *joinFd = child->launch->joinFd;
    bool user = joinFd[LX_USER] >= 0;
    unsigned left = 0;

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (joinFd[order[i]] < 0 || JoinOne(child, order[i], err) == 0) {
            continue;
        }
        if (!user || err->errnum != EPERM) {
            return -1;
        }
        left |= LX_KIND_BIT(order[i]);
    }
    if (!user) {
        return 0;
    }
    if (JoinOne(child, LX_USER, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if ((left & LX_KIND_BIT(order[i]))
            && JoinOne(child, order[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * The parent writes the maps, and says when it has.
 */
static int
GetMaps(const struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;
    struct lx_msg answer;
    long n;

    if (lx_recording(child->kernel)) {
        return lx_idmap_write(
            child->kernel, 0, &launch->uidmap, &launch->gidmap, -1, err);
    }
    lx_child_say(child, LX_MSG_MAPS, 0);
    n = syscall(
        SYS_recvfrom, child->control, &answer, sizeof(answer), 0, NULL, NULL);
    if (n == 0) {
        lx_child_leave(127); /* the parent has given up, and knows why */
    }
    return n == sizeof(answer)
        ? 0
        : lx_fail(err, errno, "cannot hear of the id maps");
}

/*
 * A time namespace is entered by children, or by setns(2) from a process that
 * shares no memory; its clocks can be set until the first one is in.
 */
static int
EnterTime(const struct lx_child *child, struct lx_err *err)
{
    struct lx_kernel *kernel = child->kernel;
    const char *offsets = child->launch->timeOffsets;
    long result = 0;
    int fd;

    if (LX_SYS(kernel, unshare, "n", CLONE_NEWTIME) != 0) {
        lx_fail(err, errno, "cannot create a time namespace");
        err->gates = LX_KIND_BIT(LX_TIME);
        return -1;
    }
    if (offsets != NULL) {
        fd = (int)LX_SYS(
            kernel, openat, "fsO=", AT_FDCWD, "/proc/self/timens_offsets",
            O_WRONLY | O_CLOEXEC);
        if (fd >= 0) {
            result = LX_SYS(kernel, write, "fsd", fd, offsets, strlen(offsets));
        }
        if (fd < 0 || result < 0) {
            return lx_fail(err, errno, "cannot set the clocks' offsets");
        }
        LX_SYS(kernel, close, "f", fd);
    }
    fd = (int)LX_SYS(
        kernel, openat, "fsO=", AT_FDCWD, "/proc/self/ns/time_for_children",
        O_RDONLY | O_CLOEXEC);
    if (fd < 0 || LX_SYS(kernel, setns, "fn", fd, CLONE_NEWTIME) != 0) {
        return lx_fail(err, errno, "cannot enter the new time namespace");
    }
    LX_SYS(kernel, close, "f", fd);
    return 0;
}

/*
 * Everything that new namespaces need before the first step. Ids come last:
 * what is owned by the id outside, as /proc/self is, is still ours until then.
 */
int
lx_child_prepare(const struct lx_child *child, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;
    unsigned kinds = launch->newKinds;

    if ((kinds & LX_KIND_BIT(LX_USER)) && GetMaps(child, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_TIME)) && EnterTime(child, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_NET)) && launch->loopback
        && lx_fresh_net(child->kernel, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_MNT))
        && lx_fresh_mnt(child->kernel, launch->propagation, err) != 0) {
        return -1;
    }
    if ((kinds & LX_KIND_BIT(LX_USER)) && launch->uidmap.count > 0) {
        return lx_become_root(child->kernel, err);
    }
    return 0;
}
