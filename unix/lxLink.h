/*
 * lxLink.h --
 *
 *      Links, as the kernel tells of them and as they are asked for. A part of
 *      lx.h.
 */

#ifndef LX_LINK_H
#define LX_LINK_H

#include "lxNetlink.h"

/* ------------------------------------------------------------------------
 * lxLinkText.c: hardware addresses and names of states.
 */

#define LX_MAC_TEXT 96 /* of any hardware address */

/* Six bytes in hexadecimal, parted by colons; a group address is refused. */
int lx_mac_parse(const char *text, unsigned char mac[6], struct lx_err *err);
char *lx_mac_text(const void *mac, size_t len, char buf[LX_MAC_TEXT]);

const char *lx_link_type(unsigned type);    /* ARPHRD_...; NULL: not known */
const char *lx_link_state(unsigned state);  /* IF_OPER_... */
/* The n-th flag's name if it is set in flags; NULL: not set. */
const char *lx_link_flag(unsigned flags, int n);
#define LX_LINK_FLAGS 19
#define LX_LINK_UP 1 /* the first: IFF_UP */

/* ------------------------------------------------------------------------
 * lxLinkRead.c: a link, as the kernel tells of it.
 */

struct lx_link {
    int index;
    unsigned flags;
    unsigned type;
    const char *name, *alias, *kind, *memberKind, *qdisc;
    const void *mac, *broadcast;
    size_t macLen, broadcastLen;
    uint64_t mtu, minMtu, maxMtu, queue, state, carrierChanges, group;
    int64_t link, master; /* numbers of others; 0: none */
    int64_t linkNs;       /* the number of the namespace of `link`; -1: here */
    uint64_t txQueues, rxQueues;
    bool hasCarrier;
    const struct nlattr *data; /* of its kind; NULL: none */
    const struct nlattr *memberData;
    const struct nlattr *stats; /* struct rtnl_link_stats64 */
};

/* false: no link, or mutilated. Its texts are in the message. */
bool lx_link_read(const struct nlmsghdr *message, struct lx_link *link);
/* All links, or the one of that name. */
void lx_link_ask(struct lx_nlrequest *request, const char *name);

/* ------------------------------------------------------------------------
 * lxLinkMake.c: requests.
 */

struct lx_linkend {
    const char *name;
    const unsigned char *mac; /* six bytes; NULL: the kernel chooses */
    uint32_t mtu;             /* 0: the kernel chooses */
    int ns;                   /* a net namespace; -1: where it is asked for */
    bool up;
};

void lx_veth_make(
    struct lx_nlrequest *request, const struct lx_linkend *end,
    const struct lx_linkend *peer);
void lx_link_remove(struct lx_nlrequest *request, const char *name);
/* RTM_NEWLINK for a link that is there, by name; attributes may follow. */
void lx_link_change(
    struct lx_nlrequest *request, const char *name, unsigned flags,
    unsigned mask);

#endif /* LX_LINK_H */
