/*
 * lxNetPlan.c --
 *
 *      Requests that were put together before, sent one after another: at the
 *      prompt, or by a child as a step. When one is refused, what came before
 *      it is taken back.
 */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/syscall.h>

#include "lx.h"

/*
 * dev_valid_name() of the kernel, and no patterns: of "veth%d" the kernel
 * makes a name that nobody knows before.
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
            err, "NET", "NAME", "link name %q is too long: %d bytes, limit %d",
            name, (int)len, LX_NET_NAME - 1);
    }
    if (name[0] == '-' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0
        || strpbrk(name, "/:% \t\n\v\f\r") != NULL) {
        return lx_refuse(
            err, "NET", "NAME",
            "bad link name %q: must not begin with \"-\", nor have a blank, "
            "\"/\", \":\" or \"%%\" in it",
            name);
    }
    return 0;
}

int
lx_net_index(
    struct lx_netlink *netlink, const char *name, int *index,
    struct lx_err *err)
{
    struct ifreq request;

    memset(&request, 0, sizeof(request));
    lx_format(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    if (LX_SYS(
            netlink->kernel, ioctl, "fIE", netlink->fd, SIOCGIFINDEX, &request)
        != 0) {
        return lx_fail(err, errno, "cannot find link %q", name);
    }
    *index = request.ifr_ifindex;
    return 0;
}

const char *
lx_net_linkname(
    struct lx_netlink *netlink, int64_t index, char name[LX_NET_NAME])
{
    struct ifreq request;

    memset(&request, 0, sizeof(request));
    request.ifr_ifindex = (int)index;
    if (index <= 0
        || LX_SYS(
               netlink->kernel, ioctl, "fIE", netlink->fd, SIOCGIFNAME,
               &request)
            != 0) {
        return NULL;
    }
    lx_format(name, LX_NET_NAME, "%s", request.ifr_name);
    return name;
}

/* -- One part ------------------------------------------------------------- */

struct run {
    const struct lx_netplan *plan;
    struct lx_kernel *kernel;
    struct lx_netlink at[2]; /* fd -1: not open yet */
};

static int
Open(struct run *run, int where, struct lx_err *err)
{
    struct lx_netlink *netlink = &run->at[where];

    return netlink->fd >= 0 ? 0 : lx_netlink_open(netlink, run->kernel, err);
}

/*
 * What is to be deleted as a veth must be one.
 */
static int
CheckKind(struct run *run, const struct lx_netpart *part, struct lx_err *err)
{
    struct lx_netlink *netlink = &run->at[part->where];
    struct lx_netholder found;

    if (part->must == NULL || lx_recording(netlink->kernel)) {
        return 0;
    }
    if (lx_net_holder(netlink, part->link, &found) != 0) {
        lx_netlink_fail(netlink, err, "%s", part->what);
        lx_net_why(run->plan, part, run->at, err);
        return -1;
    }
    if (strcmp(found.kind, part->must) != 0) {
        return lx_refuse(
            err, "NET", "KIND", "%s: it is of kind %s, not %s", part->what,
            found.kind, part->must);
    }
    return 0;
}

/*
 * The numbers of links that the request names: they may have been made by the
 * parts before.
 */
static int
Number(
    struct run *run, const struct lx_netpart *part,
    struct lx_nlrequest *request, struct lx_err *err)
{
    for (int i = 0; i < LX_NETINDEX && part->index[i].name != NULL; i++) {
        int index = 0, where = part->index[i].where;

        if (Open(run, where, err) != 0) {
            return -1;
        }
        if (lx_net_index(&run->at[where], part->index[i].name, &index, err)
            != 0) {
            int errnum = err->errnum;

            lx_fail(err, errnum, "%s", part->what);
            if (errnum == ENODEV) {
                lx_net_why_absent(
                    &run->at[where], part->index[i].name,
                    run->plan->place[where].name, err);
            }
            return -1;
        }
        if (part->index[i].at != 0) {
            memcpy(request->data + part->index[i].at, &index, sizeof(index));
        }
    }
    if (part->home != 0) {
        int pid = (int)LX_SYS(run->kernel, gettid, "", 0);

        memcpy(request->data + part->home, &pid, sizeof(pid));
    }
    return 0;
}

/*
 * A link is moved first and named then: to find out by its refusal that the
 * name is taken would be to find it in the other place.
 */
