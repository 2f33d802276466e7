/*
 * lxCgBirth.c --
 *
 *      The groups that a program is born in, as the parent prepares them:
 *      found, opened and looked at before there is a process. What the child
 *      does with them is in lxChildGroup.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/* -- Which ---------------------------------------------------------------- */

/*
 * One hierarchy takes a process into one group. The same group named twice is
 * no contradiction.
 */
static int
Conflict(
    const struct lx_birth *birth, struct lx_group *group, struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[birth->index];

    if (strcmp(lx_group_full(group, birth->index, NULL), birth->path) == 0) {
        return 0;
    }
    lx_refuse(
        err, "CGROUP", "CONFLICT",
        "cannot start a process in both %q and %q: both are in the hierarchy "
        "%s, and a process is in one group of each",
        birth->group->name, group->name, hierarchy->label);
    lx_detail(err, hierarchy->label);
    return -1;
}

/*
 * What is stopped starts nothing, and on version 1 cannot even be killed.
 */
static bool
IsFrozen(struct lx_group *group, int index)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];
    unsigned long frozen;
    char text[32];

    if (hierarchy->version == 2) {
        return lx_group_value(group, index, "cgroup.events", "frozen", &frozen)
            && frozen == 1;
    }
    return (hierarchy->controllers & LX_CG_BIT(LX_CG_FREEZER))
        && lx_group_read(group, index, "freezer.state", text, sizeof(text)) > 0
        && strncmp(text, "THAWED", 6) != 0;
}

static int
Refused(struct lx_birth *birth, struct lx_err *err)
{
    lx_fail(err, errno, "cannot start a process in group %q", birth->path);
    lx_birth_why(birth, err);
    return -1;
}

/*
 * Version 2 takes the folder, with the new process or after it; version 1 a
 * write by the process itself.
 */
static int
Open(struct lx_birth *birth, struct lx_pool *pool, struct lx_err *err)
{
    int version = birth->group->cgroups->list[birth->index].version;
    int fd = version == 2
        ? lx_group_open(birth->group, birth->index, NULL, O_PATH | O_DIRECTORY)
        : lx_group_open(birth->group, birth->index, "cgroup.procs", O_WRONLY);

    birth->fd = lx_fd_high(fd);
    if (birth->fd < 0) {
        return Refused(birth, err);
    }
    if (lx_pool_fd(pool, birth->fd) < 0) {
        return lx_fail(err, ENOMEM, "cannot start a process in a group");
    }
    return 0;
}

/*
 * Whether memory is limited in the group, by its own limit or by one above it.
 * When it runs out, the kernel ends a process of the group, and with it all
 * that share its memory, wherever they are.
 */
static bool
IsBounded(struct lx_group *group, int index)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];
    const char *file =
        hierarchy->version == 2 ? "memory.max" : "memory.limit_in_bytes";
    struct lx_group each = *group, above;
    unsigned long limit;
    bool more = (hierarchy->controllers & LX_CG_BIT(LX_CG_MEMORY)) != 0;

    for (; more; each = above) {
        /* Without a limit it is "max", or the largest number in whole pages. */
        if (lx_group_number(&each, index, file, &limit)
            && limit < LONG_MAX / 2) {
            return true;
        }
        more = lx_group_parent(&each, &above);
    }
    return false;
}

/*
 * One group more, that is not opened yet.
 */
static int
AddOne(
    struct lx_births *births, struct lx_group *group, int index,
    struct lx_pool *pool, struct lx_err *err)
{
    struct lx_birth *birth = &births->list[births->count];
    const char *path = lx_group_full(group, index, NULL);

    birth->path = lx_pool_string(pool, path, strlen(path));
    birth->group = group;
    birth->index = index;
    birth->fd = -1;
    if (birth->path == NULL) {
        return lx_fail(err, ENOMEM, "cannot start a process in a group");
    }
    if (IsFrozen(group, index)) {
        lx_refuse(
            err, "CGROUP", "FROZEN",
            "cannot start a process in group %q: it is frozen", birth->path);
        lx_hint(err, "cgroup thaw %s lets it go on", group->name);
        lx_detail(err, group->name);
        return -1;
    }
    births->bounded = births->bounded || IsBounded(group, index);
    if (group->cgroups->list[index].version == 2) {
        births->into = births->count;
    }
    births->count++;
    return 0;
}

/*
 * What is only to be explained is not opened.
 */
static int
AddIn(
    struct lx_births *births, struct lx_group *group, int index, bool explain,
    struct lx_pool *pool, struct lx_err *err)
{
    for (int i = 0; i < births->count; i++) {
        if (births->list[i].index == index) {
            return Conflict(&births->list[i], group, err);
        }
    }
    if (AddOne(births, group, index, pool, err) != 0) {
        return -1;
    }
    return explain ? 0 : Open(&births->list[births->count - 1], pool, err);
}

