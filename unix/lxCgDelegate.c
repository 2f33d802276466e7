/*
 * lxCgDelegate.c --
 *
 *      Room for children: on version 2 a group that hands out controllers has
 *      no processes of its own, so they go to a leaf below it. And a group for
 *      another user, to do below it as he likes.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

/* -- The leaf ------------------------------------------------------------- */

static void
LeafOf(const struct lx_group *group, struct lx_group *leaf)
{
    size_t len = strlen(group->name);

    memcpy(leaf, group, sizeof(*leaf));
    lx_format(
        leaf->name + len, sizeof(leaf->name) - len, "%s" LX_GROUP_LEAF,
        len > 0 && group->name[len - 1] != '/' ? "/" : "");
}

/*
 * The effective user of a process; -1: it is gone.
 */
static long
OwnerOf(pid_t pid)
{
    char uids[64]; /* real, effective ... */
    char *effective;
    unsigned long uid;

    if (!lx_proc_status(pid, "Uid", uids, sizeof(uids))
        || (effective = strchr(uids, '\t')) == NULL) {
        return -1;
    }
    effective++;
    effective[strcspn(effective, "\t")] = '\0';
    return lx_number(effective, &uid) ? (long)uid : -1;
}

/*
 * Only processes of this user are moved, and all of them or none.
 */
static int
CheckOwners(
    struct lx_group *group, const struct lx_cgmembers *members,
    struct lx_err *err)
{
    const int index = group->cgroups->unified;

    if (members->unseen > 0) {
        return lx_refuse(
            err, "CGROUP", "OWNER",
            "cannot delegate group %q: %d processes in it are of other pid "
            "namespaces",
            lx_group_full(group, index, NULL), (int)members->unseen);
    }
    for (size_t i = 0; i < members->pids.count; i++) {
        pid_t pid = members->pids.pids[i];
        long owner = OwnerOf(pid);
        char name[64];

        if (owner >= 0 && owner != (long)geteuid()) {
            return lx_refuse(
                err, "CGROUP", "OWNER",
                "cannot delegate group %q: pid %d (%s) in it belongs to uid "
                "%u, and this is uid %u",
                lx_group_full(group, index, NULL), (int)pid,
                lx_proc_name(pid, name) ? name : "", (unsigned)owner,
                (unsigned)geteuid());
        }
    }
    return 0;
}

static int
MoveTo(struct lx_group *group, int index, const struct lx_cgmembers *members)
{
    for (size_t i = 0; i < members->pids.count; i++) {
        char number[24];

        lx_format(number, sizeof(number), "%d", (int)members->pids.pids[i]);
        if (lx_group_write(group, index, "cgroup.procs", number) != 0
            && errno != ESRCH) {
            return -1;
        }
    }
    return 0;
}

/*
 * Who was forked while the others were moved comes with the next round.
 */
static int
MoveAll(
    struct lx_group *group, struct lx_group *leaf, int timeoutMs,
    struct lx_err *err)
{
    struct lx_wait wait = lx_wait_begin(timeoutMs);
    const int index = group->cgroups->unified;

    for (;;) {
        struct lx_cgmembers members;
        int result =
            lx_group_members(group, 1u << index, false, false, &members, err);
        bool empty = members.pids.count == 0 && members.unseen == 0;

        if (result == 0) {
            result = CheckOwners(group, &members, err);
        }
        if (result == 0 && MoveTo(leaf, index, &members) != 0) {
            result = lx_fail(
                err, errno, "cannot move processes to %q",
                lx_group_full(leaf, index, NULL));
            lx_group_why(leaf, index, "cgroup.procs", err);
        }
        lx_cgmembers_free(&members);
        if (result != 0 || empty) {
            return result;
        }
        if (!lx_wait_nap(&wait)) {
            return lx_refuse(
                err, "CGROUP", "TIMEOUT",
                "cannot delegate group %q: new processes kept coming for %d ms",
                lx_group_full(group, index, NULL), timeoutMs);
        }
    }
}

static void
Undo(struct lx_group *group, struct lx_group *leaf, bool made)
{
    const int index = group->cgroups->unified;
    struct lx_cgmembers members;
    struct lx_err ignored;
    const char *path;

    if (!made) {
        return; /* those who were in it before are not to be told apart */
    }
    if (lx_group_members(leaf, 1u << index, false, false, &members, &ignored)
        == 0) {
        MoveTo(group, index, &members);
    }
    lx_cgmembers_free(&members);
    path = lx_group_path(leaf, index, NULL);
    if (path != NULL) {
        rmdir(path);
    }
}

/*
 * The kernel's own topmost group is the only one without this file. That of a
 * container is a group like others.
 */
