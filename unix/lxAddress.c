/*
 * lxAddress.c --
 *
 *      RTM_NEWADDR and its kin.
 */

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

_Static_assert(
    LX_ADDRESS_INDEX == NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_index),
    "where the number of an address's link is");
_Static_assert(
    LX_ADDRESS_NODAD == IFA_F_NODAD && LX_ADDRESS_TENTATIVE == IFA_F_TENTATIVE
        && LX_ADDRESS_DADFAILED == IFA_F_DADFAILED
        && LX_ADDRESS_HOME == IFA_F_HOMEADDRESS
        && LX_ADDRESS_MANAGETEMP == IFA_F_MANAGETEMPADDR
        && LX_ADDRESS_NOPREFIXROUTE == IFA_F_NOPREFIXROUTE,
    "flags of addresses");

static int
Scope(const struct lx_address *address)
{
    if (address->scope >= 0) {
        return address->scope;
    }
    return address->local.family == AF_INET && address->local.bytes[0] == 127
        ? RT_SCOPE_HOST
        : RT_SCOPE_UNIVERSE;
}

/*
 * To the kernel the network is that of IFA_ADDRESS: the other end's, where
 * there is one.
 */
static void
Begin(
    struct lx_nlrequest *request, const struct lx_address *address,
    unsigned type, unsigned flags)
{
    const struct lx_ip *far =
        address->peer.family != 0 ? &address->peer : &address->local;
    const struct ifaddrmsg family = {
        .ifa_family = (uint8_t)address->local.family,
        .ifa_prefixlen = (uint8_t)far->bits,
        .ifa_flags = (uint8_t)address->flags,
        .ifa_scope = (uint8_t)Scope(address)};

    lx_nl_begin(request, type, flags, &family, sizeof(family));
    lx_ip_put(request, IFA_LOCAL, &address->local);
}

void
lx_address_add(
    struct lx_nlrequest *request, const struct lx_address *address,
    bool replace)
{
    Begin(
        request, address, RTM_NEWADDR,
        NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL));
    lx_ip_put(
        request, IFA_ADDRESS,
        address->peer.family != 0 ? &address->peer : &address->local);
    lx_ip_put(request, IFA_BROADCAST, &address->broadcast);
    if (address->label != NULL) {
        lx_nl_text(request, IFA_LABEL, address->label);
    }
    if (address->flags > UINT8_MAX) {
        lx_nl_number(request, IFA_FLAGS, address->flags);
    }
    if (address->metric >= 0) {
        lx_nl_number(request, IFA_RT_PRIORITY, (uint32_t)address->metric);
    }
    if (address->hasLife) {
        const struct ifa_cacheinfo life = {
            .ifa_valid = address->valid, .ifa_prefered = address->preferred};

        lx_nl_put(request, IFA_CACHEINFO, &life, sizeof(life));
    }
}

/*
 * Where the length of its network was not said, an IPv4 address alone is
 * enough for the kernel.
 */
void
lx_address_remove(
    struct lx_nlrequest *request, const struct lx_address *address)
{
    Begin(request, address, RTM_DELADDR, 0);
    if (address->label != NULL) {
        lx_nl_text(request, IFA_LABEL, address->label);
    }
    if (address->peer.family != 0) {
        lx_ip_put(request, IFA_ADDRESS, &address->peer);
    } else if (address->local.hasBits || address->local.family == AF_INET6) {
        lx_ip_put(request, IFA_ADDRESS, &address->local);
    }
}

void
lx_address_ask(struct lx_nlrequest *request, int family)
{
    const struct ifaddrmsg header = {.ifa_family = (uint8_t)family};

    lx_nl_begin(request, RTM_GETADDR, NLM_F_DUMP, &header, sizeof(header));
}

/*
 * IFA_LOCAL is missing of an IPv6 address without a peer.
 */
static bool
ReadEnds(
    const struct nlattr *const *table, const struct ifaddrmsg *info,
    struct lx_address *address)
{
    struct lx_ip *local = &address->local, *peer = &address->peer;

    lx_ip_read(table[IFA_ADDRESS], info->ifa_family, peer);
    if (!lx_ip_read(table[IFA_LOCAL], info->ifa_family, local)) {
        *local = *peer;
    }
    if (local->family == 0
        || memcmp(local->bytes, peer->bytes, sizeof(local->bytes)) == 0) {
        *peer = (struct lx_ip){.family = 0};
    }
    local->bits = peer->bits = info->ifa_prefixlen;
    lx_ip_read(table[IFA_BROADCAST], info->ifa_family, &address->broadcast);
    return local->family != 0;
}

bool
lx_address_read(const struct nlmsghdr *message, struct lx_address *address)
{
    const struct nlattr *table[IFA_MAX + 1];
    const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
    const struct ifa_cacheinfo *life;

    memset(address, 0, sizeof(*address));
    if (message->nlmsg_type != RTM_NEWADDR
        || mnl_nlmsg_get_payload_len(message) < sizeof(*info)
        || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6)) {
        return false;
    }
    lx_nl_attributes(message, sizeof(*info), table, IFA_MAX + 1);
    address->index = (int)info->ifa_index;
    address->scope = info->ifa_scope;
    address->flags = (uint32_t)lx_nl_value(table[IFA_FLAGS], info->ifa_flags);
    address->label = lx_nl_string(table[IFA_LABEL], NULL);
    address->metric = table[IFA_RT_PRIORITY] != NULL
        ? (int64_t)lx_nl_value(table[IFA_RT_PRIORITY], 0)
        : -1;
    life = lx_nl_bytes(table[IFA_CACHEINFO], sizeof(*life));
    if (life != NULL) {
        address->hasLife = true;
        address->valid = life->ifa_valid;
        address->preferred = life->ifa_prefered;
    }
    return ReadEnds(table, info, address);
}

/*
 * One bit means another thing of IPv4.
 */
const char *
lx_address_flag4(uint32_t flags, int n)
{
    return n == 0 ? (flags & IFA_F_SECONDARY ? "secondary" : NULL)
                  : lx_address_flag(flags, n);
}

const char *
lx_address_flag(uint32_t flags, int n)
{
    static const char *const names[LX_ADDRESS_FLAGS] = {
        "temporary",   "nodad",         "optimistic", "dadfailed",
        "homeaddress", "deprecated",    "tentative",  "permanent",
        "managetemp",  "noprefixroute", "mcautojoin", "stableprivacy"};

    return n >= 0 && n < LX_ADDRESS_FLAGS && (flags & (1u << n)) ? names[n]
                                                                 : NULL;
}
