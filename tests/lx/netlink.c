/*
 * Messages of rtnetlink: requests, the kernel's answers as they were recorded,
 * and the same mutilated. Every answer lies at the end of a page that is
 * followed by one that cannot be read.
 */

#include "check.h"
#include "guarded.h"
#include "lx.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

/* -- Messages, as the kernel would make them ------------------------------ */

static struct lx_nlrequest made;

static struct nlmsghdr *
header(void)
{
    return (struct nlmsghdr *)(void *)made.data;
}

static void
make_link(void)
{
    const struct ifinfomsg family = {
        .ifi_type = 1, .ifi_index = 7, .ifi_flags = 0x1003};
    static const unsigned char mac[6] = {2, 0, 0, 0, 0, 7};
    size_t info, data;

    lx_nl_begin(&made, RTM_NEWLINK, 0, &family, sizeof(family));
    lx_nl_text(&made, IFLA_IFNAME, "br0");
    lx_nl_put(&made, IFLA_ADDRESS, mac, 6);
    lx_nl_number(&made, IFLA_MTU, 1400);
    lx_nl_number(&made, IFLA_MASTER, 9);
    lx_nl_number(&made, IFLA_LINK, 8);
    lx_nl_number(&made, IFLA_LINK_NETNSID, 0);
    info = lx_nl_nest(&made, IFLA_LINKINFO);
    lx_nl_text(&made, IFLA_INFO_KIND, "bridge");
    data = lx_nl_nest(&made, IFLA_INFO_DATA);
    lx_nl_number(&made, IFLA_BR_AGEING_TIME, 30000);
    lx_nl_number(&made, IFLA_BR_STP_STATE, 1);
    lx_nl_close(&made, data);
    lx_nl_close(&made, info);
    header()->nlmsg_seq = 1;
}

static int seen;
static struct lx_link last;

static void
see(void *arg, const struct nlmsghdr *message)
{
    (void)arg;
    seen += lx_link_read(message, &last);
}

static struct lx_nlreader
read_all(const void *data, size_t len)
{
    static char text[256];
    struct lx_nlreader reader = {
        .sequence = 1, .text = text, .textSize = sizeof(text)};

    text[0] = '\0';
    seen = 0;
    lx_nl_read(&reader, guarded(data, len), len, see, NULL);
    return reader;
}

/* ------------------------------------------------------------------------ */

static void
requests(void)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    size_t nest, at;

    lx_nl_begin(&made, RTM_NEWLINK, NLM_F_CREATE, &family, sizeof(family));
    CHECK_INT(made.len, 32);
    CHECK_INT(header()->nlmsg_len, 32);
    CHECK_INT(header()->nlmsg_flags, NLM_F_CREATE | NLM_F_REQUEST);
    lx_nl_text(&made, IFLA_IFNAME, "a");
    CHECK_INT(made.len, 40);
    at = lx_nl_slot(&made, IFLA_MASTER);
    CHECK_INT(at, 44);
    nest = lx_nl_nest(&made, IFLA_LINKINFO);
    lx_nl_text(&made, IFLA_INFO_KIND, "veth");
    lx_nl_close(&made, nest);
    CHECK_INT(made.len, header()->nlmsg_len);
    CHECK_INT(
        ((struct nlattr *)(void *)(made.data + nest))->nla_len,
        made.len - nest);
    CHECK(!made.full);
}

