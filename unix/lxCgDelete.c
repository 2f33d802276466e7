/*
 * lxCgDelete.c --
 *
 *      A group goes, in every hierarchy in which it is.
 *
 *      Whether anything holds it is looked at in all hierarchies before it is
 *      removed in one of them. Those who have just ended hold it for some time
 *      yet, so the kernel is asked again until the time is over.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/* -- What holds it -------------------------------------------------------- */

#define SHOWN 8

struct children {
    char *text;
    size_t size, len;
    char seen[SHOWN][LX_NAME_SIZE];
    int count; /* of different names; those beyond `seen` are not told apart */
};

static int
Child(void *arg, const char *name)
{
    struct children *children = arg;

    for (int i = 0; i < children->count && i < SHOWN; i++) {
        if (strcmp(children->seen[i], name) == 0) {
            return 0;
        }
    }
    if (children->count < SHOWN) {
        lx_format(children->seen[children->count], LX_NAME_SIZE, "%s", name);
        children->len = lx_append(
            children->text, children->size, children->len, "%s%q",
            children->count > 0 ? ", " : "", name);
    } else if (children->count == SHOWN) {
        lx_append(children->text, children->size, children->len, " and more");
    }
    children->count += children->count <= SHOWN;
    return 0;
}

/*
 * Which processes, which groups, and what takes them along.
 */
static int
Busy(
    struct lx_group *group, unsigned where, const struct lx_cgdelete *delete,
    struct lx_err *err)
{
    char groups[400] = "", processes[480] = "";
    struct children children = {.text = groups, .size = sizeof(groups)};
    struct lx_cgmembers members;
    bool some;

    if (!delete->recursive
        && lx_group_below(group, where, false, Child, &children, err) != 0) {
        return -1;
    }
    if (lx_group_members(group, where, delete->recursive, false, &members, err)
        == 0) {
        lx_cgmembers_text(&members, processes, sizeof(processes));
    }
    lx_cgmembers_free(&members);
    some = processes[0] != '\0';
    lx_fail(err, EBUSY, "cannot delete group %q", group->name);
    lx_hint(
        err, "%s%s%s%s%s%s%s", some ? "in it: " : "", processes,
        some && !delete->kill ? " (-kill ends them)" : "",
        some && children.count > 0 ? "; " : "",
        children.count > 0 ? "groups in it: " : "", groups,
        children.count > 0 ? " (-recursive removes them too)" : "");
    return -1;
}

/*
 * Groups in it do not go away by themselves: that is no matter of waiting.
 */
static int
CheckChildren(
    struct lx_group *group, unsigned where, const struct lx_cgdelete *delete,
    struct lx_err *err)
{
    char ignored[8];
    struct children children = {.text = ignored, .size = sizeof(ignored)};

    if (delete->recursive) {
        return 0;
    }
    if (lx_group_below(group, where, false, Child, &children, err) != 0) {
        return -1;
    }
    return children.count > 0 ? Busy(group, where, delete, err) : 0;
}

/*
 * Waits for those who are just leaving. Where it is removed first the kernel
 * itself looks for them, unless groups in it are removed before it.
 */
static int
AwaitEmpty(
    struct lx_group *group, unsigned where, const struct lx_cgdelete *delete,
    struct lx_wait *wait, struct lx_err *err)
{
    unsigned first = delete->recursive ? 0 : where & -where;

    for (;;) {
        struct lx_cgmembers members;
        int result = lx_group_members(
            group, where & ~first, delete->recursive, false, &members, err);
        bool empty = members.pids.count == 0 && members.unseen == 0;

        lx_cgmembers_free(&members);
        if (result != 0 || empty) {
            return result;
        }
        if (!lx_wait_nap(wait)) {
            return Busy(group, where, delete, err);
        }
    }
}

/* -- Removing ------------------------------------------------------------- */

/*
 * One folder; whoever removes it before us has done what was wanted.
 */
static int
RemoveOne(int folder, const char *path, struct lx_wait *wait)
{
    while (unlinkat(folder, path, AT_REMOVEDIR) != 0) {
        if (errno == ENOENT) {
            return 0;
        }
        if (errno != EBUSY || !lx_wait_nap(wait)) {
            return -1;
        }
    }
    return 0;
}

static int
RemoveBelow(struct lx_group *group, int index, struct lx_wait *wait)
{
    struct lx_cgtree tree;
    int result = 0;

    if (lx_cgtree_open(&tree, group, index, true) != 0) {
        return errno == ENOENT || errno == ENODEV ? 0 : -1;
    }
    for (size_t item = tree.count - 1; result == 0 && item > 0; item--) {
        result = RemoveOne(tree.fd, tree.names[item], wait);
    }
    lx_cgtree_free(&tree);
    return result;
}

static int
RemoveIn(
    struct lx_group *group, int index, const struct lx_cgdelete *delete,
    struct lx_wait *wait, struct lx_err *err)
{
    const char *path;
    int folder;

    if (!delete->recursive || RemoveBelow(group, index, wait) == 0) {
        folder = lx_group_at(group, index, NULL, &path);
        if (path == NULL || RemoveOne(folder, path, wait) == 0) {
            return 0;
        }
    }
    if (errno == EBUSY) {
        return Busy(group, 1u << index, delete, err);
    }
    lx_fail(
        err, errno, "cannot delete group %q",
        lx_group_full(group, index, NULL));
    lx_group_why(group, index, NULL, err);
    return -1;
}

int
lx_group_delete(
    struct lx_group *group, unsigned where, const struct lx_cgdelete *delete,
    struct lx_err *err)
{
    struct lx_cgkill all = {.signal = SIGKILL, .timeoutMs = delete->timeoutMs};
    struct lx_wait wait = lx_wait_begin(delete->timeoutMs);
    struct lx_group parent;

    if (lx_group_noroot(group, "delete", err) != 0
        || CheckChildren(group, where, delete, err) != 0
        || (delete->kill && lx_group_kill(group, where, &all, err) != 0)
        || AwaitEmpty(group, where, delete, &wait, err) != 0) {
        return -1;
    }
    for (int i = 0; i < group->cgroups->count; i++) {
        if ((where & (1u << i))
            && RemoveIn(group, i, delete, &wait, err) != 0) {
            return -1;
        }
    }
    if (lx_group_parent(group, &parent)) {
        lx_group_tidy(&parent);
    }
    return 0;
}
