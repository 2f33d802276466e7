/*
 * lxNsid.c --
 *
 *      One net namespace knows others by numbers of its own, and tells with
 *      them where the other end of a link is. Which they are is found by
 *      asking it about each namespace that can be seen.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lx.h"

static void
ReadNsid(void *arg, const struct nlmsghdr *message)
{
    const struct nlattr *table[NETNSA_NSID + 1];
    int64_t *nsid = arg;

    lx_nl_attributes(message, sizeof(struct rtgenmsg), table, NETNSA_NSID + 1);
    *nsid = (int32_t)lx_nl_value(table[NETNSA_NSID], UINT32_MAX);
}

/*
 * -1: it has none there.
 */
static int64_t
NumberOf(struct lx_netlink *netlink, int ns)
{
    const struct rtgenmsg family = {.rtgen_family = AF_UNSPEC};
    struct lx_nlrequest request;
    int64_t nsid = -1;

    lx_nl_begin(&request, RTM_GETNSID, 0, &family, sizeof(family));
    lx_nl_number(&request, NETNSA_FD, (uint32_t)ns);
    return lx_netlink_ask(netlink, &request, ReadNsid, &nsid) == 0 ? nsid : -1;
}

/*
 * By one of its processes, or by where it is pinned.
 */
static int
Hold(const struct lx_nsinfo *item)
{
    struct lx_target target = LX_TARGET_NONE;
    struct lx_err ignored;
    int fd = -1;

    for (size_t i = 0; fd < 0 && i < item->processes.count; i++) {
        target.pid = item->processes.pids[i];
        fd = lx_ns_open(&target, LX_NET, &ignored);
    }
    target.pid = 0;
    for (size_t i = 0; fd < 0 && i < item->pinCount; i++) {
        target.path = item->pins[i];
        fd = lx_ns_open(&target, LX_NET, &ignored);
    }
    return fd;
}

uint64_t
lx_nsid_find(struct lx_netlink *netlink, int64_t nsid)
{
    struct lx_nsscan scan;
    struct lx_err ignored;
    uint64_t inode = 0;

    if (lx_nsscan_run(&scan, LX_KIND_BIT(LX_NET), &ignored) != 0) {
        return 0;
    }
    for (size_t i = 0; inode == 0 && i < scan.count; i++) {
        LX_AUTOCLOSE int ns =
            scan.items[i].kind == LX_NET ? Hold(&scan.items[i]) : -1;

        /* The first of the processes may have moved on since. */
        if (ns >= 0 && NumberOf(netlink, ns) == nsid
            && lx_ns_inode(ns, &inode) != 0) {
            inode = 0;
        }
    }
    lx_nsscan_free(&scan);
    return inode;
}
