/*
 * lxNetSocket.c --
 *
 *      A socket belongs to the net namespace in which it was made, whoever
 *      uses it. So one thread can have sockets in many, without staying there.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

/* What belongs to the namespace in which it was made: a socket, or what opens
 * as a device. */
struct wish {
    int domain, type, protocol;
    const char *device; /* NULL: a socket */
    int channel;        /* over which a child sends it; -1: none */
};

static int
Make(const struct wish *wish)
{
    return wish->device != NULL
        ? open(wish->device, O_RDWR | O_CLOEXEC)
        : socket(wish->domain, wish->type | SOCK_CLOEXEC, wish->protocol);
}

static int
CannotMake(const struct wish *wish, int errnum, struct lx_err *err)
{
    return wish->device != NULL
        ? lx_fail(err, errnum, "cannot open %q", wish->device)
        : lx_fail(err, errnum, "cannot make a socket in the net namespace");
}

/* -- By a child ----------------------------------------------------------- */

/*
 * An ordinary user may do in a namespace below the own user namespace what
 * the maker of that may, but not enter the one without the other; which takes
 * a process that does nothing else. It has no program to run: its step ends
 * it, when it has sent the socket.
 */
static int
SendStep(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct wish *wish = args;
    long fd = wish->device != NULL
        ? LX_SYS(
            kernel, openat, "fsO=", AT_FDCWD, wish->device, O_RDWR | O_CLOEXEC)
        : LX_SYS(
            kernel, socket, "ddd=", wish->domain, wish->type | SOCK_CLOEXEC,
            wish->protocol);
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control)};
    int number = (int)fd;

    if (fd < 0) {
        return CannotMake(wish, errno, err);
    }
    control.head = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)),
        .cmsg_level = SOL_SOCKET,
        .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), &number, sizeof(number));
    if (LX_SYS(kernel, sendmsg, "fpd", wish->channel, &message, MSG_NOSIGNAL)
        < 0) {
        return lx_fail(err, errno, "cannot pass on a socket");
    }
    return lx_fail(err, ECANCELED, "the socket is sent");
}

static int
ReceiveSocket(int channel)
{
    char control[CMSG_SPACE(sizeof(int))];
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control)};
    struct cmsghdr *head;
    int fd = -1;

    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) < 0) {
        return -1;
    }
    head = CMSG_FIRSTHDR(&message);
    if (head != NULL && head->cmsg_level == SOL_SOCKET
        && head->cmsg_type == SCM_RIGHTS) {
        memcpy(&fd, CMSG_DATA(head), sizeof(fd));
    }
    return fd;
}

/*
 * A copy for the child. Without it nothing may be launched: to a launch -1 is a
 * namespace that is not entered.
 */
static int
Give(struct lx_pool *pool, int fd, struct lx_err *err)
{
    int copy = lx_fd_copy(fd, err);

    if (copy < 0) {
        return -1;
    }
    copy = lx_pool_fd(pool, copy);
    return copy >= 0 ? copy : lx_fail(err, ENOMEM, "cannot get memory");
}

static int
RunLaunch(const struct lx_launch *launch, int ours, struct lx_err *err)
{
    struct lx_process process;
    int fd = -1;

    if (lx_launch_run(launch, &process, err) == 0) {
        lx_process_close(&process);
        lx_fail(err, EPROTO, "cannot make a socket in the net namespace");
    } else if (err->errnum == ECANCELED) {
        fd = ReceiveSocket(ours);
        if (fd < 0) {
            lx_fail(err, errno, "cannot get a socket of the net namespace");
        }
    }
    err->step = 0; /* that it was one is nobody's business */
    return fd;
}

static int
Launch(int ns, int user, struct wish *wish, int ours, struct lx_err *err)
{
    static const char *const programs[] = {"/nonexistent", NULL};
    static char *const argv[] = {(char *)"nonexistent", NULL};
    static char *const envp[] = {NULL};
    const struct lx_step step = {SendStep, wish, "socket"};
    struct lx_pool pool = {NULL, NULL};
    struct lx_launch launch;
    int fd = -1;

    lx_launch_start(&launch);
    launch.held = &pool;
    launch.steps = &step;
    launch.stepCount = 1;
    launch.program = programs[0];
    launch.programs = programs;
    launch.argv = argv;
    launch.envp = envp;
    wish->channel = Give(&pool, wish->channel, err);
    /* One's own user namespace cannot be entered again. */
    if (wish->channel >= 0
        && (lx_ns_mine(user, LX_USER)
            || (launch.joinFd[LX_USER] = Give(&pool, user, err)) >= 0)
        && (launch.joinFd[LX_NET] = Give(&pool, ns, err)) >= 0) {
        fd = RunLaunch(&launch, ours, err);
    }
    lx_pool_free(&pool);
    return fd;
}

static int
ByChild(const struct lx_target *target, struct wish *wish, struct lx_err *err)
{
    LX_AUTOCLOSE int ns = lx_ns_open(target, LX_NET, err);
    LX_AUTOCLOSE int user = ns >= 0 ? ioctl(ns, NS_GET_USERNS) : -1;
    LX_AUTOCLOSE int ours = -1;
    LX_AUTOCLOSE int theirs = -1;
    int ends[2];

    if (ns < 0) {
        return -1;
    }
    if (user < 0) {
        lx_fail(err, errno, "cannot enter the net namespace");
        lx_hint(err, "it belongs to a user namespace outside of this one");
        return -1;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return lx_fail(err, errno, "cannot make a socket");
    }
    ours = ends[0];
    theirs = ends[1];
    wish->channel = theirs;
    return Launch(ns, user, wish, ours, err);
}

/* ------------------------------------------------------------------------ */

/*
 * There and back. A thread that cannot come home must not go on: the failure
 * says so, and no socket is given.
 */
static int
InTarget(const struct lx_target *target, struct wish *wish, struct lx_err *err)
{
    struct lx_scope scope;
    int fd;

    if (target == NULL || target->self) {
        fd = Make(wish);
        return fd >= 0 ? fd : CannotMake(wish, errno, err);
    }
    if (lx_scope_setns(&scope, target, LX_KIND_BIT(LX_NET), err) != 0) {
        return err->errnum == EPERM || strcmp(err->reason, "NOTBACK") == 0
            ? ByChild(target, wish, err)
            : -1;
    }
    fd = Make(wish);
    if (fd < 0) {
        CannotMake(wish, errno, err);
    }
    if (lx_scope_end(&scope, err) != 0) {
        lx_fd_close(&fd);
    }
    return fd;
}

int
lx_net_socket(
    const struct lx_target *target, int domain, int type, int protocol,
    struct lx_err *err)
{
    struct wish wish = {domain, type, protocol, NULL, -1};

    return InTarget(target, &wish, err);
}

int
lx_net_tun(const struct lx_target *target, struct lx_err *err)
{
    struct wish wish = {0, 0, 0, LX_TUN_DEVICE, -1};

    return InTarget(target, &wish, err);
}

int
lx_net_open(
    struct lx_netlink *netlink, struct lx_kernel *kernel,
    const struct lx_target *target, struct lx_err *err)
{
    int fd;

    if (target == NULL || target->self) {
        return lx_netlink_open(netlink, kernel, err);
    }
    fd = lx_net_socket(target, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, err);
    netlink->fd = -1;
    if (fd < 0) {
        return -1;
    }
    lx_netlink_take(netlink, kernel, fd);
    return 0;
}
