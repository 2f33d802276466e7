/*
 * lxNeighbour.c --
 *
 *      RTM_NEWNEIGH: who was found where on a link.
 */

#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

_Static_assert(LX_NEIGHBOUR_NOARP == NUD_NOARP, "states of neighbours");

void
lx_neighbour_ask(struct lx_nlrequest *request, int family)
{
    const struct ndmsg header = {.ndm_family = (uint8_t)family};

    lx_nl_begin(request, RTM_GETNEIGH, NLM_F_DUMP, &header, sizeof(header));
}

bool
lx_neighbour_read(
    const struct nlmsghdr *message, struct lx_neighbour *neighbour)
{
    const struct nlattr *table[NDA_MAX + 1];
    const struct ndmsg *info = mnl_nlmsg_get_payload(message);

    memset(neighbour, 0, sizeof(*neighbour));
    if (message->nlmsg_type != RTM_NEWNEIGH
        || mnl_nlmsg_get_payload_len(message) < sizeof(*info)
        || (info->ndm_family != AF_INET && info->ndm_family != AF_INET6)) {
        return false;
    }
    lx_nl_attributes(message, sizeof(*info), table, NDA_MAX + 1);
    if (!lx_ip_read(table[NDA_DST], info->ndm_family, &neighbour->to)) {
        return false;
    }
    neighbour->index = info->ndm_ifindex;
    neighbour->state = info->ndm_state;
    neighbour->flags = info->ndm_flags;
    neighbour->mac = lx_nl_bytes(table[NDA_LLADDR], 1);
    neighbour->macLen = neighbour->mac != NULL
        ? mnl_attr_get_payload_len(table[NDA_LLADDR])
        : 0;
    return true;
}

const char *
lx_neighbour_state(unsigned state)
{
    switch (state) {
    case NUD_INCOMPLETE:
        return "incomplete";
    case NUD_REACHABLE:
        return "reachable";
    case NUD_STALE:
        return "stale";
    case NUD_DELAY:
        return "delay";
    case NUD_PROBE:
        return "probe";
    case NUD_FAILED:
        return "failed";
    case NUD_NOARP:
        return "noarp";
    case NUD_PERMANENT:
        return "permanent";
    default:
        return "none";
    }
}

const char *
lx_neighbour_flag(unsigned flags, int n)
{
    static const char *const names[LX_NEIGHBOUR_FLAGS] = {
        "use",      "self",      "master", "proxy",
        "extlearn", "offloaded", "sticky", "router"};

    return flags & (1u << n) ? names[n] : NULL;
}
