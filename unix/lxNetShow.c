/*
 * lxNetShow.c --
 *
 *      How requests to rtnetlink and what belongs to them read when they are
 *      recorded: {RTM_NEWLINK "eth0" up mtu=1400}.
 */

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lx.h"

struct out {
    char *buf;
    size_t size, len;
};

__attribute__((noinline)) static void
Put(struct out *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    out->len = lx_vappend(out->buf, out->size, out->len, format, args);
    va_end(args);
}

static const struct {
    unsigned type;
    const char *name;
} messages[] = {
    {RTM_NEWLINK, "RTM_NEWLINK"},   {RTM_DELLINK, "RTM_DELLINK"},
    {RTM_GETLINK, "RTM_GETLINK"},   {RTM_NEWADDR, "RTM_NEWADDR"},
    {RTM_DELADDR, "RTM_DELADDR"},   {RTM_GETADDR, "RTM_GETADDR"},
    {RTM_NEWROUTE, "RTM_NEWROUTE"}, {RTM_DELROUTE, "RTM_DELROUTE"},
    {RTM_GETROUTE, "RTM_GETROUTE"}, {RTM_NEWQDISC, "RTM_NEWQDISC"},
    {RTM_DELQDISC, "RTM_DELQDISC"}, {RTM_NEWTCLASS, "RTM_NEWTCLASS"},
};

static void
PutType(struct out *out, unsigned type)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        if (messages[i].type == type) {
            Put(out, "%s", messages[i].name);
            return;
        }
    }
    Put(out, "%u", type);
}

/* -- Links ---------------------------------------------------------------- */

static void
PutLinkText(struct out *out, const struct nlattr *attr)
{
    char mac[LX_MAC_TEXT];

    switch (mnl_attr_get_type(attr)) {
    case IFLA_IFNAME:
        Put(out, " name=%q", lx_nl_string(attr, ""));
        break;
    case IFLA_ADDRESS:
        Put(out, " address=%s",
            lx_mac_text(
                mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr),
                mac));
        break;
    case IFLA_MTU:
        Put(out, " mtu=%u", (unsigned)lx_nl_value(attr, 0));
        break;
    case IFLA_TXQLEN:
        Put(out, " txqueuelen=%u", (unsigned)lx_nl_value(attr, 0));
        break;
    case IFLA_GROUP:
        Put(out, " group=%u", (unsigned)lx_nl_value(attr, 0));
        break;
    case IFLA_CARRIER:
        Put(out, " carrier=%u", (unsigned)lx_nl_value(attr, 0));
        break;
    case IFLA_NET_NS_FD:
        Put(out, " netns=%u", (unsigned)lx_nl_value(attr, 0));
        break;
    case IFLA_MASTER:
        Put(out, " master");
        break;
    case IFLA_LINK:
        Put(out, " link");
        break;
    case IFLA_IFALIAS:
        Put(out, " alias");
        break;
    default:
        break;
    }
}

static void PutLinkAttributes(struct out *out, const void *from, size_t len);

/*
 * A veth's other end stands within, with a header of its own.
 */
static void
PutKind(struct out *out, const struct nlattr *info)
{
    const struct nlattr *table[IFLA_INFO_MAX + 1], *data[VETH_INFO_PEER + 1];
    const char *kind;

    lx_nl_nested(info, table, IFLA_INFO_MAX + 1);
    kind = lx_nl_string(
        table[IFLA_INFO_KIND], lx_nl_string(table[IFLA_INFO_SLAVE_KIND], ""));
    Put(out, " kind=%s", kind);
    lx_nl_nested(table[IFLA_INFO_DATA], data, VETH_INFO_PEER + 1);
    if (strcmp(kind, "veth") == 0
        && lx_nl_bytes(data[VETH_INFO_PEER], sizeof(struct ifinfomsg))) {
        const char *peer = mnl_attr_get_payload(data[VETH_INFO_PEER]);
        size_t len = mnl_attr_get_payload_len(data[VETH_INFO_PEER]);

        Put(out, " peer={");
        PutLinkAttributes(
            out, peer + sizeof(struct ifinfomsg),
            len - sizeof(struct ifinfomsg));
        Put(out, "}");
    }
}

static void
PutLinkAttributes(struct out *out, const void *from, size_t len)
{
    const struct nlattr *attr;

    mnl_attr_for_each_payload(from, len)
    {
        if (mnl_attr_get_type(attr) == IFLA_LINKINFO) {
            PutKind(out, attr);
        } else {
            PutLinkText(out, attr);
        }
    }
}

static void
PutLink(struct out *out, const struct nlmsghdr *message)
{
    const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);

    for (int i = 0; i < LX_LINK_FLAGS; i++) {
        if (info->ifi_change & (1u << i)) {
            Put(out, " %s%s", info->ifi_flags & (1u << i) ? "" : "-",
                lx_link_flag(~0u, i));
        }
    }
    PutLinkAttributes(
        out, mnl_nlmsg_get_payload_offset(message, sizeof(*info)),
        mnl_nlmsg_get_payload_len(message) - sizeof(*info));
}

