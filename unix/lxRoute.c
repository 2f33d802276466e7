/*
 * lxRoute.c --
 *
 *      RTM_NEWROUTE and its kin, made.
 */

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "lx.h"

_Static_assert(
    LX_ROUTE_ONLINK == RTNH_F_ONLINK && LX_ROUTE_CLONED == RTM_F_CLONED
        && LX_TABLE_MAIN == RT_TABLE_MAIN,
    "flags and tables of routes");

/*
 * How far it is to what the route leads to: as iproute2 guesses it.
 */
static int
Scope(const struct lx_route *route)
{
    if (route->scope >= 0) {
        return route->scope;
    }
    if (route->family == AF_INET6) {
        return RT_SCOPE_UNIVERSE;
    }
    switch (route->type) {
    case RTN_LOCAL:
        return RT_SCOPE_HOST;
    case RTN_BROADCAST:
    case RTN_MULTICAST:
    case RTN_ANYCAST:
        return RT_SCOPE_LINK;
    case RTN_UNICAST:
        return route->via.family == 0 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    default:
        return RT_SCOPE_UNIVERSE;
    }
}

/*
 * A gateway of the other family is an attribute of its own: an IPv4 network
 * behind an IPv6 router.
 */
static void
PutVia(struct lx_nlrequest *request, const struct lx_route *route)
{
    if (route->via.family == 0 || route->via.family == route->family) {
        lx_ip_put(request, RTA_GATEWAY, &route->via);
    } else {
        struct {
            uint16_t family;
            unsigned char bytes[16];
        } via = {.family = (uint16_t)route->via.family};

        for (size_t i = 0; i < lx_ip_size(&route->via); i++) {
            via.bytes[i] = route->via.bytes[i];
        }
        lx_nl_put(request, RTA_VIA, &via, 2 + lx_ip_size(&route->via));
    }
}

static void
PutMetrics(struct lx_nlrequest *request, const struct lx_route *route)
{
    size_t nest;

    if (route->mtu < 0 && route->advmss < 0) {
        return;
    }
    nest = lx_nl_nest(request, RTA_METRICS);
    if (route->mtu >= 0) {
        lx_nl_number(request, RTAX_MTU, (uint32_t)route->mtu);
    }
    if (route->advmss >= 0) {
        lx_nl_number(request, RTAX_ADVMSS, (uint32_t)route->advmss);
    }
    lx_nl_close(request, nest);
}

static void
Put(struct lx_nlrequest *request, const struct lx_route *route, bool link,
    size_t *at)
{
    if (route->to.bits > 0) {
        lx_ip_put(request, RTA_DST, &route->to);
    }
    PutVia(request, route);
    lx_ip_put(request, RTA_PREFSRC, &route->src);
    *at = link ? lx_nl_slot(request, RTA_OIF) : 0;
    if (route->table > UINT8_MAX) {
        lx_nl_number(request, RTA_TABLE, route->table);
    }
    if (route->metric >= 0) {
        lx_nl_number(request, RTA_PRIORITY, (uint32_t)route->metric);
    }
    PutMetrics(request, route);
}

static struct rtmsg
Header(const struct lx_route *route)
{
    return (struct rtmsg){
        .rtm_family = (uint8_t)route->family,
        .rtm_dst_len = (uint8_t)route->to.bits,
        .rtm_table =
            route->table > UINT8_MAX ? RT_TABLE_UNSPEC : (uint8_t)route->table,
        .rtm_protocol = (uint8_t)route->protocol,
        .rtm_type = (uint8_t)route->type,
        .rtm_flags = route->flags};
}

void
lx_route_add(
    struct lx_nlrequest *request, const struct lx_route *route, bool replace,
    bool link, size_t *at)
{
    struct rtmsg header = Header(route);

    header.rtm_scope = (uint8_t)Scope(route);
    lx_nl_begin(
        request, RTM_NEWROUTE,
        NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL), &header,
        sizeof(header));
    Put(request, route, link, at);
}

/*
 * What is not said may be anything: type 0 and the scope nowhere.
 */
void
lx_route_remove(
    struct lx_nlrequest *request, const struct lx_route *route, bool link,
    size_t *at)
{
    struct rtmsg header = Header(route);

    header.rtm_scope =
        route->scope >= 0 ? (uint8_t)route->scope : RT_SCOPE_NOWHERE;
    lx_nl_begin(request, RTM_DELROUTE, 0, &header, sizeof(header));
    Put(request, route, link, at);
}

void
lx_route_ask(struct lx_nlrequest *request, int family)
{
    const struct rtmsg header = {.rtm_family = (uint8_t)family};

    lx_nl_begin(request, RTM_GETROUTE, NLM_F_DUMP, &header, sizeof(header));
}

void
lx_route_find(
    struct lx_nlrequest *request, const struct lx_route *route, int64_t mark)
{
    const struct rtmsg header = {
        .rtm_family = (uint8_t)route->family,
        .rtm_dst_len = (uint8_t)(lx_ip_size(&route->to) * 8),
        .rtm_src_len =
            (uint8_t)(route->from.family != 0 ? lx_ip_size(&route->from) * 8 : 0),
        .rtm_flags = RTM_F_LOOKUP_TABLE};

    lx_nl_begin(request, RTM_GETROUTE, 0, &header, sizeof(header));
    lx_ip_put(request, RTA_DST, &route->to);
    lx_ip_put(request, RTA_SRC, &route->from);
    if (route->index != 0) {
        lx_nl_number(request, RTA_OIF, (uint32_t)route->index);
    }
    if (mark >= 0) {
        lx_nl_number(request, RTA_MARK, (uint32_t)mark);
    }
}