/* What has no room is not put, and the request says so for good. */
static void
full(void)
{
    static char big[LX_NL_REQUEST];
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    size_t len;

    lx_nl_begin(&made, RTM_NEWLINK, 0, &family, sizeof(family));
    lx_nl_put(&made, IFLA_IFALIAS, big, LX_NL_REQUEST - 32 - 4);
    CHECK(!made.full);
    CHECK_INT(made.len, LX_NL_REQUEST);
    len = made.len;
    lx_nl_number(&made, IFLA_MTU, 1);
    CHECK(made.full);
    CHECK_INT(made.len, len);
    CHECK_INT(lx_nl_slot(&made, IFLA_MASTER), 0);
    CHECK_INT(lx_nl_nest(&made, IFLA_LINKINFO), 0);
    lx_nl_close(&made, 0);
    lx_nl_raw(&made, big, 16);
    CHECK_INT(made.len, len);

    lx_nl_begin(&made, RTM_NEWLINK, 0, &family, sizeof(family));
    lx_nl_put(&made, IFLA_IFALIAS, big, UINT16_MAX);
    CHECK(made.full);
    lx_nl_begin(&made, RTM_NEWLINK, 0, &family, sizeof(family));
    CHECK(!made.full);
}

static void
link_read(void)
{
    make_link();
    read_all(made.data, made.len);
    CHECK_INT(seen, 1);
    CHECK_STR(last.name, "br0");
    CHECK_INT(last.index, 7);
    CHECK_INT(last.mtu, 1400);
    CHECK_INT(last.master, 9);
    CHECK_INT(last.link, 8);
    CHECK_INT(last.linkNs, 0);
    CHECK_INT(last.minMtu, -1);
    CHECK_INT(last.addrgen, -1);
    CHECK_STR(last.kind, "bridge");
    CHECK_INT(last.macLen, 6);
    CHECK(last.alias == NULL);
    CHECK(last.stats == NULL);
}

static void
kind_read(void)
{
    const struct lx_linkkind *kind = lx_link_kind("bridge");
    const struct nlattr *table[LX_KIND_MAX];
    struct lx_kindvalue value;

    make_link();
    read_all(made.data, made.len);
    lx_nl_nested(last.data, table, LX_KIND_MAX);
    CHECK(lx_kind_read(lx_kind_attr(kind, "ageing"), table, &value));
    CHECK_INT(value.number, 300000);
    CHECK(lx_kind_read(lx_kind_attr(kind, "stp"), table, &value));
    CHECK_INT(value.form, LX_VALUE_BOOL);
    CHECK(!lx_kind_read(lx_kind_attr(kind, "hello"), table, &value));
    CHECK(!lx_kind_read(lx_kind_attr(kind, "bridgeid"), table, &value));
    CHECK(lx_kind_attr(kind, "nix") == NULL);
    CHECK(lx_link_kind("nix") == NULL);
    CHECK(lx_link_kind(NULL) == NULL);
}

/* Every beginning of an answer, each at the end of the page. */
static void
cut_short(void)
{
    static char copy[LX_NL_REQUEST];
    size_t len;

    make_link();
    len = made.len;
    memcpy(copy, made.data, len);
    for (size_t n = 0; n < len; n++) {
        read_all(copy, n);
        CHECK_INT(seen, 0);
    }
    /* The same, with a length that says so. */
    for (size_t n = 0; n < len; n++) {
        struct nlmsghdr *head = (void *)copy;

        head->nlmsg_len = (uint32_t)n;
        read_all(copy, n);
        CHECK(seen == 0 || (n >= 40 && strcmp(last.name, "br0") == 0));
    }
}

/* Each byte is each of some values: what comes of it is all the same, but
 * nothing outside is read. */
static void
mutilated(void)
{
    static const unsigned char values[] = {0, 1, 3, 4, 5, 127, 128, 255};
    static char copy[LX_NL_REQUEST];
    size_t len;

    make_link();
    len = made.len;
    memcpy(copy, made.data, len);
    for (size_t at = 0; at < len; at++) {
        char kept = copy[at];

        for (size_t i = 0; i < sizeof(values); i++) {
            const struct nlattr *table[LX_KIND_MAX];
            struct lx_linkcount count;
            struct lx_kindvalue value;
            size_t name = 0;

            copy[at] = (char)values[i];
            read_all(copy, len);
            if (seen == 1) {
                const struct lx_linkkind *kind = lx_link_kind("bridge");

                lx_nl_nested(last.data, table, LX_KIND_MAX);
                for (const struct lx_kindattr *attr = kind->attrs;
                     attr->key != NULL; attr++) {
                    lx_kind_read(attr, table, &value);
                }
                lx_link_count(&last, 0, &count);
                lx_link_altname(&last, &name);
            }
        }
        copy[at] = kept;
    }
    CHECK(true);
}

