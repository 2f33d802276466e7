/*
 * lxLinkNames.c --
 *
 *      Other names of a link (altnames), which go with it from one net
 *      namespace to the next: all are taken away, or given back.
 *
 *      A link is refused where one of its other names is taken.
 */

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

/* The kernel's limit of all names is 64 KB, a request has room for 30. */
#define ROUNDS 64

static void
Begin(struct lx_nlrequest *request, unsigned type, unsigned how, int index)
{
    const struct ifinfomsg family = {
        .ifi_family = AF_UNSPEC, .ifi_index = index};

    lx_nl_begin(request, type, how, &family, sizeof(family));
}

/*
 * A request to remove those names for which it has room.
 */
static void
AddNames(void *arg, const struct nlmsghdr *message)
{
    struct lx_nlrequest *request = arg;
    struct lx_link link;
    size_t at = 0, nest;
    const char *name;

    if (!lx_link_read(message, &link) || link.altNames == NULL) {
        return;
    }
    Begin(request, RTM_DELLINKPROP, 0, link.index);
    nest = lx_nl_nest(request, IFLA_PROP_LIST);
    while (!request->full && (name = lx_link_altname(&link, &at)) != NULL) {
        lx_nl_text(request, IFLA_ALT_IFNAME, name);
    }
    request->full = false;
    lx_nl_close(request, nest);
}

/*
 * Who is there may add others meanwhile: that is not waited out.
 */
void
lx_link_names_remove(struct lx_netlink *netlink, int index)
{
    struct lx_nlrequest ask, request;

    for (int i = 0; i < ROUNDS; i++) {
        request.len = 0;
        lx_link_ask(&ask, index, NULL, false);
        if (lx_netlink_ask(netlink, &ask, AddNames, &request) != 0
            || request.len == 0) {
            return;
        }
        lx_netlink_ask(netlink, &request, NULL, NULL);
    }
}

/*
 * One after another: one that is taken keeps no other away. -1 and errno: that
 * of the first that was refused.
 */
int
lx_link_names_add(
    struct lx_netlink *netlink, int index, const struct nlmsghdr *message)
{
    struct lx_link link;
    const char *name;
    size_t at = 0;
    int errnum = 0;

    if (!lx_link_read(message, &link)) {
        return 0;
    }
    while ((name = lx_link_altname(&link, &at)) != NULL) {
        struct lx_nlrequest request;
        size_t nest;

        Begin(&request, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, index);
        nest = lx_nl_nest(&request, IFLA_PROP_LIST);
        lx_nl_text(&request, IFLA_ALT_IFNAME, name);
        lx_nl_close(&request, nest);
        if (lx_netlink_ask(netlink, &request, NULL, NULL) != 0 && errnum == 0) {
            errnum = errno;
        }
    }
    errno = errnum;
    return errnum == 0 ? 0 : -1;
}
