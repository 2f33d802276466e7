/*
 * lxNetPlan.c --
 *
 *      Requests that were put together before, sent one after another: at the
 *      prompt, or by a child as a step. When one is refused, those that take
 *      back what came before it are sent.
 */

#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/syscall.h>

#include "lx.h"

/*
 * dev_valid_name() of the kernel.
 */
int
lx_net_name(const char *name, struct lx_err *err)
{
    size_t len = strlen(name);

    if (len == 0) {
        return lx_refuse(err, "NET", "NAME", "a link's name is empty");
    }
    if (len >= LX_NET_NAME) {
        return lx_refuse(
            err, "NET", "NAME",
            "link name %q is too long: %d bytes, limit %d", name, (int)len,
            LX_NET_NAME - 1);
    }
    if (name[0] == '-' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0
        || strpbrk(name, "/: \t\n\v\f\r") != NULL) {
        return lx_refuse(
            err, "NET", "NAME",
            "bad link name %q: must not begin with \"-\", nor have a blank, "
            "\"/\" or \":\" in it",
            name);
    }
    return 0;
}

/*
 * The number of a link in the socket's namespace.
 */
static int
Index(
    struct lx_netlink *netlink, const char *name, int *index,
    struct lx_err *err)
{
    struct ifreq request;

    memset(&request, 0, sizeof(request));
    lx_format(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    if (LX_SYS(netlink->kernel, ioctl, "fxp", netlink->fd, SIOCGIFINDEX, &request)
        != 0) {
        int errnum = errno;

        return errnum == ENODEV
            ? lx_fail(err, errnum, "there is no link %q", name)
            : lx_fail(err, errnum, "cannot find the link %q", name);
    }
    *index = request.ifr_ifindex;
    return 0;
}

static int
SendPart(
    struct lx_netlink *netlink, const struct lx_netpart *part,
    struct lx_err *err)
{
    struct lx_nlrequest request;

    memcpy(&request, part->request, sizeof(request));
    for (int i = 0; i < 2 && part->index[i].name != NULL; i++) {
        int index = 0;

        if (Index(netlink, part->index[i].name, &index, err) != 0) {
            return lx_context(err, "%s", part->what);
        }
        memcpy(request.data + part->index[i].at, &index, sizeof(index));
    }
    if (lx_netlink_ask(netlink, &request, NULL, NULL) != 0) {
        return lx_netlink_fail(netlink, err, "%s", part->what);
    }
    return 0;
}

/*
 * From the last that was done backwards; what else goes wrong cannot be
 * mended.
 */
static void
Undo(
    struct lx_netlink netlinks[2], const struct lx_netplan *plan, size_t failed)
{
    for (size_t i = failed; i > 0; i--) {
        const struct lx_netpart *part = &plan->parts[i - 1];
        struct lx_err ignored;

        if (part->undo) {
            SendPart(&netlinks[part->where], part, &ignored);
        }
    }
}

int
lx_netplan_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_netplan *plan = args;
    struct lx_netlink netlinks[2];
    int result = 0;

    for (int i = 0; i < 2; i++) {
        netlinks[i].fd = -1;
        if (plan->fd[i] >= 0) {
            lx_netlink_take(&netlinks[i], kernel, plan->fd[i]);
        }
    }
    for (size_t i = 0; result == 0 && i < plan->count; i++) {
        const struct lx_netpart *part = &plan->parts[i];
        struct lx_netlink *netlink = &netlinks[part->where];

        if (part->undo) {
            continue;
        }
        if (netlink->fd < 0) {
            result = lx_netlink_open(netlink, kernel, err);
        }
        if (result == 0) {
            result = SendPart(netlink, part, err);
        }
        if (result != 0) {
            Undo(netlinks, plan, i);
        }
    }
    for (int i = 0; i < 2; i++) {
        if (plan->fd[i] < 0) {
            lx_netlink_close(&netlinks[i]);
        }
    }
    return result;
}