/* -- Errors --------------------------------------------------------------- */

/* "Unknown device type", recorded from Linux 6.18. */
static const unsigned char refusal[] = {
    0x68, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x02, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0xa1, 0xff, 0xff, 0xff, 0x3c, 0x00, 0x00, 0x00,
    0x10, 0x00, 0x05, 0x06, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x03, 0x00, 0x64, 0x30, 0x00, 0x00,
    0x14, 0x00, 0x12, 0x80, 0x0a, 0x00, 0x01, 0x00, 0x64, 0x75, 0x6d, 0x6d,
    0x79, 0x00, 0x00, 0x00, 0x04, 0x00, 0x02, 0x80, 0x18, 0x00, 0x01, 0x00,
    0x55, 0x6e, 0x6b, 0x6e, 0x6f, 0x77, 0x6e, 0x20, 0x64, 0x65, 0x76, 0x69,
    0x63, 0x65, 0x20, 0x74, 0x79, 0x70, 0x65, 0x00};

static void
error_with_words(void)
{
    unsigned char copy[sizeof(refusal)];
    struct lx_nlreader reader = read_all(refusal, sizeof(refusal));

    CHECK(sizeof(refusal) == 0x68);
    CHECK(reader.done);
    CHECK_INT(reader.errnum, 95);
    CHECK_STR(reader.text, "Unknown device type");

    /* Of another question. */
    memcpy(copy, refusal, sizeof(copy));
    copy[8] = 2;
    reader = read_all(copy, sizeof(copy));
    CHECK(!reader.done);

    /* What it repeats is longer than it is; its words have no end. */
    memcpy(copy, refusal, sizeof(copy));
    copy[20] = 0xff;
    copy[21] = 0xff;
    reader = read_all(copy, sizeof(copy));
    CHECK_INT(reader.errnum, 95);
    CHECK_STR(reader.text, "");
    copy[22] = copy[23] = 0xff;
    reader = read_all(copy, sizeof(copy));
    CHECK_INT(reader.errnum, 95);
    memcpy(copy, refusal, sizeof(copy));
    copy[sizeof(copy) - 1] = 'x';
    reader = read_all(copy, sizeof(copy));
    CHECK_STR(reader.text, "");
}

static void
error_cut_short(void)
{
    unsigned char copy[sizeof(refusal)];

    memcpy(copy, refusal, sizeof(copy));
    for (size_t n = 0; n < sizeof(copy); n++) {
        struct lx_nlreader reader;

        ((struct nlmsghdr *)(void *)copy)->nlmsg_len = (uint32_t)n;
        reader = read_all(copy, n);
        CHECK(reader.errnum == 0 || reader.done);
        CHECK(n < 36 || reader.done);
    }
}

static void
error_mutilated(void)
{
    _Alignas(4) unsigned char copy[sizeof(refusal)];

    memcpy(copy, refusal, sizeof(copy));
    for (size_t at = 0; at < sizeof(copy); at++) {
        unsigned char kept = copy[at];

        for (int value = 0; value < 256; value++) {
            copy[at] = (unsigned char)value;
            read_all(copy, sizeof(copy));
        }
        copy[at] = kept;
    }
    CHECK(true);
}

