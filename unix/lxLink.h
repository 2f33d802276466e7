/*
 * lxLink.h --
 *
 *      Links, as the kernel tells of them and as they are asked for. A part of
 *      lx.h.
 */

#ifndef LX_LINK_H
#define LX_LINK_H

#include "lxAddress.h"
#include "lxNetlink.h"

/* ------------------------------------------------------------------------
 * lxLinkText.c: hardware addresses and names of states.
 */

#define LX_MAC_TEXT 96 /* of any hardware address */

/* Six bytes in hexadecimal, parted by colons; that of a group is refused,
 * unless group says otherwise. */
int lx_mac_parse(
    const char *text, bool group, unsigned char mac[6], struct lx_err *err);
char *lx_mac_text(const void *mac, size_t len, char buf[LX_MAC_TEXT]);

const char *lx_link_type(unsigned type);    /* ARPHRD_...; NULL: not known */
const char *lx_link_state(unsigned state);  /* IF_OPER_... */
const char *lx_link_addrgen(unsigned mode); /* IN6_ADDR_GEN_MODE_... */
extern const char *const lx_link_addrgens[];
/* The n-th flag's name if it is set in flags; NULL: not set. */
const char *lx_link_flag(unsigned flags, int n);
#define LX_LINK_FLAGS 19

enum { /* IFF_... */
       LX_LINK_UP = 0x1,
       LX_LINK_NOARP = 0x80,
       LX_LINK_PROMISC = 0x100,
       LX_LINK_ALLMULTI = 0x200,
       LX_LINK_MULTICAST = 0x1000
};

/* ------------------------------------------------------------------------
 * lxLinkRead.c: a link, as the kernel tells of it.
 */

struct lx_link {
    int index;
    unsigned flags;
    unsigned type;
    const char *name, *alias, *kind, *memberKind, *qdisc, *bus, *device;
    const void *mac, *broadcast, *permanent;
    size_t macLen, broadcastLen, permanentLen;
    uint64_t state;
    int64_t link, master; /* numbers of others; 0: none */
    int64_t linkNs;       /* the number of the namespace of `link`; -1: here */
    bool hasCarrier;
    int addrgen; /* -1: not told */
    bool noIp6;  /* IPv6 is to use it, and is not at work yet */
    /* -1: not told */
    int64_t mtu, minMtu, maxMtu, queue, group, txQueues, rxQueues, promiscuity,
        allMulti, carrierChanges, gsoMaxSize, gsoMaxSegs;
    const struct nlattr *data; /* of its kind; NULL: none */
    const struct nlattr *memberData;
    const struct nlattr *altNames; /* each an IFLA_ALT_IFNAME */
    const struct nlattr *stats;    /* struct rtnl_link_stats64 */
};

/* false: no link, or mutilated. Its texts are in the message. */
bool lx_link_read(const struct nlmsghdr *message, struct lx_link *link);
/* Other names; at: 0 for the first, and what it was left at. */
const char *lx_link_altname(const struct lx_link *link, size_t *at);
/* The one of that number, or of that name; else all. */
void lx_link_ask(
    struct lx_nlrequest *request, int index, const char *name, bool stats);
/* The same in the namespace that the socket's knows as nsid. */
void lx_link_ask_there(struct lx_nlrequest *request, int index, int64_t nsid);

/* Counts: the n-th; false: there is none. Those of one direction follow one
 * another. */
struct lx_linkcount {
    const char *direction, *name;
    uint64_t value;
};
bool
lx_link_count(const struct lx_link *link, size_t n, struct lx_linkcount *count);

/* ------------------------------------------------------------------------
 * lxLinkMake.c: requests.
 */

struct lx_linkend {
    const char *name;
    const unsigned char *mac; /* six bytes; NULL: the kernel chooses */
    uint32_t mtu;             /* 0: the kernel chooses */
    uint32_t group;           /* 0: none */
    int ns;                   /* a net namespace; -1: where it is asked for */
};

void lx_veth_make(
    struct lx_nlrequest *request, const struct lx_linkend *end,
    const struct lx_linkend *peer);
void lx_link_remove(struct lx_nlrequest *request, const char *name);
/* Of all links of a group. */
void lx_link_remove_group(struct lx_nlrequest *request, uint32_t group);
/* RTM_NEWLINK for a link that is there, by name (NULL: by number, which goes
 * to LX_LINK_INDEX); attributes may follow. */
void lx_link_change(
    struct lx_nlrequest *request, const char *name, unsigned flags,
    unsigned mask);
#define LX_LINK_INDEX 20 /* where the number is in a request's data */
/* RTM_NEWLINK for a new one; attributes may follow. */
void lx_link_make(
    struct lx_nlrequest *request, const char *name, unsigned flags,
    unsigned mask);

/* Attributes; those that name another link leave its number to be filled in,
 * and return where. */
