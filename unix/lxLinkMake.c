/*
 * lxLinkMake.c --
 *
 *      Requests that make, change and remove links.
 */

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

_Static_assert(
    LX_LINK_INDEX == NLMSG_HDRLEN + offsetof(struct ifinfomsg, ifi_index),
    "where a link's number is");

static void
Begin(
    struct lx_nlrequest *request, unsigned type, unsigned how, const char *name,
    unsigned flags, unsigned mask)
{
    const struct ifinfomsg family = {
        .ifi_family = AF_UNSPEC, .ifi_flags = flags, .ifi_change = mask};

    lx_nl_begin(request, type, how, &family, sizeof(family));
    if (name != NULL) {
        lx_nl_text(request, IFLA_IFNAME, name);
    }
}

static void
PutEnd(struct lx_nlrequest *request, const struct lx_linkend *end)
{
    if (end->mac != NULL) {
        lx_nl_put(request, IFLA_ADDRESS, end->mac, 6);
    }
    if (end->mtu != 0) {
        lx_nl_number(request, IFLA_MTU, end->mtu);
    }
    if (end->group != 0) {
        lx_nl_number(request, IFLA_GROUP, end->group);
    }
    if (end->ns >= 0) {
        lx_nl_number(request, IFLA_NET_NS_FD, (uint32_t)end->ns);
    }
}

/*
 * Both ends at once, each in its own namespace with its final name. They are
 * not up: that the kernel refuses for the first of them, which has no peer
 * yet.
 */
void
lx_veth_make(
    struct lx_nlrequest *request, const struct lx_linkend *end,
    const struct lx_linkend *peer)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    size_t info, data, other;

    lx_link_make(request, end->name, 0, 0);
    PutEnd(request, end);
    info = lx_nl_nest(request, IFLA_LINKINFO);
    lx_nl_text(request, IFLA_INFO_KIND, "veth");
    data = lx_nl_nest(request, IFLA_INFO_DATA);
    other = lx_nl_nest(request, VETH_INFO_PEER);
    lx_nl_raw(request, &family, sizeof(family));
    lx_nl_text(request, IFLA_IFNAME, peer->name);
    PutEnd(request, peer);
    lx_nl_close(request, other);
    lx_nl_close(request, data);
    lx_nl_close(request, info);
}

void
lx_link_make(
    struct lx_nlrequest *request, const char *name, unsigned flags,
    unsigned mask)
{
    Begin(request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, name, flags, mask);
}

void
lx_link_change(
    struct lx_nlrequest *request, const char *name, unsigned flags,
    unsigned mask)
{
    Begin(request, RTM_NEWLINK, 0, name, flags, mask);
}

void
lx_link_remove(struct lx_nlrequest *request, const char *name)
{
    Begin(request, RTM_DELLINK, 0, name, 0, 0);
}

void
lx_link_remove_group(struct lx_nlrequest *request, uint32_t group)
{
    Begin(request, RTM_DELLINK, 0, NULL, 0, 0);
    lx_nl_number(request, IFLA_GROUP, group);
}

/* -- Attributes ----------------------------------------------------------- */

static void
PutAddrgen(struct lx_nlrequest *request, int mode)
{
    const uint8_t byte = (uint8_t)mode;
    size_t spec = lx_nl_nest(request, IFLA_AF_SPEC);
    size_t family = lx_nl_nest(request, AF_INET6);

    lx_nl_put(request, IFLA_INET6_ADDR_GEN_MODE, &byte, 1);
    lx_nl_close(request, family);
    lx_nl_close(request, spec);
}

void
lx_link_put(struct lx_nlrequest *request, const struct lx_linkset *set)
{
    const uint8_t carrier = set->carrier > 0;

    if (set->name != NULL) {
        lx_nl_text(request, IFLA_IFNAME, set->name);
    }
    if (set->alias != NULL) { /* an empty one takes it away */
        lx_nl_put(request, IFLA_IFALIAS, set->alias, strlen(set->alias));
    }
    if (set->mac != NULL) {
        lx_nl_put(request, IFLA_ADDRESS, set->mac, 6);
    }
    if (set->broadcast != NULL) {
        lx_nl_put(request, IFLA_BROADCAST, set->broadcast, 6);
    }
    if (set->mtu >= 0) {
        lx_nl_number(request, IFLA_MTU, (uint32_t)set->mtu);
    }
    if (set->queue >= 0) {
        lx_nl_number(request, IFLA_TXQLEN, (uint32_t)set->queue);
    }
    if (set->group >= 0) {
        lx_nl_number(request, IFLA_GROUP, (uint32_t)set->group);
    }
    if (set->carrier >= 0) {
        lx_nl_put(request, IFLA_CARRIER, &carrier, 1);
    }
    if (set->addrgen >= 0) {
        PutAddrgen(request, set->addrgen);
    }
    if (set->noMaster) {
        lx_nl_number(request, IFLA_MASTER, 0);
    }
    if (set->ns >= 0) {
        lx_nl_number(request, IFLA_NET_NS_FD, (uint32_t)set->ns);
    }
}

size_t
lx_link_put_master(struct lx_nlrequest *request)
{
    return lx_nl_slot(request, IFLA_MASTER);
}

size_t
lx_link_put_link(struct lx_nlrequest *request)
{
    return lx_nl_slot(request, IFLA_LINK);
}

size_t
lx_link_put_pid(struct lx_nlrequest *request)
{
    return lx_nl_slot(request, IFLA_NET_NS_PID);
}

void
lx_kind_open(
    struct lx_nlrequest *request, const char *kind, bool member,
    struct lx_kindnest *nest)
{
    nest->info = lx_nl_nest(request, IFLA_LINKINFO);
    lx_nl_text(request, member ? IFLA_INFO_SLAVE_KIND : IFLA_INFO_KIND, kind);
    nest->data =
        lx_nl_nest(request, member ? IFLA_INFO_SLAVE_DATA : IFLA_INFO_DATA);
}

void
lx_kind_close(struct lx_nlrequest *request, const struct lx_kindnest *nest)
{
    lx_nl_close(request, nest->data);
    lx_nl_close(request, nest->info);
}