/* -- Addresses and routes ------------------------------------------------- */

static void
PutIp(struct out *out, const char *name, int family, const struct nlattr *attr)
{
    char text[LX_IP_TEXT];
    struct lx_ip ip;

    if (lx_ip_read(attr, family, &ip)) {
        Put(out, " %s%s", name, lx_ip_text(&ip, text));
    }
}

static void
PutAddress(struct out *out, const struct nlmsghdr *message)
{
    const struct nlattr *table[IFA_MAX + 1];
    const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);

    lx_nl_attributes(message, sizeof(*info), table, IFA_MAX + 1);
    PutIp(out, "", info->ifa_family, table[IFA_LOCAL]);
    Put(out, "/%u", (unsigned)info->ifa_prefixlen);
    PutIp(out, "broadcast=", info->ifa_family, table[IFA_BROADCAST]);
    if (table[IFA_LABEL] != NULL) {
        Put(out, " label=%s", lx_nl_string(table[IFA_LABEL], ""));
    }
}

static void
PutRoute(struct out *out, const struct nlmsghdr *message)
{
    const struct rtmsg *info = mnl_nlmsg_get_payload(message);
    const struct nlattr *table[RTA_MAX + 1];
    char word[LX_WORD_TEXT];

    lx_nl_attributes(message, sizeof(*info), table, RTA_MAX + 1);
    if (info->rtm_type > RTN_UNICAST) {
        Put(out, " %s", lx_word_text(LX_WORDS_TYPE, info->rtm_type, word));
    }
    if (info->rtm_dst_len == 0) {
        Put(out, info->rtm_family == AF_INET6 ? " ::/0" : " default");
    } else {
        PutIp(out, "", info->rtm_family, table[RTA_DST]);
        Put(out, "/%u", (unsigned)info->rtm_dst_len);
    }
    PutIp(out, "via=", info->rtm_family, table[RTA_GATEWAY]);
    PutIp(out, "src=", info->rtm_family, table[RTA_PREFSRC]);
    if (table[RTA_PRIORITY] != NULL) {
        Put(out, " metric=%u", (unsigned)lx_nl_value(table[RTA_PRIORITY], 0));
    }
}

/*
 * Where it hangs, and of which kind it is.
 */
static void
PutQdisc(struct out *out, const struct nlmsghdr *message)
{
    const struct nlattr *table[TCA_MAX + 1];
    const struct tcmsg *info = mnl_nlmsg_get_payload(message);
    char text[LX_QDISC_TEXT];
    const char *kind;

    Put(out, " %s", lx_qdisc_handle(info->tcm_parent, text));
    lx_nl_attributes(message, sizeof(*info), table, TCA_MAX + 1);
    kind = lx_nl_string(table[TCA_KIND], NULL);
    if (kind != NULL) {
        Put(out, " kind=%s", kind);
    }
}

static size_t
ShowRequest(char *buf, size_t size, const void *data)
{
    const struct nlmsghdr *message = data;
    struct out out = {buf, size, 0};

    Put(&out, "{");
    PutType(&out, message->nlmsg_type);
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
    case RTM_GETLINK:
        PutLink(&out, message);
        break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
        PutAddress(&out, message);
        break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        PutRoute(&out, message);
        break;
    case RTM_NEWQDISC:
    case RTM_DELQDISC:
    case RTM_NEWTCLASS:
        PutQdisc(&out, message);
        break;
    default:
        break;
    }
    Put(&out, "}");
    return out.len;
}

/* -- ioctl ---------------------------------------------------------------- */

static size_t
ShowIoctl(char *buf, size_t size, unsigned long number)
{
    switch (number) {
    case SIOCGIFINDEX:
        return lx_format(buf, size, "SIOCGIFINDEX");
    case SIOCGIFNAME:
        return lx_format(buf, size, "SIOCGIFNAME");
    case SIOCETHTOOL:
        return lx_format(buf, size, "SIOCETHTOOL");
    case TUNSETIFF:
        return lx_format(buf, size, "TUNSETIFF");
    case TUNSETOWNER:
        return lx_format(buf, size, "TUNSETOWNER");
    case TUNSETGROUP:
        return lx_format(buf, size, "TUNSETGROUP");
    case TUNSETPERSIST:
        return lx_format(buf, size, "TUNSETPERSIST");
    default:
        return lx_format(buf, size, "0x%x", number);
    }
}

size_t
lx_net_show(char *buf, size_t size, char letter, const long *arg)
{
    switch (letter) {
    case 'N':
        return ShowRequest(buf, size, (const void *)*arg);
    case 'I':
        return ShowIoctl(buf, size, (unsigned long)*arg);
    case 'E':
        return lx_format(
            buf, size, "{%q}", ((const struct ifreq *)*arg)->ifr_name);
    default:
        return lx_format(buf, size, "%l", *arg);
    }
}