int
lx_births_add(
    struct lx_births *births, struct lx_group *group, bool explain,
    struct lx_pool *pool, struct lx_err *err)
{
    unsigned where;

    if (lx_group_need(group, &where, err) != 0) {
        return lx_context(err, "cannot start a process in a group");
    }
    for (int index = 0; index < group->cgroups->count; index++) {
        if ((where & 1u << index)
            && AddIn(births, group, index, explain, pool, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- Those of another process --------------------------------------------- */

static int
LikeIn(
    struct lx_births *births, const struct lx_cgroups *cgroups, int index,
    const char *path, bool explain, struct lx_pool *pool, struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy = &cgroups->list[index];
    const char *below = lx_hierarchy_below(hierarchy, path);
    struct lx_group *group;
    char name[LX_GROUP_PATH];

    if (below == NULL) {
        lx_refuse(
            err, "CGROUP", "HIDDEN",
            "cannot start a process in group %q of %s: it is not to be seen "
            "from here",
            path, hierarchy->label);
        lx_detail(err, hierarchy->label);
        return -1;
    }
    group = lx_pool_alloc(pool, sizeof(*group));
    if (group == NULL) {
        return lx_fail(err, ENOMEM, "cannot start a process in a group");
    }
    lx_format(name, sizeof(name), "/%s", below);
    if (lx_group_name(group, cgroups, name, err) != 0) {
        return -1;
    }
    return AddIn(births, group, index, explain, pool, err);
}

int
lx_births_like(
    struct lx_births *births, const struct lx_cgroups *cgroups,
    const struct lx_target *target, bool explain, struct lx_pool *pool,
    struct lx_err *err)
{
    const struct lx_target self = LX_TARGET_SELF;
    char *theirs = lx_proc_text(target, "cgroup", err);
    char *ours = theirs != NULL ? lx_proc_text(&self, "cgroup", err) : NULL;
    int result = ours != NULL ? 0 : -1;

    for (int i = 0; result == 0 && i < cgroups->count; i++) {
        const char *label = cgroups->list[i].label;
        char buf[2 * LX_GROUP_PATH], own[2 * LX_GROUP_PATH];
        const char *path = lx_cgline_path(theirs, label, buf, sizeof(buf));
        const char *here = lx_cgline_path(ours, label, own, sizeof(own));

        if (path != NULL && (here == NULL || strcmp(path, here) != 0)) {
            result = LikeIn(births, cgroups, i, path, explain, pool, err);
        }
    }
    free(theirs);
    free(ours);
    return result;
}

void
lx_birth_why(const struct lx_birth *birth, struct lx_err *err)
{
    lx_group_why(birth->group, birth->index, "cgroup.procs", err);
}

void
lx_births_why(const struct lx_births *births, struct lx_err *err)
{
    for (int i = 0; births != NULL && i < births->count; i++) {
        struct lx_group *group = births->list[i].group;
        int index = births->list[i].index;
        unsigned long refused;

        if ((group->cgroups->list[index].controllers & LX_CG_BIT(LX_CG_PIDS))
            && lx_group_value(group, index, "pids.events", "max", &refused)
            && refused > 0) {
            lx_hint(
                err, "the control group %q takes no more processes (pids.max)",
                group->name);
        }
    }
}

/* -- What the memory limit of the group kills ------------------------------ */

/*
 * How often: version 2 counts groups below it as well. Both files have a line
 * "oom_kill N".
 */
bool
lx_oom_read(int fd, unsigned long *count)
{
    char text[512];
    ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

    text[len > 0 ? len : 0] = '\0';
    return lx_cgvalue(text, "oom_kill", count);
}

/*
 * The file that says so stays open: the group may be gone before it is asked.
 */
int
lx_oom_open(const struct lx_births *births, unsigned long *count)
{
    for (int i = 0; births != NULL && i < births->count; i++) {
        const struct lx_birth *birth = &births->list[i];
        const struct lx_hierarchy *hierarchy =
            &birth->group->cgroups->list[birth->index];
        int fd;

        if (!(hierarchy->controllers & LX_CG_BIT(LX_CG_MEMORY))) {
            continue;
        }
        fd = lx_group_open(
            birth->group, birth->index,
            hierarchy->version == 2 ? "memory.events" : "memory.oom_control",
            O_RDONLY);
        fd = lx_fd_park(fd);
        if (fd >= 0 && !lx_oom_read(fd, count)) {
            lx_fd_close(&fd);
        }
        return fd;
    }
    return -1;
}