static int
CheckTop(struct lx_group *group, int index, struct lx_err *err)
{
    if (lx_group_has(group, index, "cgroup.events")) {
        return 0;
    }
    return lx_refuse(
        err, "CGROUP", "ROOT",
        "cannot delegate %q: it is the topmost group, which may have processes "
        "and hand out controllers",
        lx_group_full(group, index, NULL));
}

int
lx_group_leaf(
    struct lx_group *group, struct lx_group *leaf, int timeoutMs,
    struct lx_err *err)
{
    const int index = group->cgroups->unified;
    const char *path;
    bool made;

    if (index < 0 || !lx_group_has(group, index, NULL)) {
        return 0;
    }
    if (CheckTop(group, index, err) != 0) {
        return -1;
    }
    LeafOf(group, leaf);
    path = lx_group_path(leaf, index, NULL);
    made = path != NULL && mkdir(path, 0755) == 0;
    if (!made && (path == NULL || errno != EEXIST)) {
        lx_fail(
            err, errno, "cannot create group %q",
            lx_group_full(leaf, index, NULL));
        lx_group_why(leaf, index, NULL, err);
        return -1;
    }
    if (MoveAll(group, leaf, timeoutMs, err) != 0) {
        Undo(group, leaf, made);
        return -1;
    }
    return 1;
}

/* -- For another user ------------------------------------------------------ */

#define GIVEN 160

struct giving {
    struct lx_group *group;
    uint32_t uid, gid; /* gid -1: as it is */
    struct {
        int index;
        char file[LX_NAME_SIZE]; /* "": the folder */
        uid_t uid;
        gid_t gid;
    } done[GIVEN];
    int count;
};

static int
GiveFile(struct giving *giving, int index, const char *file, struct lx_err *err)
{
    const char *path = lx_group_path(giving->group, index, file);
    struct stat st;

    if (path == NULL || lstat(path, &st) != 0) {
        if (errno == ENOENT && file != NULL) {
            return 0; /* this kernel has no such file */
        }
        return lx_fail(
            err, errno, "cannot give %q to uid %u",
            lx_group_full(giving->group, index, file), (unsigned)giving->uid);
    }
    if (giving->count == GIVEN) {
        return lx_fail(err, E2BIG, "cannot give %q", giving->group->name);
    }
    if (lchown(path, giving->uid, giving->gid) != 0) {
        return lx_fail(
            err, errno, "cannot give %q to uid %u",
            lx_group_full(giving->group, index, file), (unsigned)giving->uid);
    }
    lx_format(
        giving->done[giving->count].file, LX_NAME_SIZE, "%s",
        file != NULL ? file : "");
    giving->done[giving->count].index = index;
    giving->done[giving->count].uid = st.st_uid;
    giving->done[giving->count++].gid = st.st_gid;
    return 0;
}

static void
TakeBack(struct giving *giving)
{
    while (giving->count > 0) {
        int i = --giving->count;
        int index = giving->done[i].index;
        const char *file = giving->done[i].file;
        const char *path =
            lx_group_path(giving->group, index, file[0] != '\0' ? file : NULL);

        if (path != NULL) {
            lchown(path, giving->done[i].uid, giving->done[i].gid);
        }
    }
}

/*
 * The kernel says which files those are; the limits of the group itself are
 * not among them.
 */
static int
GiveVersion2(struct giving *giving, int index, struct lx_err *err)
{
    char text[2048];
    char *name = text;
    int result = 0;

    if (lx_read_file("/sys/kernel/cgroup/delegate", text, sizeof(text)) <= 0) {
        lx_format(
            text, sizeof(text),
            "cgroup.procs\ncgroup.threads\n"
            "cgroup.subtree_control\n");
    }
    while (result == 0 && *name != '\0') {
        size_t len = strcspn(name, "\n");
        bool last = name[len] == '\0';

        name[len] = '\0';
        if (len > 0 && len < LX_NAME_SIZE && strchr(name, '/') == NULL) {
            result = GiveFile(giving, index, name, err);
        }
        name += len + !last;
    }
    return result;
}

int
lx_group_give(
    struct lx_group *group, unsigned where, uint32_t uid, uint32_t gid,
    struct lx_err *err)
{
    struct giving giving = {.group = group, .uid = uid, .gid = gid, .count = 0};
    int result = lx_group_noroot(group, "delegate", err);

    for (int i = 0; result == 0 && i < group->cgroups->count; i++) {
        if (!(where & (1u << i))) {
            continue;
        }
        result = GiveFile(&giving, i, NULL, err);
        if (result == 0 && group->cgroups->list[i].version == 2) {
            result = GiveVersion2(&giving, i, err);
        } else if (result == 0) {
            result = GiveFile(&giving, i, "cgroup.procs", err) != 0
                ? -1
                : GiveFile(&giving, i, "tasks", err);
        }
    }
    if (result != 0) {
        TakeBack(&giving);
    }
    return result;
}
