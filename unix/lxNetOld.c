/*
 * lxNetOld.c --
 *
 *      What a link was like before it was changed. The kernel takes a request
 *      apart and does one thing after another; what it has done stays, when it
 *      refuses the next.
 */

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

static bool
Append(struct lx_netold *old, const void *data, size_t len)
{
    size_t room = MNL_ALIGN(len);

    if (room > sizeof(old->data) - old->len) {
        return false;
    }
    memcpy(old->data + old->len, data, len);
    memset(old->data + old->len + len, 0, room - len);
    old->len += room;
    return true;
}

/*
 * Other names come last: there may be 64 KB of them, and only who lends a link
 * needs them.
 */
static void
Copy(void *arg, const struct nlmsghdr *message)
{
    struct lx_netold *old = arg;
    const size_t head = MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct ifinfomsg));
    const struct nlattr *attr, *names = NULL;
    bool fits;

    if (message->nlmsg_type != RTM_NEWLINK || message->nlmsg_len < head) {
        return;
    }
    fits = Append(old, message, head);
    mnl_attr_for_each(attr, message, sizeof(struct ifinfomsg))
    {
        if (mnl_attr_get_type(attr) == IFLA_PROP_LIST) {
            names = attr;
        } else {
            fits = fits && Append(old, attr, attr->nla_len);
        }
    }
    if (!fits) {
        old->len = 0;
        return;
    }
    old->whole = names == NULL || Append(old, names, names->nla_len);
    ((struct nlmsghdr *)(void *)old->data)->nlmsg_len = (uint32_t)old->len;
}

void
lx_netold_keep(struct lx_netlink *netlink, int index, struct lx_netold *old)
{
    struct lx_nlrequest request;

    old->len = 0;
    old->whole = false;
    lx_link_ask(&request, index, NULL, false);
    lx_netlink_ask(netlink, &request, Copy, old);
}

/* -- Attributes that are like others -------------------------------------- */

/* What holds attributes, of the kind that is in another. */
static const uint16_t *
Inner(const uint16_t *path, uint16_t type)
{
    static const uint16_t info[] = {IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA, 0};
    static const uint16_t spec[] = {AF_INET6, AF_INET, 0};
    static const uint16_t leaf[] = {0};

    if (path == NULL) {
        return type == IFLA_LINKINFO ? info
            : type == IFLA_AF_SPEC   ? spec
                                     : NULL;
    }
    for (; *path != 0; path++) {
        if (*path == type) {
            return leaf;
        }
    }
    return NULL;
}

/*
 * A link has no master, or no alias, where nothing is said of it.
 */
static void
CopyAbsent(struct lx_nlrequest *request, const uint16_t *path, uint16_t type)
{
    if (path == NULL && type == IFLA_MASTER) {
        lx_nl_number(request, IFLA_MASTER, 0);
    } else if (path == NULL && type == IFLA_IFALIAS) {
        lx_nl_put(request, IFLA_IFALIAS, "", 0);
    }
}

static const struct nlattr *
Find(const void *attributes, size_t len, uint16_t type)
{
    const struct nlattr *attr;

    mnl_attr_for_each_payload(attributes, len)
    {
        if (mnl_attr_get_type(attr) == type) {
            return attr;
        }
    }
    return NULL;
}

static void
CopyLike(
    struct lx_nlrequest *request, const uint16_t *path, const void *like,
    size_t likeLen, const void *from, size_t fromLen)
{
    const struct nlattr *attr;

    mnl_attr_for_each_payload(like, likeLen)
    {
        uint16_t type = mnl_attr_get_type(attr);
        const struct nlattr *found = Find(from, fromLen, type);
        const uint16_t *inner = Inner(path, type);

        if (found == NULL) {
            CopyAbsent(request, path, type);
        } else if (inner == NULL) {
            lx_nl_put(
                request, type, mnl_attr_get_payload(found),
                mnl_attr_get_payload_len(found));
        } else {
            size_t nest = lx_nl_nest(request, type);

            CopyLike(
                request, inner, mnl_attr_get_payload(attr),
                mnl_attr_get_payload_len(attr), mnl_attr_get_payload(found),
                mnl_attr_get_payload_len(found));
            lx_nl_close(request, nest);
        }
    }
}

static const void *
Attributes(const struct nlmsghdr *message, size_t *len)
{
    *len = mnl_nlmsg_get_payload_len(message)
        - MNL_ALIGN(sizeof(struct ifinfomsg));
    return mnl_nlmsg_get_payload_offset(message, sizeof(struct ifinfomsg));
}

bool
lx_netold_request(
    const struct lx_netold *old, const struct lx_nlrequest *change,
    struct lx_nlrequest *request)
{
    const struct nlmsghdr *was = (const void *)old->data;
    const struct nlmsghdr *asked = (const void *)change->data;
    const struct ifinfomsg *wasInfo = mnl_nlmsg_get_payload(was);
    const struct ifinfomsg *askedInfo = mnl_nlmsg_get_payload(asked);
    struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    const struct nlattr *master = NULL;
    const void *like, *from;
    size_t likeLen, fromLen;

    if (old->len < MNL_NLMSG_HDRLEN + sizeof(*wasInfo)) {
        return false;
    }
    like = Attributes(asked, &likeLen);
    from = Attributes(was, &fromLen);
    family.ifi_index = wasInfo->ifi_index;
    family.ifi_change = askedInfo->ifi_change;
    if (Find(like, likeLen, IFLA_NET_NS_FD) != NULL) {
        /* When it moved it went down, and lost its master. */
        family.ifi_change |= LX_LINK_UP;
        master = Find(from, fromLen, IFLA_MASTER);
    }
    family.ifi_flags = wasInfo->ifi_flags & family.ifi_change;
    lx_nl_begin(request, RTM_NEWLINK, 0, &family, sizeof(family));
    CopyLike(request, NULL, like, likeLen, from, fromLen);
    if (master != NULL) {
        lx_nl_put(
            request, IFLA_MASTER, mnl_attr_get_payload(master),
            mnl_attr_get_payload_len(master));
    }
    return !request->full;
}