static int
CheckFree(struct run *run, const struct lx_netpart *part, struct lx_err *err)
{
    int other = 1 - part->where, index = 0;
    struct lx_err ignored;

    if (part->moves == NULL || lx_recording(run->kernel)) {
        return 0;
    }
    if (Open(run, other, err) != 0) {
        return -1;
    }
    if (lx_net_index(&run->at[other], part->moves, &index, &ignored) == 0) {
        lx_fail(err, EEXIST, "%s", part->what);
        lx_net_why(run->plan, part, run->at, err);
        return -1;
    }
    return 0;
}

static void
Keep(struct lx_netlink *netlink, const struct lx_netpart *part)
{
    struct lx_err ignored;
    int index = 0;

    if (part->old != NULL && !lx_recording(netlink->kernel)
        && lx_net_index(netlink, part->link, &index, &ignored) == 0) {
        lx_netold_keep(netlink, index, part->old);
    }
}

static int
Send(struct run *run, const struct lx_netpart *part, struct lx_err *err)
{
    struct lx_netlink *netlink = &run->at[part->where];
    struct lx_nlrequest request;
    int result;

    if (part->settle) {
        lx_link_settle(netlink, part->link);
        return 0;
    }
    if (part->tun != NULL) {
        if (lx_tun_make(run->kernel, part->tun, err) == 0) {
            return 0;
        }
        lx_context(err, "%s", part->what);
        lx_net_why(run->plan, part, run->at, err);
        return -1;
    }
    memcpy(&request, part->request, sizeof(request));
    if (CheckKind(run, part, err) != 0 || Number(run, part, &request, err) != 0
        || CheckFree(run, part, err) != 0) {
        return -1;
    }
    Keep(netlink, part);
    result = lx_netlink_ask(netlink, &request, NULL, NULL);
    if (result != 0 && errno == EEXIST && part->other != NULL) {
        memcpy(&request, part->other, sizeof(request));
        if (Number(run, part, &request, err) != 0) {
            return -1;
        }
        result = lx_netlink_ask(netlink, &request, NULL, NULL);
    }
    if (result != 0) {
        lx_netlink_fail(netlink, err, "%s", part->what);
        lx_net_why(run->plan, part, run->at, err);
        return -1;
    }
    return 0;
}

/* -- Taking back ---------------------------------------------------------- */

/*
 * By its name: one that was elsewhere meanwhile may have another number. Where
 * the name is what has been changed, the number is right.
 */
static void
PutBack(struct run *run, const struct lx_netpart *part)
{
    struct lx_netlink *netlink = &run->at[part->where];
    struct lx_nlrequest request;
    struct lx_err ignored;
    int index = 0;

    if (!lx_netold_request(part->old, part->request, &request)) {
        return;
    }
    if (lx_net_index(netlink, part->link, &index, &ignored) == 0) {
        memcpy(request.data + LX_LINK_INDEX, &index, sizeof(index));
    }
    lx_netlink_ask(netlink, &request, NULL, NULL);
}

/*
 * From the one that failed backwards; what goes wrong now cannot be mended.
 */
static void
Undo(struct run *run, const struct lx_netpart *failed)
{
    for (const struct lx_netpart *part = failed; part != NULL;
         part = part->prev) {
        struct lx_err ignored;

        if (part->undo) {
            Send(run, part, &ignored);
        } else if (part->old != NULL) {
            PutBack(run, part);
        }
    }
}

int
lx_netplan_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_netplan *plan = args;
    const struct lx_netlink closed = {.kernel = kernel, .fd = -1};
    struct run run = {.plan = plan, .kernel = kernel, .at = {closed, closed}};
    int result = 0;

    for (int i = 0; i < 2; i++) {
        if (plan->place[i].fd >= 0) {
            lx_netlink_take(&run.at[i], kernel, plan->place[i].fd);
        }
    }
    for (const struct lx_netpart *part = plan->first;
         result == 0 && part != NULL; part = part->next) {
        if (part->undo) {
            continue;
        }
        result = Open(&run, part->where, err);
        if (result == 0) {
            result = Send(&run, part, err);
        }
        if (result != 0) {
            Undo(&run, part);
        }
    }
    for (int i = 0; i < 2; i++) {
        if (plan->place[i].fd < 0) {
            lx_netlink_close(&run.at[i]);
        }
    }
    return result;
}
