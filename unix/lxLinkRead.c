/*
 * lxLinkRead.c --
 *
 *      RTM_NEWLINK, read.
 */

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

/* Of the kernel's include/net/if_inet6.h, told in IFLA_INET6_FLAGS. */
#define IP6_READY 0x80000000u

/* Linux 5.5 and later; older ones do not look at the bit. */
#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

/*
 * Of the virtual functions of a card nothing is asked for: there can be more
 * than an answer has room for.
 */
void
lx_link_ask(
    struct lx_nlrequest *request, int index, const char *name, bool stats)
{
    const struct ifinfomsg family = {
        .ifi_family = AF_UNSPEC, .ifi_index = index};
    bool all = index == 0 && name == NULL;

    lx_nl_begin(
        request, RTM_GETLINK, all ? NLM_F_DUMP : 0, &family, sizeof(family));
    if (index == 0 && name != NULL) {
        lx_nl_text(request, IFLA_IFNAME, name);
    }
    lx_nl_number(request, IFLA_EXT_MASK, stats ? 0 : RTEXT_FILTER_SKIP_STATS);
}

void
lx_link_ask_there(struct lx_nlrequest *request, int index, int64_t nsid)
{
    lx_link_ask(request, index, NULL, false);
    lx_nl_number(request, IFLA_TARGET_NETNSID, (uint32_t)nsid);
}

static void
ReadKind(const struct nlattr *info, struct lx_link *link)
{
    const struct nlattr *table[IFLA_INFO_MAX + 1];

    lx_nl_nested(info, table, IFLA_INFO_MAX + 1);
    link->kind = lx_nl_string(table[IFLA_INFO_KIND], NULL);
    link->memberKind = lx_nl_string(table[IFLA_INFO_SLAVE_KIND], NULL);
    link->data = table[IFLA_INFO_DATA];
    link->memberData = table[IFLA_INFO_SLAVE_DATA];
}

/*
 * Whether IPv6 is to work on a link, and does not yet. It never does where it
 * is turned off, on links that wait for somebody's leave (dormant), and on
 * members of bonds, teams and failover pairs, of which the last have a master
 * of no kind.
 */
static bool
LacksIp6(const struct lx_link *link, const struct nlattr *const *ip6)
{
    const struct nlattr *conf = ip6[IFLA_INET6_CONF];
    const int32_t *settings =
        lx_nl_bytes(conf, (DEVCONF_DISABLE_IPV6 + 1) * sizeof(*settings));
    const char *member =
        link->memberKind != NULL ? link->memberKind : "failover";

    if ((link->flags & IFF_SLAVE)
        || (link->master > 0
            && (strcmp(member, "team") == 0
                || strcmp(member, "failover") == 0))) {
        return false;
    }
    return settings != NULL && settings[DEVCONF_DISABLE_IPV6] == 0
        && link->state != IF_OPER_DORMANT && link->state != IF_OPER_TESTING
        && !(lx_nl_value(ip6[IFLA_INET6_FLAGS], IP6_READY) & IP6_READY);
}

/*
 * IFLA_AF_SPEC has a nest for each family, and IPv6's says how it makes
 * addresses of its own, and whether it is at work, which it is from the moment
 * that it has made them.
 */
static void
ReadIp6(const struct nlattr *spec, struct lx_link *link)
{
    const struct nlattr *families[AF_INET6 + 1];
    const struct nlattr *table[IFLA_INET6_ADDR_GEN_MODE + 1];

    lx_nl_nested(spec, families, AF_INET6 + 1);
    lx_nl_nested(families[AF_INET6], table, IFLA_INET6_ADDR_GEN_MODE + 1);
    link->addrgen =
        (int)lx_nl_value(table[IFLA_INET6_ADDR_GEN_MODE], UINT32_MAX);
    link->noIp6 = LacksIp6(link, table);
}

static const void *
Bytes(const struct nlattr *attribute, size_t *len)
{
    *len = attribute != NULL ? mnl_attr_get_payload_len(attribute) : 0;
    return lx_nl_bytes(attribute, 1);
}

static int64_t
Number(const struct nlattr *attribute)
{
    return attribute != NULL ? (int64_t)lx_nl_value(attribute, UINT64_MAX) : -1;
}

static void
ReadNumbers(const struct nlattr *const *table, struct lx_link *link)
{
    link->mtu = Number(table[IFLA_MTU]);
    link->minMtu = Number(table[IFLA_MIN_MTU]);
    link->maxMtu = Number(table[IFLA_MAX_MTU]);
    link->queue = Number(table[IFLA_TXQLEN]);
    link->group = Number(table[IFLA_GROUP]);
    link->txQueues = Number(table[IFLA_NUM_TX_QUEUES]);
    link->rxQueues = Number(table[IFLA_NUM_RX_QUEUES]);
    link->promiscuity = Number(table[IFLA_PROMISCUITY]);
    link->allMulti = Number(table[IFLA_ALLMULTI]);
    link->carrierChanges = Number(table[IFLA_CARRIER_CHANGES]);
    link->gsoMaxSize = Number(table[IFLA_GSO_MAX_SIZE]);
    link->gsoMaxSegs = Number(table[IFLA_GSO_MAX_SEGS]);
    link->state = lx_nl_value(table[IFLA_OPERSTATE], 0);
    link->hasCarrier = lx_nl_value(table[IFLA_CARRIER], 0) != 0;
    link->link = (int32_t)lx_nl_value(table[IFLA_LINK], 0);
    link->master = (int32_t)lx_nl_value(table[IFLA_MASTER], 0);
    link->linkNs = table[IFLA_LINK_NETNSID] != NULL
        ? (int32_t)lx_nl_value(table[IFLA_LINK_NETNSID], UINT32_MAX)
        : -1;
}

