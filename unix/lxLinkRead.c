/*
 * lxLinkRead.c --
 *
 *      RTM_NEWLINK, read.
 */

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "lx.h"

#ifndef RTEXT_FILTER_VF
#define RTEXT_FILTER_VF 1
#endif

/*
 * Of the virtual functions of a card nothing is asked for: there can be more
 * than an answer has room for.
 */
void
lx_link_ask(struct lx_nlrequest *request, const char *name)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};

    lx_nl_begin(
        request, RTM_GETLINK, name == NULL ? NLM_F_DUMP : 0, &family,
        sizeof(family));
    if (name != NULL) {
        lx_nl_text(request, IFLA_IFNAME, name);
    }
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

static const void *
Bytes(const struct nlattr *attribute, size_t *len)
{
    *len = attribute != NULL ? mnl_attr_get_payload_len(attribute) : 0;
    return lx_nl_bytes(attribute, 1);
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
    link->mac = Bytes(table[IFLA_ADDRESS], &link->macLen);
    link->broadcast = Bytes(table[IFLA_BROADCAST], &link->broadcastLen);
    link->mtu = lx_nl_value(table[IFLA_MTU], 0);
    link->minMtu = lx_nl_value(table[IFLA_MIN_MTU], 0);
    link->maxMtu = lx_nl_value(table[IFLA_MAX_MTU], 0);
    link->queue = lx_nl_value(table[IFLA_TXQLEN], 0);
    link->state = lx_nl_value(table[IFLA_OPERSTATE], 0);
    link->carrierChanges = lx_nl_value(table[IFLA_CARRIER_CHANGES], 0);
    link->hasCarrier = lx_nl_value(table[IFLA_CARRIER], 0) != 0;
    link->group = lx_nl_value(table[IFLA_GROUP], 0);
    link->txQueues = lx_nl_value(table[IFLA_NUM_TX_QUEUES], 0);
    link->rxQueues = lx_nl_value(table[IFLA_NUM_RX_QUEUES], 0);
    link->link = (int32_t)lx_nl_value(table[IFLA_LINK], 0);
    link->master = (int32_t)lx_nl_value(table[IFLA_MASTER], 0);
    link->linkNs = table[IFLA_LINK_NETNSID] != NULL
        ? (int32_t)lx_nl_value(table[IFLA_LINK_NETNSID], 0)
        : -1;
    link->stats = lx_nl_bytes(table[IFLA_STATS64], 1) != NULL
        ? table[IFLA_STATS64]
        : NULL;
    ReadKind(table[IFLA_LINKINFO], link);
    return link->name != NULL;
}
