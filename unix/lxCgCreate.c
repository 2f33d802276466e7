/*
 * lxCgCreate.c --
 *
 *      A new group: one folder in each hierarchy that its controllers need.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

/* Version 2 has these in every group, without a controller of that name. */
#define IN_EVERY_GROUP \
    (LX_CG_BIT(LX_CG_CPUACCT) | LX_CG_BIT(LX_CG_DEVICES) \
     | LX_CG_BIT(LX_CG_FREEZER) | LX_CG_BIT(LX_CG_PERF))

/* What has been made, to be taken back. */
struct making {
    const struct lx_cgcreate *create;
    struct lx_group *group;
    struct lx_cgenable enabled;
    unsigned needed;           /* for what is set from the beginning */
    bool version1;             /* it will be there on version 1 as well */
    bool own[LX_HIERARCHIES];  /* the group's folder was made there */
    int above[LX_HIERARCHIES]; /* and so many above it */
};

/* -- Where ---------------------------------------------------------------- */

/*
 * The nearest group above that is there.
 */
static bool
Above(const struct lx_group *group, int index, struct lx_group *above)
{
    struct lx_group below;

    memcpy(&below, group, sizeof(below));
    while (lx_group_parent(&below, above)) {
        if (lx_group_has(above, index, NULL)) {
            return true;
        }
        memcpy(&below, above, sizeof(below));
    }
    return false;
}

static unsigned
Offered(struct lx_group *group, int index)
{
    unsigned offered;

    lx_group_controllers(group, index, "cgroup.controllers", &offered);
    return offered;
}

static unsigned
Threaded(void)
{
    unsigned threaded = 0;

    for (int i = 0; i < LX_CONTROLLERS; i++) {
        threaded |= lx_controllers[i].threaded ? LX_CG_BIT(i) : 0;
    }
    return threaded;
}

/*
 * The controllers of the new group in one hierarchy; and whether it is to be
 * there at all.
 */
static bool
Wanted(const struct making *making, int index, unsigned *controllers)
{
    const struct lx_hierarchy *hierarchy = &making->group->cgroups->list[index];
    const struct lx_cgcreate *create = making->create;
    struct lx_group parent;

    *controllers = hierarchy->controllers & create->controllers;
    if (!create->all) {
        return hierarchy->version == 2 || *controllers != 0
            || (create->named & (1u << index));
    }
    if (hierarchy->controllers == 0 && hierarchy->version == 1) {
        return false; /* one that only has a name */
    }
    if (create->parents) {
        if (!Above(making->group, index, &parent)) {
            return false;
        }
    } else if (
        !lx_group_parent(making->group, &parent)
        || !lx_group_has(&parent, index, NULL)) {
        return false;
    }
    *controllers = hierarchy->version == 1 ? hierarchy->controllers
                                           : Offered(&parent, index);
    if (create->threaded) {
        *controllers &= Threaded();
    }
    return true;
}

/*
 * Who sets keys asks for their controllers, unless he said which he wants.
 */
static unsigned
Needed(const struct lx_cgcreate *create)
{
    const struct lx_settings *settings = create->settings;
    unsigned needed = 0;

    for (size_t i = 0; create->all && settings != NULL && i < settings->count;
         i++) {
        int controller = settings->list[i].key->controller;

        needed |= controller != LX_KEY_CORE ? LX_CG_BIT(controller) : 0;
    }
    return needed;
}

/*
 * Each controller that was asked for must be somewhere.
 */
static int
CheckControllers(
    const struct lx_group *group, const struct lx_cgcreate *create,
    struct lx_err *err)
{
    const struct lx_cgroups *cgroups = group->cgroups;

    for (int i = 0; i < LX_CONTROLLERS; i++) {
        bool everywhere =
            cgroups->unified >= 0 && (IN_EVERY_GROUP & LX_CG_BIT(i));

        if ((create->controllers & LX_CG_BIT(i)) && !everywhere
            && lx_cgroups_need(cgroups, (enum lx_controller)i, err) < 0) {
            return lx_context(err, "cannot create group %q", group->name);
        }
    }
    return 0;
}

