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

/* One part of a dump is at most this long (netlink's own limit). */
#define ANSWER_SIZE 32768

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

/*
 * 0, or -1 and errno, from what the whole of an answer came to.
 */
static int
Outcome(const struct lx_nlreader *reader)
{
    errno = reader->errnum == 0 && reader->again ? EAGAIN : reader->errnum;
    return errno == 0 ? 0 : -1;
}

int
lx_netlink_ask(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg)
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

        if (len < 0) {
            return -1;
        }
        if (len == 0) {
            break;
        }
        lx_nl_read(&reader, answer, (size_t)len, each, arg);
    }
    return Outcome(&reader);
}

/* -- Lists ---------------------------------------------------------------- */

/* A part of an answer, in the order in which they came. */
struct part {
    struct part *next;
    size_t len;
    _Alignas(8) char data[];
};

/*
 * Takes an answer off the socket, as it is: the shorter the time between its
 * parts, the less others change meanwhile.
 */
static int
Gather(
    struct lx_netlink *netlink, struct lx_nlrequest *request,
    struct lx_pool *pool, struct part **first)
{
    struct lx_nlreader reader = {
        .text = netlink->text, .textSize = sizeof(netlink->text)};
    _Alignas(8) char answer[ANSWER_SIZE];

    netlink->text[0] = '\0';
    if (Send(netlink, request) < 0) {
        return -1;
    }
    reader.sequence = netlink->sequence;
    for (struct part **next = first; !reader.done; next = &(*next)->next) {
        long len = Receive(netlink, answer);

        if (len <= 0) {
            return (int)len;
        }
        *next = lx_pool_alloc(pool, sizeof(**next) + (size_t)len);
        if (*next == NULL) {
            errno = ENOMEM;
            return -1;
        }
        (*next)->len = (size_t)len;
        memcpy((*next)->data, answer, (size_t)len);
        lx_nl_read(&reader, (*next)->data, (*next)->len, NULL, NULL);
    }
    return Outcome(&reader);
}

int
lx_netlink_list(
    struct lx_netlink *netlink, struct lx_nlrequest *request, lx_nl_each *each,
    void *arg)
{
    struct lx_wait patience = lx_wait_begin(LX_NET_PATIENCE);
    struct lx_nlreader reader = {
        .text = netlink->text, .textSize = sizeof(netlink->text)};
    struct lx_pool pool = {.chunks = NULL};
    struct part *first;
    int result, saved;

    do {
        lx_pool_free(&pool);
        first = NULL;
        result = Gather(netlink, request, &pool, &first);
        /* After a nap there is a moment in which nobody else runs. */
    } while (result != 0 && errno == EAGAIN && lx_wait_nap(&patience));
    saved = errno;
    reader.sequence = netlink->sequence;
    for (; result == 0 && first != NULL; first = first->next) {
        lx_nl_read(&reader, first->data, first->len, each, arg);
    }
    lx_pool_free(&pool);
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
        lx_hint(err, "the kernel says: %s", netlink->text);
    }
    return -1;
}