static void
acknowledged(void)
{
    _Alignas(4) struct {
        struct nlmsghdr head;
        struct nlmsgerr error;
    } ack = {
        {.nlmsg_len = sizeof(ack),
         .nlmsg_type = NLMSG_ERROR,
         .nlmsg_flags = 0x100,
         .nlmsg_seq = 1},
        {.error = 0}};
    struct lx_nlreader reader = read_all(&ack, sizeof(ack));

    CHECK(reader.done);
    CHECK_INT(reader.errnum, 0);
    ack.head.nlmsg_type = NLMSG_DONE;
    CHECK(read_all(&ack, sizeof(ack)).done);
    CHECK_INT(read_all(&ack, sizeof(ack)).errnum, 0);
    /* A list that was broken off. */
    ack.error.error = -EMSGSIZE;
    CHECK_INT(read_all(&ack, sizeof(ack)).errnum, EMSGSIZE);
    ack.head.nlmsg_len = sizeof(ack.head);
    CHECK_INT(read_all(&ack, sizeof(ack.head)).errnum, 0);
    ack.head.nlmsg_len = sizeof(ack);
    ack.head.nlmsg_type = NLMSG_NOOP;
    CHECK(!read_all(&ack, sizeof(ack)).done);
    ack.head.nlmsg_flags = NLM_F_DUMP_INTR;
    CHECK(read_all(&ack, sizeof(ack)).again);
}

/* -- Addresses, routes, neighbours ---------------------------------------- */

static struct lx_address gotAddress;
static struct lx_route gotRoute;
static struct lx_neighbour gotNeighbour;
static bool readAddress, readRoute, readNeighbour;

static void
see_others(void *arg, const struct nlmsghdr *message)
{
    (void)arg;
    readAddress = lx_address_read(message, &gotAddress);
    readRoute = lx_route_read(message, &gotRoute);
    readNeighbour = lx_neighbour_read(message, &gotNeighbour);
}

static void
read_others(const void *data, size_t len)
{
    char text[16];
    struct lx_nlreader reader = {
        .sequence = 1, .text = text, .textSize = sizeof(text)};

    readAddress = readRoute = readNeighbour = false;
    lx_nl_read(&reader, guarded(data, len), len, see_others, NULL);
}

static void
mutilate_others(void)
{
    static const unsigned char values[] = {0, 1, 3, 4, 5, 7, 8, 16, 127, 255};
    static char copy[LX_NL_REQUEST];
    size_t len = made.len;

    memcpy(copy, made.data, len);
    for (size_t n = 0; n < len; n++) {
        read_others(copy, n);
    }
    for (size_t at = 0; at < len; at++) {
        char kept = copy[at];

        for (size_t i = 0; i < sizeof(values); i++) {
            copy[at] = (char)values[i];
            read_others(copy, len);
        }
        copy[at] = kept;
    }
}

static void
addresses(void)
{
    struct lx_address address = {.scope = -1, .metric = 7, .label = "a:x"};
    struct lx_err err;
    char text[LX_IP_TEXT];

    CHECK_INT(lx_cidr_parse("10.0.0.1/24", &address.local, &err), 0);
    CHECK_INT(lx_ip_parse("10.0.0.255", &address.broadcast, &err), 0);
    lx_address_add(&made, &address, false);
    CHECK_INT(header()->nlmsg_flags, NLM_F_CREATE | NLM_F_EXCL | NLM_F_REQUEST);
    header()->nlmsg_seq = 1;
    read_others(made.data, made.len);
    CHECK(readAddress && !readRoute && !readNeighbour);
    CHECK_STR(lx_cidr_text(&gotAddress.local, text), "10.0.0.1/24");
    CHECK_STR(lx_ip_text(&gotAddress.broadcast, text), "10.0.0.255");
    CHECK_INT(gotAddress.peer.family, 0);
    CHECK_STR(gotAddress.label, "a:x");
    CHECK_INT(gotAddress.metric, 7);
    mutilate_others();

    CHECK_INT(lx_cidr_parse("fd00::1", &address.local, &err), 0);
    CHECK_INT(lx_cidr_parse("fd00::2/64", &address.peer, &err), 0);
    address.broadcast.family = 0;
    address.hasLife = true;
    address.valid = 7;
    lx_address_add(&made, &address, true);
    header()->nlmsg_seq = 1;
    read_others(made.data, made.len);
    CHECK(readAddress);
    CHECK_STR(lx_cidr_text(&gotAddress.local, text), "fd00::1/64");
    CHECK_STR(lx_ip_text(&gotAddress.peer, text), "fd00::2");
    CHECK_INT(gotAddress.valid, 7);
    mutilate_others();
}

