/*
 * What a netlink socket gives, whatever it is: answers are taken apart by
 * every reader, and what a link was like before is put into a request. The
 * first half of the input is the answer, the second one stands for a request.
 */

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "lx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ReadKind(const char *name, const struct nlattr *data, bool member)
{
    const struct lx_linkkind *kind =
        member ? lx_link_member(name) : lx_link_kind(name);
    const struct nlattr *table[LX_KIND_MAX];
    struct lx_kindvalue value;

    lx_nl_nested(data, table, LX_KIND_MAX);
    for (const struct lx_kindattr *attr = kind != NULL ? kind->attrs : NULL;
         attr != NULL && attr->key != NULL; attr++) {
        if (lx_kind_read(attr, table, &value) && value.form == LX_VALUE_TEXT) {
            (void)strlen(value.text);
        }
    }
}

static size_t total;

static void
Use(const char *text)
{
    total += text != NULL ? strlen(text) : 0;
}

static void
ReadLink(const struct nlmsghdr *message)
{
    struct lx_linkcount count;
    struct lx_link link;
    char text[LX_MAC_TEXT];
    size_t at = 0;

    if (!lx_link_read(message, &link)) {
        return;
    }
    Use(link.name);
    Use(link.alias);
    Use(link.kind);
    Use(link.memberKind);
    Use(link.qdisc);
    Use(link.bus);
    Use(link.device);
    if (link.mac != NULL) {
        Use(lx_mac_text(link.mac, link.macLen, text));
    }
    for (size_t n = 0; lx_link_count(&link, n, &count); n++) {
        total += count.value;
    }
    for (const char *name; (name = lx_link_altname(&link, &at)) != NULL;) {
        Use(name);
    }
    ReadKind(link.kind, link.data, false);
    ReadKind(link.memberKind, link.memberData, true);
}

static void
Each(void *arg, const struct nlmsghdr *message)
{
    struct lx_netold *old = arg;
    static struct lx_route route;
    struct lx_address address;
    struct lx_neighbour neighbour;
    char text[LX_IP_TEXT], mac[LX_MAC_TEXT];
    struct lx_qdiscinfo qdisc;

    ReadLink(message);
    if (lx_qdisc_read(message, &qdisc)) {
        Use(qdisc.kind);
        for (int i = 0; i < LX_QDISC_VALUES; i++) {
            total += (size_t)qdisc.qdisc.values[i];
        }
    }
    if (lx_address_read(message, &address)) {
        Use(lx_cidr_text(&address.local, text));
        Use(address.label);
    }
    if (lx_route_read(message, &route)) {
        Use(lx_cidr_text(&route.to, text));
        for (size_t i = 0; i < route.hopCount; i++) {
            total += (size_t)route.hops[i].index;
        }
    }
    if (lx_neighbour_read(message, &neighbour) && neighbour.mac != NULL) {
        Use(lx_mac_text(neighbour.mac, neighbour.macLen, mac));
    }
    if (old->len == 0 && message->nlmsg_len <= sizeof(old->data)) {
        memcpy(old->data, message, message->nlmsg_len);
        old->len = message->nlmsg_len;
    }
}

/*
 * Requests are nscg's own, and whole.
 */
static void
PutBack(const struct lx_netold *old, const uint8_t *data, size_t size)
{
    static struct lx_nlrequest change, back;
    struct lx_kindnest nest;
    struct lx_linkset set = {
        .name = "a",
        .alias = "",
        .mtu = 1,
        .queue = 1,
        .group = 1,
        .carrier = 1,
        .addrgen = 1,
        .ns = size > 0 && data[0] & 1 ? 0 : -1,
        .noMaster = true};

    lx_link_change(&change, NULL, 0, size > 1 ? data[1] : 0);
    lx_link_put(&change, &set);
    lx_kind_open(&change, "bridge", size > 0 && data[0] & 2, &nest);
    for (size_t i = 2; i + 1 < size && i < 60; i += 2) {
        lx_nl_put(&change, data[i], data, data[i + 1] < size ? data[i + 1] : 0);
    }
    lx_kind_close(&change, &nest);
    if (!change.full && old->len > 0) {
        lx_netold_request(old, &change, &back);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct lx_netold old;
    size_t half = size / 2;
    char *answer = malloc(half > 0 ? half : 1); /* its end is watched */
    char text[64];
    struct lx_nlreader reader = {.text = text, .textSize = sizeof(text)};

    if (answer == NULL) {
        abort();
    }
    memcpy(answer, data, half);
    old.len = 0;
    text[0] = '\0';
    lx_nl_read(&reader, answer, half, Each, &old);
    Use(text);
    PutBack(&old, data + half, size - half);
    free(answer);
    return 0;
}
