/*
 * lxNetWhy.c --
 *
 *      What a refusal means. These ask again, after the fact: who has the name
 *      that was wanted, which links there are instead of the one that is not.
 *      The kernel's own words, if it had any, come last.
 */

#include <errno.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <string.h>

#include "lx.h"

/* -- Hints ---------------------------------------------------------------- */

/* Before what was said by lx_netlink_fail: the kernel's words. */
static void
Say(struct lx_err *err, const char *text)
{
    char rest[sizeof(err->hint)];

    lx_format(rest, sizeof(rest), "%s", err->hint);
    lx_hint(err, "%s%s%s", text, rest[0] != '\0' ? "; " : "", rest);
}

struct names {
    char text[256];
    size_t len, count, more;
};

static void
AddName(void *arg, const struct nlmsghdr *message)
{
    struct names *names = arg;
    struct lx_link link;

    if (!lx_link_read(message, &link)) {
        return;
    }
    if (names->count == 8) {
        names->more++;
        return;
    }
    names->len += lx_format(
        names->text + names->len, sizeof(names->text) - names->len, "%s%p",
        names->count > 0 ? ", " : "", link.name);
    names->count++;
}

void
lx_net_why_absent(
    struct lx_netlink *netlink, const char *name, const char *where,
    struct lx_err *err)
{
    struct names names = {.len = 0};
    struct lx_nlrequest request;
    char text[512];
    size_t len =
        lx_format(text, sizeof(text), "there is no link %q in %s", name, where);

    lx_link_ask(&request, 0, NULL, false);
    if (lx_netlink_ask(netlink, &request, AddName, &names) == 0
        && names.count > 0 && len < sizeof(text)) {
        len +=
            lx_format(text + len, sizeof(text) - len, ", only %s", names.text);
        if (names.more > 0 && len < sizeof(text)) {
            lx_format(
                text + len, sizeof(text) - len, " and %d more",
                (int)names.more);
        }
    }
    Say(err, text);
}

static void
LookAtHolder(void *arg, const struct nlmsghdr *message)
{
    struct lx_netholder *holder = arg;
    struct lx_link link;

    if (lx_link_read(message, &link)) {
        holder->index = link.index;
        lx_format(
            holder->kind, sizeof(holder->kind), "%s",
            link.kind != NULL ? link.kind : "physical");
    }
}

int
lx_net_holder(
    struct lx_netlink *netlink, const char *name, struct lx_netholder *holder)
{
    struct lx_nlrequest request;

    *holder = (struct lx_netholder){.index = 0};
    lx_link_ask(&request, 0, name, false);
    return lx_netlink_ask(netlink, &request, LookAtHolder, holder);
}

/*
 * Whose link has the name: false where nobody's has.
 */
static bool
WhoHas(
    struct lx_netlink *netlink, const char *name, const char *where,
    struct lx_err *err)
{
    struct lx_netholder holder;
    char text[512];

    if (name == NULL || netlink->fd < 0
        || lx_net_holder(netlink, name, &holder) != 0 || holder.index == 0) {
        return false;
    }
    lx_format(
        text, sizeof(text),
        "the name %q is taken in %s, by the link of index %d, kind %s", name,
        where, holder.index, holder.kind);
    Say(err, text);
    return true;
}

static void
Taken(
    const struct lx_netplan *plan, const struct lx_netpart *part,
    struct lx_netlink netlinks[2], struct lx_err *err)
{
    const char *first = part->taken[0];
    bool told = false;

    if (first != NULL && part->taken[1] != NULL && plan->place[1].name == NULL
        && strcmp(first, part->taken[1]) == 0) {
        Say(err, "two links of one namespace cannot have one name");
        return;
    }
    for (int i = 0; !told && i < 2; i++) {
        /* Without a second place, both names are for the first. */
        int where = plan->place[1].name != NULL ? i : 0;

        told = WhoHas(
            &netlinks[where], part->taken[i], plan->place[where].name, err);
    }
    if (!told && part->exists != NULL) {
        Say(err, part->exists);
    }
}

static void
NotAllowed(
    const struct lx_netplan *plan, const struct lx_netpart *part,
    struct lx_err *err)
{
    char text[512];
    size_t len;

    len = lx_format(
        text, sizeof(text),
        "it takes CAP_NET_ADMIN in the user namespace that owns %s",
        plan->place[part->where].name);
    if (plan->place[1].name != NULL && len < sizeof(text)) {
        len += lx_format(
            text + len, sizeof(text) - len, ", and in the one that owns %s",
            plan->place[1 - part->where].name);
    }
    if (!lx_capable(CAP_NET_ADMIN) && len < sizeof(text)) {
        lx_format(
            text + len, sizeof(text) - len,
            "; ns clone -new {user net} gives a network of one's own");
    }
    Say(err, text);
}

static void
Unsupported(const struct lx_netpart *part, struct lx_err *err)
{
    char text[256];

    if (strstr(err->hint, "Unknown device type") == NULL
        && err->hint[0] != '\0') {
        return;
    }
    if (part->cannot != NULL) {
        Say(err, part->cannot);
    }
    if (part->master != NULL) {
        lx_format(
            text, sizeof(text), "%q takes no members; a bridge does",
            part->master);
        Say(err, text);
    }
    if (part->kind != NULL) {
        lx_format(
            text, sizeof(text), "this kernel has no links of kind %s",
            part->kind);
        Say(err, text);
    }
}

void
lx_net_why(
    const struct lx_netplan *plan, const struct lx_netpart *part,
    struct lx_netlink netlinks[2], struct lx_err *err)
{
    struct lx_netlink *netlink = &netlinks[part->where];

    switch (err->errnum) {
    case EEXIST:
        Taken(plan, part, netlinks, err);
        break;
    case ENODEV:
        if (part->link != NULL) {
            lx_net_why_absent(
                netlink, part->link, plan->place[part->where].name, err);
        }
        break;
    case EPERM:
        NotAllowed(plan, part, err);
        break;
    case EOPNOTSUPP:
        Unsupported(part, err);
        break;
    case EINVAL:
        if (part->invalid != NULL && err->hint[0] == '\0') {
            Say(err, part->invalid);
        }
        break;
    case ENOENT:
    case ESRCH:
    case EADDRNOTAVAIL:
        if (part->missing != NULL) {
            Say(err, part->missing);
        }
        break;
    default:
        break;
    }
}