struct lx_linkset {
    const unsigned char *mac, *broadcast; /* six bytes; NULL: not set */
    const char *name, *alias;             /* NULL: not set */
    int64_t mtu, queue, group;            /* -1: not set */
    int carrier, addrgen;                 /* -1: not set */
    int ns;                               /* -1: it stays */
    bool noMaster;
};
#define LX_LINKSET_NONE \
    { \
        .mtu = -1, .queue = -1, .group = -1, .carrier = -1, .addrgen = -1, \
        .ns = -1 \
    }
void lx_link_put(struct lx_nlrequest *request, const struct lx_linkset *set);
size_t lx_link_put_master(struct lx_nlrequest *request);
size_t lx_link_put_link(struct lx_nlrequest *request);
/* To the namespace of the process of that pid. */
size_t lx_link_put_pid(struct lx_nlrequest *request);

/* ------------------------------------------------------------------------
 * lxLinkNames.c: other names of the link of that number.
 */

void lx_link_names_remove(struct lx_netlink *netlink, int index);
/* Those that it has in `message`. */
int lx_link_names_add(
    struct lx_netlink *netlink, int index, const struct nlmsghdr *message);

/* ------------------------------------------------------------------------
 * lxLinkKind.c, lxLinkValue.c: what only links of a kind have.
 */

enum lx_kindform {
    LX_FORM_BOOL,   /* of one byte, 0 or 1 */
    LX_FORM_BOOL32, /* of four */
    LX_FORM_NUMBER8,
    LX_FORM_NUMBER16,
    LX_FORM_NUMBER32,
    LX_FORM_PORT,    /* two bytes, the higher first */
    LX_FORM_CENTI,   /* hundredths of a second <-> ms */
    LX_FORM_SECONDS, /* <-> ms */
    LX_FORM_WORD8,   /* a number that has a name */
    LX_FORM_WORD16,
    LX_FORM_WORD32,
    LX_FORM_PROTOCOL, /* the same, of an Ethernet frame */
    LX_FORM_LINK,     /* the number of a link */
    LX_FORM_IP,       /* type for v4, type6 for v6 */
    LX_FORM_BRIDGEID, /* only told */
    LX_FORM_ID        /* only told: a uid or gid; all ones is none */
};

struct lx_word {
    const char *name; /* NULL: the end */
    uint32_t value;
};

struct lx_kindattr {
    const char *key; /* NULL: the end */
    enum lx_kindform form;
    uint16_t type, type6;
    const struct lx_word *words;
    uint32_t min, max;
    bool told; /* by the kernel, and not to be set */
};

struct lx_linkkind {
    const char *name;
    const struct lx_kindattr *attrs;
};

/* NULL: nothing is known of such a kind, or of such an attribute. */
const struct lx_linkkind *lx_link_kind(const char *name);
const struct lx_linkkind *lx_link_member(const char *masterKind);
const struct lx_kindattr *
lx_kind_attr(const struct lx_linkkind *kind, const char *key);

enum lx_valueform {
    LX_VALUE_BOOL,
    LX_VALUE_NUMBER,
    LX_VALUE_TEXT,
    LX_VALUE_LINK /* number: of a link */
};

struct lx_kindvalue {
    enum lx_valueform form;
    uint64_t number;
    struct lx_ip ip;
    char text[64];
};

/* false: it is not there, or mutilated. table is of LX_KIND_MAX. */
#define LX_KIND_MAX 64
bool lx_kind_read(
    const struct lx_kindattr *attr, const struct nlattr *const *table,
    struct lx_kindvalue *value);
/* Where the number of a link has to go; else 0. */
size_t lx_kind_put(
    struct lx_nlrequest *request, const struct lx_kindattr *attr,
    const struct lx_kindvalue *value);

/* The nest of a kind's attributes: two levels, opened and closed. */
struct lx_kindnest {
    size_t info, data;
};
void lx_kind_open(
    struct lx_nlrequest *request, const char *kind, bool member,
    struct lx_kindnest *nest);
void
lx_kind_close(struct lx_nlrequest *request, const struct lx_kindnest *nest);

/* ------------------------------------------------------------------------
 * lxLinkSettle.c
 */

/* What is known of a link's carrier is told to all that go by it. */
void lx_link_settle(struct lx_netlink *netlink, const char *name);

/* ------------------------------------------------------------------------
 * lxLinkWait.c
 */

struct lx_linkwait {
    const char *name;
    const char *where; /* for messages */
    bool gone;         /* until there is no such link; nothing else counts */
    int up, carrier, settled; /* 1, 0; -1: either */
    int timeout;              /* ms */
};

int lx_link_wait(
    const struct lx_target *target, const struct lx_linkwait *wait,
    struct lx_err *err);

#endif /* LX_LINK_H */
