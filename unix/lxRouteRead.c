/*
 * lxRouteRead.c --
 *
 *      RTM_NEWROUTE, read.
 */

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

/*
 * RTA_GATEWAY, or RTA_VIA with its family before it.
 */
static void
ReadVia(
    const struct nlattr *gateway, const struct nlattr *via, int family,
    struct lx_ip *ip)
{
    const unsigned char *bytes = lx_nl_bytes(via, 2);
    uint16_t other;

    lx_ip_read(gateway, family, ip);
    if (bytes == NULL) {
        return;
    }
    memcpy(&other, bytes, 2);
    if ((other == AF_INET || other == AF_INET6)
        && mnl_attr_get_payload_len(via) >= (other == AF_INET ? 6 : 18)) {
        lx_ip_set(ip, other, bytes + 2);
    }
}

static void
ReadMetrics(const struct nlattr *nest, struct lx_route *route)
{
    const struct nlattr *table[RTAX_MAX + 1];

    lx_nl_nested(nest, table, RTAX_MAX + 1);
    if (table[RTAX_MTU] != NULL) {
        route->mtu = (int64_t)lx_nl_value(table[RTAX_MTU], 0);
    }
    if (table[RTAX_ADVMSS] != NULL) {
        route->advmss = (int64_t)lx_nl_value(table[RTAX_ADVMSS], 0);
    }
}

/*
 * RTA_MULTIPATH: structs, each with attributes of its own behind it, whose
 * length stands in it.
 */
static void
ReadHops(const struct nlattr *attribute, struct lx_route *route)
{
    const char *bytes = lx_nl_bytes(attribute, 1);
    size_t left = attribute != NULL ? mnl_attr_get_payload_len(attribute) : 0;

    while (bytes != NULL && left >= sizeof(struct rtnexthop)
           && route->hopCount < LX_HOPS) {
        const struct rtnexthop *next = (const void *)bytes;
        struct lx_hop *hop = &route->hops[route->hopCount];
        const struct nlattr *table[RTA_MAX + 1];
        size_t len = next->rtnh_len, aligned = RTNH_ALIGN(len);

        if (len < sizeof(*next) || len > left) {
            return;
        }
        *hop = (struct lx_hop){
            .index = next->rtnh_ifindex,
            .weight = next->rtnh_hops + 1,
            .flags = next->rtnh_flags};
        lx_nl_within(
            bytes + sizeof(*next), len - sizeof(*next), table, RTA_MAX + 1);
        ReadVia(table[RTA_GATEWAY], table[RTA_VIA], route->family, &hop->via);
        route->hopCount++;
        bytes += aligned;
        left -= aligned < left ? aligned : left;
    }
}

bool
lx_route_read(const struct nlmsghdr *message, struct lx_route *route)
{
    const struct nlattr *table[RTA_MAX + 1];
    const struct rtmsg *info = mnl_nlmsg_get_payload(message);
    const struct rta_cacheinfo *cache;
    int family;

    *route = (struct lx_route)LX_ROUTE_NONE;
    if (message->nlmsg_type != RTM_NEWROUTE
        || mnl_nlmsg_get_payload_len(message) < sizeof(*info)
        || (info->rtm_family != AF_INET && info->rtm_family != AF_INET6)) {
        return false;
    }
    lx_nl_attributes(message, sizeof(*info), table, RTA_MAX + 1);
    family = route->family = info->rtm_family;
    lx_ip_read(table[RTA_DST], family, &route->to);
    route->to.family = family; /* of the default, too */
    route->to.bits = info->rtm_dst_len;
    lx_ip_read(table[RTA_SRC], family, &route->from);
    lx_ip_read(table[RTA_PREFSRC], family, &route->src);
    ReadVia(table[RTA_GATEWAY], table[RTA_VIA], family, &route->via);
    ReadHops(table[RTA_MULTIPATH], route);
    ReadMetrics(table[RTA_METRICS], route);
    route->index = (int)lx_nl_value(table[RTA_OIF], 0);
    route->table = (uint32_t)lx_nl_value(table[RTA_TABLE], info->rtm_table);
    route->type = info->rtm_type;
    route->protocol = info->rtm_protocol;
    route->scope = info->rtm_scope;
    route->flags = info->rtm_flags;
    if (table[RTA_PRIORITY] != NULL) {
        route->metric = (int64_t)lx_nl_value(table[RTA_PRIORITY], 0);
    }
    cache = lx_nl_bytes(table[RTA_CACHEINFO], sizeof(*cache));
    if (cache != NULL && cache->rta_expires > 0) {
        route->expires = cache->rta_expires / 100; /* USER_HZ */
    }
    return true;
}