int
lx_cgcreate_named(
    struct lx_cgcreate *create, const struct lx_group *group, const char *name,
    struct lx_err *err)
{
    int index = lx_cgroups_named(group->cgroups, name, err);

    if (index < 0) {
        return lx_context(err, "cannot create group %q", group->name);
    }
    create->named |= 1u << index;
    return 0;
}

/* -- Making --------------------------------------------------------------- */

static int
Refused(struct lx_group *group, int index, struct lx_err *err)
{
    lx_fail(
        err, errno, "cannot create group %q",
        lx_group_full(group, index, NULL));
    lx_group_why(group, index, NULL, err);
    return -1;
}

/*
 * A cpuset of version 1 has no processors and no memory of its own at first,
 * and nothing could join it.
 */
static int
FillCpuset(struct lx_group *group, int index, struct lx_err *err)
{
    static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
    struct lx_group parent;

    for (int i = 0; i < 2; i++) {
        char text[LX_GROUP_PATH];

        if (lx_group_read(group, index, files[i], text, sizeof(text)) != 1
            || !lx_group_parent(group, &parent)) {
            continue;
        }
        if (lx_group_read(&parent, index, files[i], text, sizeof(text)) < 0
            || lx_group_write(group, index, files[i], text) != 0) {
            return lx_fail(
                err, errno, "cannot set %q to what its parent has",
                lx_group_full(group, index, files[i]));
        }
    }
    return 0;
}

/*
 * One folder; on failure it is not there.
 */
static int
MakeOne(
    struct making *making, struct lx_group *group, int index,
    struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];
    const char *path;
    int folder = lx_group_at(group, index, NULL, &path);

    if (path == NULL || mkdirat(folder, path, 0755) != 0) {
        return Refused(group, index, err);
    }
    if (group == making->group) {
        making->own[index] = true;
    } else {
        making->above[index]++;
    }
    if (hierarchy->version == 1
        && (hierarchy->controllers & LX_CG_BIT(LX_CG_CPUSET))) {
        return FillCpuset(group, index, err);
    }
    return 0;
}

static int
MakeParents(
    struct making *making, struct lx_group *group, int index,
    struct lx_err *err)
{
    struct lx_group parent;

    if (!lx_group_parent(group, &parent)
        || lx_group_has(&parent, index, NULL)) {
        return 0;
    }
    if (MakeParents(making, &parent, index, err) != 0) {
        return -1;
    }
    return MakeOne(making, &parent, index, err);
}

/*
 * Version 2: the group above hands the controllers out. One that has processes
 * of its own cannot; that is no failure where nobody asked for these and the
 * group gets some on version 1.
 */
static int
EnableAbove(
    struct making *making, int index, unsigned controllers, struct lx_err *err)
{
    const struct lx_cgcreate *create = making->create;
    const struct lx_hierarchy *hierarchy = &making->group->cgroups->list[index];
    unsigned needed = making->needed & hierarchy->controllers;
    bool above = !create->all || create->parents;
    struct lx_group parent;

    if (hierarchy->version != 2 || !lx_group_parent(making->group, &parent)
        || !lx_group_has(&parent, index, NULL)) {
        return 0;
    }
    /* All of them before those that are needed: pids alone would be handed out
     * beside processes, and the groups below take none. */
    if ((controllers == 0
         || lx_group_enable(&parent, controllers, above, &making->enabled, err)
             == 0
         || (create->all && making->version1 && err->errnum == EBUSY))
        && (needed == 0
            || lx_group_enable(&parent, needed, true, &making->enabled, err)
                == 0)) {
        return 0;
    }
    return lx_context(err, "cannot create group %q", making->group->name);
}

static int
MakeIn(
    struct making *making, int index, unsigned controllers, struct lx_err *err)
{
    struct lx_group *group = making->group;
    const struct lx_cgcreate *create = making->create;