static void
routes(void)
{
    struct lx_route route = LX_ROUTE_NONE;
    struct lx_err err;
    char text[LX_IP_TEXT];
    size_t at;
    struct {
        struct rtnexthop hop;
        struct nlattr head;
        unsigned char via[4];
    } hops[2] = {
        {{.rtnh_len = 16, .rtnh_hops = 2, .rtnh_ifindex = 5},
         {8, RTA_GATEWAY},
         {10, 0, 0, 3}},
        {{.rtnh_len = 8, .rtnh_ifindex = 6}, {0, 0}, {0}}};

    CHECK_INT(lx_network_parse("10.1.0.0/16", 0, &route.to, &err), 0);
    CHECK_INT(lx_ip_parse("fd00::1", &route.via, &err), 0);
    route.family = route.to.family;
    route.table = 70000;
    route.metric = 7;
    route.mtu = 1400;
    lx_route_add(&made, &route, false, true, &at);
    CHECK(at > 0);
    lx_nl_put(&made, RTA_MULTIPATH, hops, 24);
    header()->nlmsg_seq = 1;
    read_others(made.data, made.len);
    CHECK(readRoute && !readAddress && !readNeighbour);
    CHECK_STR(lx_cidr_text(&gotRoute.to, text), "10.1.0.0/16");
    CHECK_STR(lx_ip_text(&gotRoute.via, text), "fd00::1");
    CHECK_INT(gotRoute.table, 70000);
    CHECK_INT(gotRoute.metric, 7);
    CHECK_INT(gotRoute.mtu, 1400);
    CHECK_INT(gotRoute.hopCount, 2);
    CHECK_INT(gotRoute.hops[0].weight, 3);
    CHECK_STR(lx_ip_text(&gotRoute.hops[0].via, text), "10.0.0.3");
    CHECK_INT(gotRoute.hops[1].index, 6);
    CHECK_INT(gotRoute.hops[1].via.family, 0);
    mutilate_others();
}

static void
neighbours(void)
{
    const struct ndmsg family = {
        .ndm_family = AF_INET, .ndm_ifindex = 7, .ndm_state = NUD_STALE};
    static const unsigned char mac[6] = {2, 0, 0, 0, 0, 7},
                               ip[4] = {10, 0, 0, 2};
    char text[LX_IP_TEXT];

    lx_nl_begin(&made, RTM_NEWNEIGH, 0, &family, sizeof(family));
    lx_nl_put(&made, NDA_DST, ip, 4);
    lx_nl_put(&made, NDA_LLADDR, mac, 6);
    header()->nlmsg_seq = 1;
    read_others(made.data, made.len);
    CHECK(readNeighbour && !readAddress && !readRoute);
    CHECK_STR(lx_ip_text(&gotNeighbour.to, text), "10.0.0.2");
    CHECK_STR(lx_neighbour_state(gotNeighbour.state), "stale");
    CHECK_INT(gotNeighbour.macLen, 6);
    mutilate_others();
}

/* -- What was there before ------------------------------------------------ */

