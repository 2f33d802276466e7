/*
 * lxNetlink.h --
 *
 *      rtnetlink(7): requests, and what the kernel says to them. A part of
 *      lx.h.
 *
 *      A request is put together before it is sent, in memory of the caller's,
 *      so that one can be compiled by the parent and sent by a child.
 */

#ifndef LX_NETLINK_H
#define LX_NETLINK_H

#include "lx.h"

struct nlmsghdr;
struct nlattr;

/* -- Requests ------------------------------------------------------------- */

#define LX_NL_REQUEST 4096

struct lx_nlrequest {
    size_t len;
    bool full; /* something had no room: it is not sent */
    _Alignas(8) char data[LX_NL_REQUEST];
};

/* type and flags as of struct nlmsghdr; NLM_F_REQUEST is added. */
void lx_nl_begin(
    struct lx_nlrequest *request, unsigned type, unsigned flags,
    const void *family, size_t len);
void lx_nl_put(
    struct lx_nlrequest *request, unsigned type, const void *data, size_t len);
void lx_nl_text(struct lx_nlrequest *request, unsigned type, const char *text);
void lx_nl_number(struct lx_nlrequest *request, unsigned type, uint32_t value);
/* A number of four bytes that is filled in later; where it is in data. */
size_t lx_nl_slot(struct lx_nlrequest *request, unsigned type);
/* A struct without a header of its own, within an attribute. */
void lx_nl_raw(struct lx_nlrequest *request, const void *data, size_t len);
/* Attributes in an attribute; nest says where, for close. */
size_t lx_nl_nest(struct lx_nlrequest *request, unsigned type);
void lx_nl_close(struct lx_nlrequest *request, size_t nest);

/* -- Talking -------------------------------------------------------------- */

struct lx_netlink {
    struct lx_kernel *kernel;
    int fd;
    unsigned sequence;
    char text[256]; /* the kernel's own words for its last refusal; or empty */
};

/* In the net namespace of this thread; or a socket that is there already,
 * which it comes to own. */
int lx_netlink_open(
    struct lx_netlink *netlink, struct lx_kernel *kernel, struct lx_err *err);
void
lx_netlink_take(struct lx_netlink *netlink, struct lx_kernel *kernel, int fd);
void lx_netlink_close(struct lx_netlink *netlink);

/*
 * Sends it and waits for the kernel's word. 0, or -1 and errno, netlink->text
 * saying more. An answer that is not an error goes to `each`, which may be
 * NULL; its message is whole, and its attributes are within it. EAGAIN: others
 * changed what was listed meanwhile.
 */
typedef void lx_nl_each(void *arg, const struct nlmsghdr *message);
int lx_netlink_ask(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg);
/*
 * The same for a list: `each` comes once all of it is here, and of one moment.
 * While others change what is listed it is asked for again, for this long.
 * Allocates memory: not for a child.
 */
#define LX_NET_PATIENCE 5000 /* ms */
int lx_netlink_list(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg);
/* err from errno and netlink->text: returns -1. */
int lx_netlink_fail(
    const struct lx_netlink *netlink, struct lx_err *err, const char *fmt, ...);

/* -- Answers -------------------------------------------------------------- */

/*
 * The attributes after `family` bytes of a message, in an attribute, or in len
 * bytes, by type; table[i] is NULL where there is none. What is mutilated is
 * left out.
 */
void lx_nl_attributes(
    const struct nlmsghdr *message, size_t family, const struct nlattr **table,
    size_t count);
void lx_nl_nested(
    const struct nlattr *nest, const struct nlattr **table, size_t count);
void lx_nl_within(
    const void *data, size_t len, const struct nlattr **table, size_t count);
/* Values; def where there is none, or it is too short. */
uint64_t lx_nl_value(const struct nlattr *attribute, uint64_t def);
const char *lx_nl_string(const struct nlattr *attribute, const char *def);
const void *lx_nl_bytes(const struct nlattr *attribute, size_t len);

/* Takes apart what a socket gave, len bytes. */
struct lx_nlreader {
    unsigned sequence;
    bool done;  /* nothing more will come */
    int errnum; /* of the kernel's refusal, or 0 */
    char *text; /* its words go here */
    size_t textSize;
    bool again; /* the tables changed meanwhile (NLM_F_DUMP_INTR) */
};
void lx_nl_read(
    struct lx_nlreader *reader, const void *data, size_t len, lx_nl_each *each,
    void *arg);

/* ------------------------------------------------------------------------
 * lxNetSocket.c: sockets of other net namespaces.
 */

/*
 * A socket made in the namespace of TARGET, whatever the domain. This thread
 * is where it was afterwards: that failing is NSCG NS LOST.
 */
int lx_net_socket(
    const struct lx_target *target, int domain, int type, int protocol,
    struct lx_err *err);
/* rtnetlink of TARGET; NULL is this thread's own namespace. */
int lx_net_open(
    struct lx_netlink *netlink, struct lx_kernel *kernel,
    const struct lx_target *target, struct lx_err *err);

/* The name of a link in the socket's namespace, by number; NULL: none. */
#define LX_NET_NAME 16 /* with the final 0: IFNAMSIZ */
const char *lx_net_linkname(
    struct lx_netlink *netlink, int64_t index, char name[LX_NET_NAME]);

/* /dev/net/tun, opened in the namespace of TARGET: what is made by it, is
 * made there. */
#define LX_TUN_DEVICE "/dev/net/tun"
int lx_net_tun(const struct lx_target *target, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxNsid.c: a namespace by the number that another one knows it by.
 */

/* The inode of the namespace that `nsid` stands for; 0: it cannot be seen. */
uint64_t lx_nsid_find(struct lx_netlink *netlink, int64_t nsid);

#endif /* LX_NETLINK_H */