    if (create->parents && MakeParents(making, group, index, err) != 0) {
        return -1;
    }
    /* Before the group is there, so that it begins with what it shall have;
     * and again, since another program may just have removed the last group
     * and taken back what was enabled for it (lx_group_tidy). */
    if (EnableAbove(making, index, controllers, err) != 0
        || MakeOne(making, group, index, err) != 0
        || EnableAbove(making, index, controllers, err) != 0) {
        return -1;
    }
    if (create->threaded && group->cgroups->list[index].version == 2
        && lx_group_write(group, index, "cgroup.type", "threaded") != 0) {
        lx_fail(
            err, errno, "cannot make %q threaded",
            lx_group_full(group, index, NULL));
        lx_group_why(group, index, "cgroup.type", err);
        return -1;
    }
    return 0;
}

static void
Remove(struct lx_group *group, int index)
{
    const char *path;
    int folder = lx_group_at(group, index, NULL, &path);

    if (path != NULL) {
        unlinkat(folder, path, AT_REMOVEDIR);
    }
}

/*
 * The deepest first. Of those above the group some may not be made yet.
 */
static void
UndoIn(struct making *making, int index)
{
    struct lx_group group, parent;

    memcpy(&group, making->group, sizeof(group));
    if (making->own[index]) {
        Remove(&group, index);
    }
    while (making->above[index] > 0 && lx_group_parent(&group, &parent)) {
        memcpy(&group, &parent, sizeof(group));
        if (lx_group_has(&group, index, NULL)) {
            Remove(&group, index);
            making->above[index]--;
        }
    }
}

static void
Undo(struct making *making)
{
    for (int i = 0; i < making->group->cgroups->count; i++) {
        UndoIn(making, i);
    }
    lx_group_disable(&making->enabled);
}

/*
 * There is no hierarchy to make it in.
 */
static int
Nowhere(
    const struct lx_group *group, const struct lx_cgcreate *create,
    struct lx_err *err)
{
    struct lx_group parent;

    if (!create->all && create->controllers == 0) {
        return lx_refuse(
            err, "CGROUP", "CONTROLLER",
            "cannot create group %q: without a controller it would be in no "
            "hierarchy, as version 2 is not mounted",
            group->name);
    }
    lx_fail(err, ENOENT, "cannot create group %q", group->name);
    if (lx_group_parent(group, &parent) && parent.name[0] != '\0') {
        lx_hint(
            err, "there is no group %q to make it in; -parents makes it too",
            parent.name);
    } else {
        lx_hint(
            err,
            "this process's own group is not to be seen in what is "
            "mounted here; a name that begins with \"/\" is below that");
    }
    return -1;
}

/*
 * A group that is there already, be it in one of these hierarchies only, is not
 * ours.
 */
int
lx_group_create(
    struct lx_group *group, const struct lx_cgcreate *create,
    struct lx_err *err)
{
    struct making making = {
        .create = create, .group = group, .needed = Needed(create)};
    int count = 0, result = 0;

    if (lx_group_noroot(group, "create", err) != 0
        || CheckControllers(group, create, err) != 0) {
        return -1;
    }
    for (int i = 0; i < group->cgroups->count; i++) {
        unsigned controllers;

        making.version1 |= group->cgroups->list[i].version == 1
            && Wanted(&making, i, &controllers);
    }
    for (int i = 0; result == 0 && i < group->cgroups->count; i++) {
        unsigned controllers;

        if (Wanted(&making, i, &controllers)) {
            result = MakeIn(&making, i, controllers, err);
            count++;
        }
    }
    if (result == 0 && count == 0) {
        result = Nowhere(group, create, err);
    }
    if (result == 0 && create->settings != NULL
        && lx_group_set(group, create->settings, true, err) != 0) {
        result = lx_context(err, "cannot create group %q", group->name);
    }
    if (result != 0) {
        Undo(&making);
    }
    lx_group_enabled(&making.enabled);
    return result;
}
