/*
 * lxLinkWait.c --
 *
 *      Waiting for a link. The kernel tells of every change; what it tells is
 *      only taken for a reason to look again, so that nothing is missed when
 *      it tells more than there is room for.
 */

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

/* What a link is like, as far as it is waited for. */
struct seen {
    const struct lx_linkwait *wait;
    int index; /* 0: there is none */
    bool up, carrier;
    bool noIp6;                 /* which is still to notice the carrier */
    int tentative;              /* addresses */
    char failed[LX_IP_TEXT];    /* one that is another's; or empty */
    char unsettled[LX_IP_TEXT]; /* one that is tentative */
};

static void
SeeLink(void *arg, const struct nlmsghdr *message)
{
    struct seen *seen = arg;
    struct lx_link link;

    if (lx_link_read(message, &link)) {
        seen->index = link.index;
        seen->up = (link.flags & LX_LINK_UP) != 0;
        seen->carrier = link.hasCarrier;
        seen->noIp6 = seen->up && link.hasCarrier && link.noIp6;
    }
}

static void
SeeAddress(void *arg, const struct nlmsghdr *message)
{
    struct seen *seen = arg;
    struct lx_address address;

    if (!lx_address_read(message, &address) || address.index != seen->index) {
        return;
    }
    if (address.flags & LX_ADDRESS_DADFAILED) {
        lx_ip_text(&address.local, seen->failed);
    } else if (address.flags & LX_ADDRESS_TENTATIVE) {
        lx_ip_text(&address.local, seen->unsettled);
        seen->tentative++;
    }
}

static int
Look(struct lx_netlink *netlink, struct seen *seen, struct lx_err *err)
{
    const struct lx_linkwait *wait = seen->wait;
    struct lx_nlrequest request;

    *seen = (struct seen){.wait = wait};
    lx_link_settle(netlink, wait->name);
    lx_link_ask(&request, 0, wait->name, false);
    if (lx_netlink_ask(netlink, &request, SeeLink, seen) != 0
        && errno != ENODEV) {
        return lx_netlink_fail(
            netlink, err, "cannot wait for link %q", wait->name);
    }
    if (seen->index == 0 || wait->settled < 0) {
        return 0;
    }
    lx_address_ask(&request, LX_INET6);
    if (lx_netlink_list(netlink, &request, SeeAddress, seen) != 0) {
        return lx_netlink_fail(
            netlink, err, "cannot wait for the addresses of link %q",
            wait->name);
    }
    return 0;
}

/*
 * What is still missing; NULL: nothing. A link that has no carrier says
 * nothing of its addresses: they wait for one too.
 */
static const char *
Missing(const struct seen *seen, char *text, size_t size)
{
    const struct lx_linkwait *wait = seen->wait;

    if (wait->gone) {
        return seen->index == 0 ? NULL : "is still there";
    }
    if (seen->index == 0) {
        return "is not there";
    }
    if (wait->up >= 0 && seen->up != wait->up) {
        return seen->up ? "is still up" : "is not up";
    }
    if (wait->carrier >= 0 && seen->carrier != wait->carrier) {
        return seen->carrier ? "still has a carrier" : "has no carrier";
    }
    if (wait->settled == 1 && seen->noIp6) {
        return "has no addresses of IPv6's yet";
    }
    if (wait->settled == 1 && seen->tentative > 0) {
        lx_format(
            text, size, "has an address %s that is still tentative",
            seen->unsettled);
        return text;
    }
    if (wait->settled == 0 && seen->tentative == 0) {
        return "has no tentative address";
    }
    return NULL;
}

/* -- Being told ----------------------------------------------------------- */

static int
Listen(
    struct lx_netlink *listener, const struct lx_target *target,
    struct lx_err *err)
{
    const struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_IFADDR};

    if (lx_net_open(listener, listener->kernel, target, err) != 0) {
        return -1;
    }
    if (bind(listener->fd, (const struct sockaddr *)&address, sizeof(address))
        != 0) {
        return lx_fail(err, errno, "cannot listen for changes of links");
    }
    return 0;
}

/*
 * Also when there was no room for what was told (ENOBUFS).
 */
static void
Drain(int fd)
{
    char buf[4096];

    while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0 || errno == ENOBUFS) {
    }
}

static int
TimedOut(
    const struct lx_linkwait *wait, const char *missing, struct lx_err *err)
{
    return lx_refuse(
        err, "NET", "TIMEOUT", "link %q of %s %s after %d ms", wait->name,
        wait->where, missing, wait->timeout);
}

static int
Wait(
    struct lx_netlink *netlink, int listener, const struct lx_linkwait *wait,
    struct lx_err *err)
{
    long end = lx_now_ms() + wait->timeout;
    struct seen seen = {.wait = wait};
    char text[128];

    for (;;) {
        struct pollfd poller = {.fd = listener, .events = POLLIN};
        const char *missing;
        long left;

        if (Look(netlink, &seen, err) != 0) {
            return -1;
        }
        missing = Missing(&seen, text, sizeof(text));
        if (wait->settled == 1 && seen.failed[0] != '\0') {
            return lx_refuse(
                err, "NET", "DUPLICATE",
                "another host on link %q of %s has the address %s", wait->name,
                wait->where, seen.failed);
        }
        if (missing == NULL) {
            return 0;
        }
        left = end - lx_now_ms();
        if (left <= 0) {
            return TimedOut(wait, missing, err);
        }
        if (poll(&poller, 1, (int)left) > 0) {
            Drain(listener);
        }
    }
}

int
lx_link_wait(
    const struct lx_target *target, const struct lx_linkwait *wait,
    struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_netlink netlink = {.kernel = &kernel, .fd = -1};
    struct lx_netlink listener = {.kernel = &kernel, .fd = -1};
    int result = Listen(&listener, target, err);

    if (result == 0) {
        result = lx_net_open(&netlink, &kernel, target, err);
    }
    if (result == 0) {
        result = Wait(&netlink, listener.fd, wait, err);
    }
    lx_netlink_close(&netlink);
    lx_netlink_close(&listener);
    return result;
}
