/*
 * lxNetlink.c --
 *
 *      rtnetlink: requests are sent, and answers received.
 *
 *      libmnl's sockets are not used: system calls go through lx_sys, as all
 *      that a step makes.
 */

#include <errno.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "lx.h"

#ifndef NETLINK_EXT_ACK
#define NETLINK_EXT_ACK 11
#endif

/*
 * One part of a dump is at most half as long (netlink's own limit); what is
 * told of one link is longer where it has other names, of 64 KB at most.
 */
#define ANSWER_SIZE (72 * 1024)

/* -- Talking -------------------------------------------------------------- */

void
lx_netlink_take(struct lx_netlink *netlink, struct lx_kernel *kernel, int fd)
{
    static const int on = 1;

    netlink->kernel = kernel;
    netlink->fd = fd;
    netlink->sequence = 0;
    netlink->text[0] = '\0';
    LX_SYS(
        kernel, setsockopt, "fddpd", fd, SOL_NETLINK, NETLINK_EXT_ACK, &on,
        sizeof(on));
}

int
lx_netlink_open(
    struct lx_netlink *netlink, struct lx_kernel *kernel, struct lx_err *err)
{
    int fd = (int)LX_SYS(
        kernel, socket, "ddd=", AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
        NETLINK_ROUTE);

    if (fd < 0) {
        netlink->fd = -1;
        return lx_fail(err, errno, "cannot open a netlink socket");
    }
    lx_netlink_take(netlink, kernel, fd);
    return 0;
}

void
lx_netlink_close(struct lx_netlink *netlink)
{
    if (netlink->fd >= 0) {
        int saved = errno;

        LX_SYS(netlink->kernel, close, "f", netlink->fd);
        netlink->fd = -1;
        errno = saved;
    }
}

/*
 * The bits mean other things (NLM_F_EXCL) in what is not a question; of each
 * kind of thing rtnetlink has four types, of which the third asks.
 */
static bool
IsDump(const struct nlmsghdr *header)
{
    return (header->nlmsg_type & 3) == 2
        && (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

static long
Send(struct lx_netlink *netlink, struct lx_nlrequest *request)
{
    struct nlmsghdr *header = (void *)request->data;
    long sent;

    if (request->full) {
        errno = EMSGSIZE;
        return -1;
    }
    header->nlmsg_seq = ++netlink->sequence;
    if (!IsDump(header)) {
        header->nlmsg_flags |= NLM_F_ACK;
    }
    do {
        sent = LX_SYS(
            netlink->kernel, sendto, "fNddpd", netlink->fd, request->data,
            request->len, 0, NULL, 0);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

/*
 * The kernel has answered before the request's call returns, so there is
 * nothing to wait for. Messages are read whole: one that is longer than the
 * buffer says so (MSG_TRUNC), and is no answer. Returns its length; 0 where
 * system calls are only recorded.
 */
static long
Receive(struct lx_netlink *netlink, char answer[ANSWER_SIZE])
{
    long len;

    do {
        len = LX_SYS(
            netlink->kernel, recvfrom, "fpddpp", netlink->fd, answer,
            ANSWER_SIZE, MSG_TRUNC | MSG_DONTWAIT, NULL, NULL);
    } while (len < 0 && errno == EINTR);
    if (lx_recording(netlink->kernel)) {
        return 0;
    }
    if (len > ANSWER_SIZE) {
        errno = EMSGSIZE;
        return -1;
    }
    if (len == 0) {
        errno = ENOLINK;
        return -1;
    }
    return len;
}

/* The parts of an answer, in the order in which they came. */
struct part {
    struct part *next;
    size_t len;
    _Alignas(8) char data[];
};

struct parts {
    struct lx_pool pool;
    struct part *first, **end;
};

static int
Keep(struct parts *parts, const char *answer, size_t len)
{
    struct part *part = lx_pool_alloc(&parts->pool, sizeof(*part) + len);

    if (part == NULL) {
        errno = ENOMEM;
        return -1;
    }
    part->len = len;
    memcpy(part->data, answer, len);
    *parts->end = part;
    parts->end = &part->next;
    return 0;
}

/*
 * Sends it and receives the answer, which goes to `each`, or is kept.
 */
static int
Exchange(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg, struct parts *parts)
{
    struct lx_nlreader reader = {
        .text = netlink->text, .textSize = sizeof(netlink->text)};
    _Alignas(8) char answer[ANSWER_SIZE];

    netlink->text[0] = '\0';
    if (Send(netlink, request) < 0) {
        return -1;
    }
    reader.sequence = netlink->sequence;
    while (!reader.done) {
        long len = Receive(netlink, answer);

        if (len < 0
            || (parts != NULL && Keep(parts, answer, (size_t)len) != 0)) {
            return -1;
        }
        if (len == 0) {
            break;
        }
        lx_nl_read(&reader, answer, (size_t)len, each, arg);
    }
    errno = reader.errnum == 0 && reader.again ? EAGAIN : reader.errnum;
    return errno == 0 ? 0 : -1;
}

int
lx_netlink_ask(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg)
{
    return Exchange(netlink, request, each, arg, NULL);
}

/*
 * The parts are taken off the socket one after another: the shorter the time
 * between them, the less others change meanwhile.
 */
int
lx_netlink_list(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg)
{
    struct lx_wait patience = lx_wait_begin(LX_NET_PATIENCE);
    struct lx_nlreader reader = {
        .text = netlink->text, .textSize = sizeof(netlink->text)};
    struct parts parts = {.first = NULL};
    int result, saved;

    do {
        lx_pool_free(&parts.pool);
        parts.first = NULL;
        parts.end = &parts.first;
        result = Exchange(netlink, request, NULL, NULL, &parts);
        /* After a nap there is a moment in which nobody else runs. */
    } while (result != 0 && errno == EAGAIN && lx_wait_nap(&patience));
    saved = errno;
    reader.sequence = netlink->sequence;
    for (const struct part *part = parts.first; result == 0 && part != NULL;
         part = part->next) {
        lx_nl_read(&reader, part->data, part->len, each, arg);
    }
    lx_pool_free(&parts.pool);
    errno = saved;
    return result;
}

int
lx_netlink_fail(
    const struct lx_netlink *netlink, struct lx_err *err, const char *fmt, ...)
{
    int errnum = errno;
    char what[sizeof(err->what)];
    va_list args;

    va_start(args, fmt);
    lx_vformat(what, sizeof(what), fmt, args);
    va_end(args);
    lx_fail(err, errnum, "%s", what);
    if (netlink->text[0] != '\0') {
        lx_hint(err, "the kernel says: %p", netlink->text);
    }
    return -1;
}
