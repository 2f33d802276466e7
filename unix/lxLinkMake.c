/*
 * lxLinkMake.c --
 *
 *      Requests that make, change and remove links.
 */

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

#include "lx.h"

static void
PutEnd(struct lx_nlrequest *request, const struct lx_linkend *end)
{
    lx_nl_text(request, IFLA_IFNAME, end->name);
    if (end->mac != NULL) {
        lx_nl_put(request, IFLA_ADDRESS, end->mac, 6);
    }
    if (end->mtu != 0) {
        lx_nl_number(request, IFLA_MTU, end->mtu);
    }
    if (end->ns >= 0) {
        lx_nl_number(request, IFLA_NET_NS_FD, (uint32_t)end->ns);
    }
}

/*
 * Both ends at once, each in its own namespace with its final name. `up` is
 * ignored: a link that is up before its peer is there would send at once.
 */
void
lx_veth_make(
    struct lx_nlrequest *request, const struct lx_linkend *end,
    const struct lx_linkend *peer)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    size_t info, data, other;

    lx_nl_begin(
        request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &family,
        sizeof(family));
    PutEnd(request, end);
    info = lx_nl_nest(request, IFLA_LINKINFO);
    lx_nl_text(request, IFLA_INFO_KIND, "veth");
    data = lx_nl_nest(request, IFLA_INFO_DATA);
    other = lx_nl_nest(request, VETH_INFO_PEER);
    lx_nl_raw(request, &family, sizeof(family));
    PutEnd(request, peer);
    lx_nl_close(request, other);
    lx_nl_close(request, data);
    lx_nl_close(request, info);
}

void
lx_link_change(
    struct lx_nlrequest *request, const char *name, unsigned flags,
    unsigned mask)
{
    const struct ifinfomsg family = {
        .ifi_family = AF_UNSPEC, .ifi_flags = flags, .ifi_change = mask};

    lx_nl_begin(request, RTM_NEWLINK, 0, &family, sizeof(family));
    lx_nl_text(request, IFLA_IFNAME, name);
}

void
lx_link_remove(struct lx_nlrequest *request, const char *name)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};

    lx_nl_begin(request, RTM_DELLINK, 0, &family, sizeof(family));
    lx_nl_text(request, IFLA_IFNAME, name);
}
