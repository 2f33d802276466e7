/*
 * lxAddress.h --
 *
 *      Addresses, routes and neighbours: texts, requests, answers. A part of
 *      lx.h.
 */

#ifndef LX_ADDRESS_H
#define LX_ADDRESS_H

#include "lxNetlink.h"

/* ------------------------------------------------------------------------
 * lxIp.c: IPv4 and IPv6 addresses.
 */

#define LX_INET 2     /* AF_INET */
#define LX_INET6 10   /* AF_INET6 */
#define LX_IP_TEXT 56 /* with a length */

struct lx_ip {
    int family;   /* 0: none */
    int bits;     /* of its network, "/24" */
    bool hasBits; /* they were said */
    unsigned char bytes[16];
};

/* 10.0.0.1, or fd00::1. */
int lx_ip_parse(const char *text, struct lx_ip *ip, struct lx_err *err);
/* The same, with or without /BITS: all bits, then. */
int lx_cidr_parse(const char *text, struct lx_ip *ip, struct lx_err *err);
/* A network: no bits behind its own. "default" is all of IPv4, unless family
 * says LX_INET6. */
int lx_network_parse(
    const char *text, int family, struct lx_ip *ip, struct lx_err *err);
void lx_ip_set(struct lx_ip *ip, int family, const void *bytes);
size_t lx_ip_size(const struct lx_ip *ip); /* 4 or 16 */
/* Into a request, unless it is none; from an answer: false and none, if it is
 * not there. */
void
lx_ip_put(struct lx_nlrequest *request, unsigned type, const struct lx_ip *ip);
bool lx_ip_read(const struct nlattr *attribute, int family, struct lx_ip *ip);
bool lx_ip_any(const struct lx_ip *ip); /* no bit is set */
char *lx_ip_text(const struct lx_ip *ip, char buf[LX_IP_TEXT]);
char *lx_cidr_text(const struct lx_ip *ip, char buf[LX_IP_TEXT]);
const char *lx_family_name(int family); /* inet, inet6 */

/* ------------------------------------------------------------------------
 * lxRouteText.c: numbers that have names; what has none is told in digits.
 */

#define LX_WORD_TEXT 16

enum lx_words {
    LX_WORDS_SCOPE,    /* global link host site nowhere */
    LX_WORDS_TABLE,    /* main local default */
    LX_WORDS_PROTOCOL, /* kernel boot static ... */
    LX_WORDS_TYPE      /* unicast blackhole unreachable ... */
};

const char *
lx_word_text(enum lx_words words, uint32_t value, char buf[LX_WORD_TEXT]);
/* false: neither a name nor a number that fits. */
bool lx_word_find(enum lx_words words, const char *text, uint32_t *value);
/* All names, for messages. */
void lx_word_names(enum lx_words words, char *buf, size_t size);

/* ------------------------------------------------------------------------
 * lxAddress.c
 */

enum { /* IFA_F_... */
       LX_ADDRESS_NODAD = 0x02,
       LX_ADDRESS_DADFAILED = 0x08,
       LX_ADDRESS_HOME = 0x10,
       LX_ADDRESS_TENTATIVE = 0x40,
       LX_ADDRESS_MANAGETEMP = 0x100,
       LX_ADDRESS_NOPREFIXROUTE = 0x200
};

#define LX_FOREVER UINT32_MAX

struct lx_address {
    struct lx_ip local;
    struct lx_ip peer, broadcast; /* family 0: none */
    const char *label;            /* NULL: none */
    int index;
    int scope; /* making: -1: as the address suggests */
    uint32_t flags;
    int64_t metric;            /* -1: none */
    uint32_t valid, preferred; /* seconds, or LX_FOREVER */
    bool hasLife;
};

/* The link's number goes to LX_ADDRESS_INDEX. */
#define LX_ADDRESS_INDEX 20
void lx_address_add(
    struct lx_nlrequest *request, const struct lx_address *address,
    bool replace);
void lx_address_remove(
    struct lx_nlrequest *request, const struct lx_address *address);
/* family: LX_INET, LX_INET6, or 0 */
void lx_address_ask(struct lx_nlrequest *request, int family);
bool
lx_address_read(const struct nlmsghdr *message, struct lx_address *address);
/* As lx_link_flag; of IPv4, and of IPv6. */
const char *lx_address_flag4(uint32_t flags, int n);
const char *lx_address_flag(uint32_t flags, int n);
#define LX_ADDRESS_FLAGS 12

/* ------------------------------------------------------------------------
 * lxRoute.c, lxRouteRead.c
 */

#define LX_TABLE_MAIN 254     /* RT_TABLE_MAIN */
#define LX_ROUTE_ONLINK 0x04  /* RTNH_F_ONLINK */
#define LX_ROUTE_CLONED 0x200 /* RTM_F_CLONED: what came of a route */
/* As lx_link_flag. */
const char *lx_route_flag(unsigned flags, int n);
#define LX_ROUTE_FLAGS 7

struct lx_hop {
    struct lx_ip via; /* family 0: none */
    int index;        /* 0: none */
    int weight;
    unsigned flags;
};

#define LX_HOPS 64

struct lx_route {
    int family;
    struct lx_ip to;             /* bits 0: default */
    struct lx_ip via, src, from; /* family 0: none */
    int index;                   /* of the link; 0: none */
    uint32_t table, type, protocol;
    int scope;           /* making: -1: as the rest suggests */
    int64_t metric;      /* -1: none */
    int64_t mtu, advmss; /* -1: none */
    int64_t expires;     /* told: seconds; -1: never */
    unsigned flags;
    struct lx_hop hops[LX_HOPS];
    size_t hopCount;
};
#define LX_ROUTE_NONE \
    { \
        .table = LX_TABLE_MAIN, .type = 1, .protocol = 3, .scope = -1, \
        .metric = -1, .mtu = -1, .advmss = -1, .expires = -1 \
    }

/* The number of its link, if it has one (link), goes to *at. */
void lx_route_add(
    struct lx_nlrequest *request, const struct lx_route *route, bool replace,
    bool link, size_t *at);
void lx_route_remove(
    struct lx_nlrequest *request, const struct lx_route *route, bool link,
    size_t *at);
void lx_route_ask(struct lx_nlrequest *request, int family);
/* Which way to an address: route->to; from, index and mark may be none. */
void lx_route_find(
    struct lx_nlrequest *request, const struct lx_route *route, int64_t mark);
bool lx_route_read(const struct nlmsghdr *message, struct lx_route *route);

/* ------------------------------------------------------------------------
 * lxNeighbour.c
 */

struct lx_neighbour {
    struct lx_ip to;
    int index;
    unsigned state, flags;
    const void *mac; /* NULL: not known */
    size_t macLen;
};

void lx_neighbour_ask(struct lx_nlrequest *request, int family);
bool lx_neighbour_read(
    const struct nlmsghdr *message, struct lx_neighbour *neighbour);
const char *lx_neighbour_state(unsigned state); /* NUD_... */
#define LX_NEIGHBOUR_NOARP 0x40                 /* of the kernel's own making */
const char *lx_neighbour_flag(unsigned flags, int n); /* as lx_link_flag */
#define LX_NEIGHBOUR_FLAGS 8

#endif /* LX_ADDRESS_H */