static void
put_back(void)
{
    static struct lx_netold old;
    static struct lx_nlrequest change, back;
    struct lx_linkset set = LX_LINKSET_NONE;
    const struct nlattr *table[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
    const struct nlattr *data[LX_KIND_MAX];
    struct lx_kindnest nest;
    const struct ifinfomsg *link = (const void *)(back.data + NLMSG_HDRLEN);

    make_link();
    memcpy(old.data, made.data, made.len);
    old.len = made.len;
    lx_link_change(&change, NULL, 0, LX_LINK_UP | LX_LINK_PROMISC);
    set.mtu = 9000;
    set.alias = "new";
    set.name = "other";
    lx_link_put(&change, &set);
    lx_kind_open(&change, "bridge", false, &nest);
    lx_nl_number(&change, IFLA_BR_STP_STATE, 0);
    lx_nl_number(&change, IFLA_BR_HELLO_TIME, 0);
    lx_kind_close(&change, &nest);

    CHECK(lx_netold_request(&old, &change, &back));
    CHECK_INT(link->ifi_index, 7);
    CHECK_INT(link->ifi_flags, LX_LINK_UP);
    CHECK_INT(link->ifi_change, LX_LINK_UP | LX_LINK_PROMISC);
    lx_nl_attributes(
        (const void *)back.data, sizeof(struct ifinfomsg), table, IFLA_MAX + 1);
    CHECK_INT(lx_nl_value(table[IFLA_MTU], 0), 1400);
    CHECK_STR(lx_nl_string(table[IFLA_IFNAME], "-"), "br0");
    CHECK(table[IFLA_IFALIAS] != NULL); /* there was none: an empty one */
    CHECK_INT(table[IFLA_IFALIAS]->nla_len, 4);
    CHECK(table[IFLA_MASTER] == NULL); /* it was not to be changed */
    lx_nl_nested(table[IFLA_LINKINFO], info, IFLA_INFO_MAX + 1);
    CHECK_STR(lx_nl_string(info[IFLA_INFO_KIND], "-"), "bridge");
    lx_nl_nested(info[IFLA_INFO_DATA], data, LX_KIND_MAX);
    CHECK_INT(lx_nl_value(data[IFLA_BR_STP_STATE], 7), 1);
    CHECK(data[IFLA_BR_AGEING_TIME] == NULL);
    CHECK(data[IFLA_BR_HELLO_TIME] == NULL);

    old.len = 0;
    CHECK(!lx_netold_request(&old, &change, &back));
}

/* -- Texts ---------------------------------------------------------------- */

static void
ips(void)
{
    static const char *const bad[] = {
        "",           "x",          "1",
        "1.2.3",      "1.2.3.4.5",  "256.1.1.1",
        "1.2.3.4/",   "1.2.3.4/x",  "1.2.3.4/33",
        "1.2.3.4/-1", "::/129",     ":::",
        "1::2::3",    "fe80::1%lo", "1.2.3.4/4294967296",
        "/8",         " 1.2.3.4"};
    struct lx_ip ip;
    struct lx_err err;
    char text[LX_IP_TEXT];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_INT(lx_cidr_parse(bad[i], &ip, &err), -1);
        CHECK_STR(err.reason, "ADDRESS");
    }
    CHECK_INT(lx_cidr_parse("0.0.0.0/0", &ip, &err), 0);
    CHECK(lx_ip_any(&ip));
    CHECK_INT(lx_cidr_parse("255.255.255.255", &ip, &err), 0);
    CHECK_STR(lx_cidr_text(&ip, text), "255.255.255.255/32");
    CHECK_INT(
        lx_cidr_parse(
            "FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:255.255.255.255/128", &ip, &err),
        0);
    CHECK_STR(
        lx_cidr_text(&ip, text), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
    CHECK_INT(lx_ip_parse("1.2.3.4/8", &ip, &err), -1);
    CHECK_INT(lx_network_parse("10.0.0.0/8", 0, &ip, &err), 0);
    CHECK_INT(lx_network_parse("10.0.0.1/8", 0, &ip, &err), -1);
    CHECK_INT(lx_network_parse("fd00::/7", 0, &ip, &err), -1);
    CHECK_INT(lx_network_parse("fc00::/7", 0, &ip, &err), 0);
    CHECK_INT(lx_network_parse("default", LX_INET6, &ip, &err), 0);
    CHECK_STR(lx_cidr_text(&ip, text), "::/0");
}

static void
macs(void)
{
    static const char *const bad[] = {
        "",
        "02:00:00:00:00",
        "02:00:00:00:00:0",
        "02:00:00:00:00:000",
        "02-00-00-00-00-00",
        "0g:00:00:00:00:00",
        "02:00:00:00:00:00 "};
    unsigned char mac[6];
    char text[LX_MAC_TEXT], longest[40];
    struct lx_err err;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_INT(lx_mac_parse(bad[i], false, mac, &err), -1);
        CHECK_STR(err.reason, "MAC");
    }
    CHECK_INT(lx_mac_parse("02:aB:Cd:eF:00:7f", false, mac, &err), 0);
    CHECK_STR(lx_mac_text(mac, 6, text), "02:ab:cd:ef:00:7f");
    CHECK_INT(lx_mac_parse("ff:ff:ff:ff:ff:ff", false, mac, &err), -1);
    CHECK_INT(lx_mac_parse("ff:ff:ff:ff:ff:ff", true, mac, &err), 0);
    memset(longest, 0, sizeof(longest));
    CHECK(strlen(lx_mac_text(longest, sizeof(longest), text)) < LX_MAC_TEXT);
    CHECK_STR(lx_mac_text(mac, 0, text), "");
}

