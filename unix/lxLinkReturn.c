/*
 * lxLinkReturn.c --
 *
 *      A link that is lent to the net namespace of a process, and comes home
 *      when that has ended: as it was, under the name that it had.
 *
 *      A socket that was made in a net namespace holds it. So one there and
 *      one at home are all that it takes: no thread has to go anywhere, and
 *      the link is still there when its namespace has no process any more.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#define NAMES 100 /* that are tried where the own one is taken */

/* -- Before it goes ------------------------------------------------------- */

static int
Socket(
    struct lx_linkreturn *lent, int at, const struct lx_target *target,
    struct lx_err *err)
{
    return lx_net_open(&lent->at[at], &lent->kernel, target, err);
}

/*
 * Both namespaces, and that they are two.
 */
static int
Places(
    struct lx_linkreturn *lent, const struct lx_target *home,
    const struct lx_target *process, struct lx_err *err)
{
    LX_AUTOCLOSE int there = lx_ns_open(process, LX_NET, err);
    uint64_t *inodes = lent->inodes;

    if (there < 0) {
        return -1;
    }
    lent->homeNs = lx_ns_open(home, LX_NET, err);
    if (lent->homeNs < 0) {
        return -1;
    }
    if (lx_ns_inode(there, &inodes[LX_RETURN_THERE]) != 0
        || lx_ns_inode(lent->homeNs, &inodes[LX_RETURN_HOME]) != 0) {
        return lx_fail(err, errno, "cannot look at a net namespace");
    }
    if (inodes[LX_RETURN_THERE] == inodes[LX_RETURN_HOME]) {
        return lx_refuse(
            err, "NET", "RETURN",
            "link %q cannot be lent to pid %d: that is in the same net "
            "namespace",
            lent->name, (int)lent->pid);
    }
    return Socket(lent, LX_RETURN_HOME, home, err) == 0
            && Socket(lent, LX_RETURN_THERE, process, err) == 0
        ? 0
        : -1;
}

static int
Remember(struct lx_linkreturn *lent, const char *where, struct lx_err *err)
{
    struct lx_netlink *home = &lent->at[LX_RETURN_HOME];
    int index;

    if (lx_net_index(home, lent->name, &index, err) != 0) {
        lx_fail(err, err->errnum, "cannot set link %q", lent->name);
        lx_net_why_absent(home, lent->name, where, err);
        return -1;
    }
    lx_netold_keep(home, index, &lent->old);
    if (!lent->old.whole) {
        errno = errno != 0 ? errno : EMSGSIZE; /* all told, but no room */
        return lx_netlink_fail(
            home, err, "cannot keep what link %q is like", lent->name);
    }
    return 0;
}

/*
 * where: home, for people. To be closed in any case.
 */
int
lx_linkreturn_lend(
    struct lx_linkreturn *lent, const struct lx_target *home,
    const struct lx_target *process, const char *name, const char *where,
    struct lx_err *err)
{
    struct lx_target held = *process;
    LX_AUTOCLOSE int pidfd = -1;

    memset(lent, 0, sizeof(*lent));
    lent->at[0].fd = lent->at[1].fd = lent->homeNs = lent->pidfd = -1;
    lent->owner = getpid();
    lent->pid = process->pid;
    lx_format(lent->name, sizeof(lent->name), "%s", name);
    if (lx_target_hold(&held, &pidfd, err) != 0) {
        return -1;
    }
    lent->pidfd = held.pidfd >= 0 ? fcntl(held.pidfd, F_DUPFD_CLOEXEC, 3) : -1;
    if (lent->pidfd < 0) {
        return lx_fail(
            err, held.pidfd < 0 ? ENOSYS : errno, "cannot watch pid %d",
            (int)lent->pid);
    }
    return Places(lent, home, &held, err) == 0 ? Remember(lent, where, err)
                                               : -1;
}

/*
 * It is there, under that name. From now on its number stands for it.
 */
int
lx_linkreturn_lent(
    struct lx_linkreturn *lent, const char *name, struct lx_err *err)
{
    return lx_net_index(&lent->at[LX_RETURN_THERE], name, &lent->index, err);
}

/*
 * Is it the same link, which was brought home by hand, and is lent anew? Where
 * an old one is where it was lent to, another has its name at home.
 */
bool
lx_linkreturn_again(struct lx_linkreturn *old, const struct lx_linkreturn *lent)
{
    if (old->inodes[LX_RETURN_HOME] != lent->inodes[LX_RETURN_HOME]
        || strcmp(old->name, lent->name) != 0) {
        return false;
    }
    if (old->inodes[LX_RETURN_THERE] == lent->inodes[LX_RETURN_THERE]
        && old->index == lent->index) {
        return true;
    }
    lx_netold_keep(&old->at[LX_RETURN_THERE], old->index, &old->is);
    return old->is.len == 0;
}

void
lx_linkreturn_close(struct lx_linkreturn *lent)
{
    lx_netlink_close(&lent->at[0]);
    lx_netlink_close(&lent->at[1]);
    lx_fd_close(&lent->homeNs);
    lx_fd_close(&lent->pidfd);
}

/* -- The way home --------------------------------------------------------- */

/*
 * Without its other names: whoever gives it one that is taken at home would
 * have it refused there.
 */
static int
Move(struct lx_linkreturn *lent, const char *name)
{
    struct lx_linkset set = LX_LINKSET_NONE;
    struct lx_nlrequest request;

    set.ns = lent->homeNs;
    set.name = name;
    lx_link_change(&request, NULL, 0, 0);
    memcpy(request.data + LX_LINK_INDEX, &lent->index, sizeof(lent->index));
    lx_link_put(&request, &set);
    lx_link_names_remove(&lent->at[LX_RETURN_THERE], lent->index);
    return lx_netlink_ask(&lent->at[LX_RETURN_THERE], &request, NULL, NULL);
}