bool
lx_link_read(const struct nlmsghdr *message, struct lx_link *link)
{
    const struct nlattr *table[IFLA_MAX + 1];
    const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);

    memset(link, 0, sizeof(*link));
    if (message->nlmsg_type != RTM_NEWLINK
        || mnl_nlmsg_get_payload_len(message) < sizeof(*info)) {
        return false;
    }
    lx_nl_attributes(message, sizeof(*info), table, IFLA_MAX + 1);
    link->index = info->ifi_index;
    link->flags = info->ifi_flags;
    link->type = info->ifi_type;
    link->name = lx_nl_string(table[IFLA_IFNAME], NULL);
    link->alias = lx_nl_string(table[IFLA_IFALIAS], NULL);
    link->qdisc = lx_nl_string(table[IFLA_QDISC], NULL);
    link->bus = lx_nl_string(table[IFLA_PARENT_DEV_BUS_NAME], NULL);
    link->device = lx_nl_string(table[IFLA_PARENT_DEV_NAME], NULL);
    link->mac = Bytes(table[IFLA_ADDRESS], &link->macLen);
    link->broadcast = Bytes(table[IFLA_BROADCAST], &link->broadcastLen);
    link->permanent = Bytes(table[IFLA_PERM_ADDRESS], &link->permanentLen);
    link->stats = table[IFLA_STATS64];
    link->altNames = table[IFLA_PROP_LIST];
    ReadNumbers(table, link);
    ReadKind(table[IFLA_LINKINFO], link);
    ReadIp6(table[IFLA_AF_SPEC], link);
    return link->name != NULL;
}

const char *
lx_link_altname(const struct lx_link *link, size_t *at)
{
    const struct nlattr *attr;
    size_t n = 0;

    if (link->altNames == NULL) {
        return NULL;
    }
    mnl_attr_for_each_nested(attr, link->altNames)
    {
        if (mnl_attr_get_type(attr) == IFLA_ALT_IFNAME && n++ == *at) {
            ++*at;
            return lx_nl_string(attr, "");
        }
    }
    return NULL;
}

/* -- Counts --------------------------------------------------------------- */

#define COUNT(direction, name, field) \
    { \
        direction, name, offsetof(struct rtnl_link_stats64, field) \
    }

static const struct {
    const char *direction, *name;
    size_t offset;
} counts[] = {
    COUNT("rx", "bytes", rx_bytes),
    COUNT("rx", "packets", rx_packets),
    COUNT("rx", "errors", rx_errors),
    COUNT("rx", "dropped", rx_dropped),
    COUNT("rx", "multicast", multicast),
    COUNT("rx", "missed", rx_missed_errors),
    COUNT("rx", "length", rx_length_errors),
    COUNT("rx", "over", rx_over_errors),
    COUNT("rx", "crc", rx_crc_errors),
    COUNT("rx", "frame", rx_frame_errors),
    COUNT("rx", "fifo", rx_fifo_errors),
    COUNT("rx", "compressed", rx_compressed),
    COUNT("rx", "nohandler", rx_nohandler),
    COUNT("tx", "bytes", tx_bytes),
    COUNT("tx", "packets", tx_packets),
    COUNT("tx", "errors", tx_errors),
    COUNT("tx", "dropped", tx_dropped),
    COUNT("tx", "collisions", collisions),
    COUNT("tx", "carrier", tx_carrier_errors),
    COUNT("tx", "aborted", tx_aborted_errors),
    COUNT("tx", "fifo", tx_fifo_errors),
    COUNT("tx", "heartbeat", tx_heartbeat_errors),
    COUNT("tx", "window", tx_window_errors),
    COUNT("tx", "compressed", tx_compressed),
};

/*
 * The struct has grown at its end: what an older kernel does not count is left
 * out.
 */
bool
lx_link_count(const struct lx_link *link, size_t n, struct lx_linkcount *count)
{
    const char *bytes = lx_nl_bytes(link->stats, 1);
    size_t i = 0;

    for (; i < sizeof(counts) / sizeof(counts[0]); i++) {
        if (bytes != NULL
            && lx_nl_bytes(link->stats, counts[i].offset + 8) != NULL
            && n-- == 0) {
            memcpy(&count->value, bytes + counts[i].offset, 8);
            count->direction = counts[i].direction;
            count->name = counts[i].name;
            return true;
        }
    }
    return false;
}