static void
names(void)
{
    static const char *const good[] = {
        "a", "eth0", "fifteen-letters", "...", "ä"};
    static const char *const bad[] = {
        "",     ".",    "..", "sixteen-letters-", "a b",  "a/b",  "a:b",
        "a\tb", "a\nb", "-a", "veth%d",           "a\vb", "a\fb", "a\rb"};
    struct lx_err err;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK_INT(lx_net_name(good[i], &err), 0);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_INT(lx_net_name(bad[i], &err), -1);
        CHECK_STR(err.reason, "NAME");
    }
}

static void
words(void)
{
    char text[LX_WORD_TEXT], all[256];
    uint32_t value;

    CHECK_STR(lx_word_text(LX_WORDS_TABLE, 254, text), "main");
    CHECK_STR(lx_word_text(LX_WORDS_TABLE, 4294967295u, text), "4294967295");
    CHECK(lx_word_find(LX_WORDS_TABLE, "4294967295", &value));
    CHECK_INT(value, 4294967295u);
    CHECK(!lx_word_find(LX_WORDS_TABLE, "4294967296", &value));
    CHECK(!lx_word_find(LX_WORDS_SCOPE, "256", &value));
    CHECK(lx_word_find(LX_WORDS_SCOPE, "global", &value));
    CHECK_INT(value, 0);
    CHECK(!lx_word_find(LX_WORDS_TYPE, "1", &value));
    CHECK(!lx_word_find(LX_WORDS_PROTOCOL, "", &value));
    for (int i = LX_WORDS_SCOPE; i <= LX_WORDS_TYPE; i++) {
        lx_word_names((enum lx_words)i, all, sizeof(all));
        CHECK(strlen(all) < sizeof(all) - 1);
        lx_word_names((enum lx_words)i, all, 8);
        CHECK(strlen(all) < 8);
    }
}

int
main(void)
{
    RUN(requests);
    RUN(full);
    RUN(link_read);
    RUN(kind_read);
    RUN(cut_short);
    RUN(mutilated);
    RUN(error_with_words);
    RUN(error_cut_short);
    RUN(error_mutilated);
    RUN(acknowledged);
    RUN(addresses);
    RUN(routes);
    RUN(neighbours);
    RUN(put_back);
    RUN(ips);
    RUN(macs);
    RUN(names);
    RUN(words);
    return check_done();
}