/*
 * Its own name, or the first of NAME-1 and so on.
 */
static void
Name(struct lx_linkreturn *lent, int number)
{
    char end[8] = "";
    size_t len = strlen(lent->name), most;

    if (number > 0) {
        lx_format(end, sizeof(end), "-%d", number);
    }
    most = sizeof(lent->now) - 1 - strlen(end);
    lx_format(lent->now, sizeof(lent->now), "%s", lent->name);
    lx_format(lent->now + (len < most ? len : most), sizeof(end), "%s", end);
}

/*
 * Where another has its name by now, it gets one that is free. The kernel is
 * not asked to find that out: where the name that the link has there is free
 * at home, it comes under that, and only then is refused its own.
 */
static int
MoveUnderName(struct lx_linkreturn *lent)
{
    int index, result = -1;

    errno = EEXIST;
    for (int i = 0; result != 0 && errno == EEXIST && i < NAMES; i++) {
        struct lx_err ignored;

        Name(lent, i);
        if (lx_net_index(&lent->at[LX_RETURN_HOME], lent->now, &index, &ignored)
            != 0) {
            result = Move(lent, lent->now);
        } else {
            errno = EEXIST;
        }
    }
    return result;
}

/*
 * It is no longer there: somebody has taken it home before, or it is gone.
 */
static int
Absent(struct lx_linkreturn *lent, struct lx_err *err)
{
    int index;

    if (lx_net_index(&lent->at[LX_RETURN_HOME], lent->name, &index, err) == 0) {
        lent->now[0] = '\0';
        return 0;
    }
    lx_fail(err, ENODEV, "link %q cannot come home", lent->name);
    lx_hint(
        err, "it is not in the net namespace that pid %d had", (int)lent->pid);
    return -1;
}

/* -- As it was ------------------------------------------------------------ */

/*
 * A request to have of it what `change` names as it was; false: it is so.
 */
static bool
Differs(
    const struct lx_linkreturn *lent, const struct lx_netold *now, int index,
    const struct lx_nlrequest *change, struct lx_nlrequest *request)
{
    struct lx_nlrequest same;

    if (!lx_netold_request(&lent->old, change, request)) {
        return false;
    }
    memcpy(request->data + LX_LINK_INDEX, &index, sizeof(index));
    return !lx_netold_request(now, change, &same) || same.len != request->len
        || memcmp(same.data, request->data, same.len) != 0;
}

/*
 * One after another: what is refused takes nothing else with it. The number
 * of the first that was; -1: none.
 */
static int
PutBack(struct lx_linkreturn *lent, int index, struct lx_netold *now)
{
    static const unsigned char mac[6];
    struct lx_linkset sets[] = {
        LX_LINKSET_NONE, LX_LINKSET_NONE, LX_LINKSET_NONE, LX_LINKSET_NONE,
        LX_LINKSET_NONE, LX_LINKSET_NONE, LX_LINKSET_NONE, LX_LINKSET_NONE};
    struct lx_netlink *home = &lent->at[LX_RETURN_HOME];
    int refused = -1, errnum = 0;

    sets[0].mac = mac;
    sets[1].mtu = 0;
    sets[2].alias = "";
    sets[3].queue = 0;
    sets[4].group = 0;
    sets[5].noMaster = true;
    /* 6: flags, 7: up */
    for (int i = 0; i < LX_RETURN_PARTS; i++) {
        unsigned mask = i == 6 ? LX_LINK_NOARP | LX_LINK_PROMISC
                | LX_LINK_ALLMULTI | LX_LINK_MULTICAST
            : i == 7 ? LX_LINK_UP
                     : 0;
        struct lx_nlrequest change, request;

        lx_link_change(&change, NULL, 0, mask);
        lx_link_put(&change, &sets[i]);
        if (Differs(lent, now, index, &change, &request)
            && lx_netlink_ask(home, &request, NULL, NULL) != 0 && refused < 0) {
            refused = i;
            errnum = errno;
        }
    }
    if (lx_link_names_add(home, index, (const void *)lent->old.data) != 0
        && refused < 0) {
        refused = LX_RETURN_PARTS;
        errnum = errno;
    }
    errno = errnum;
    return refused;
}

static int
AsItWas(struct lx_linkreturn *lent, struct lx_err *err)
{
    static const char *const parts[LX_RETURN_PARTS + 1] = {
        "hardware address", "MTU",   "alias", "queue",      "group",
        "master",           "flags", "state", "other names"};
    struct lx_netlink *home = &lent->at[LX_RETURN_HOME];
    int index, refused;

    if (lx_net_index(home, lent->now, &index, err) != 0) {
        return -1;
    }
    lx_netold_keep(home, index, &lent->is);
    refused = PutBack(lent, index, &lent->is);
    return refused < 0
        ? 0
        : lx_netlink_fail(
            home, err, "link %q is home again, but cannot get back its %s",
            lent->now, parts[refused]);
}

/*
 * Whether the process has ended or not. -1: it is not home, or not as it was.
 * lent->now is its name; empty: somebody else had brought it home.
 */
int
lx_linkreturn_bring(struct lx_linkreturn *lent, struct lx_err *err)
{
    if (lent->owner != getpid()) { /* a copy of the interpreter (fork) */
        lent->now[0] = '\0';
        return 0;
    }
    if (MoveUnderName(lent) == 0) {
        return AsItWas(lent, err);
    }
    if (errno == ENODEV) {
        return Absent(lent, err);
    }
    return lx_netlink_fail(
        &lent->at[LX_RETURN_THERE], err,
        "link %q cannot come home from the net namespace that pid %d had",
        lent->name, (int)lent->pid);
}
