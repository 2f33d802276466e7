/*
 * lxCgWhy.c --
 *
 *      Why a group refused, and what mends it. Called after the refusal, so it
 *      has time to look around.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

static bool
Is(const char *file, const char *name)
{
    return file != NULL && strcmp(file, name) == 0;
}

/*
 * Does it let processes in, one by one or whole?
 */
static bool
IsDoor(const char *file)
{
    return Is(file, "cgroup.procs") || Is(file, "cgroup.threads")
        || Is(file, "tasks");
}

/* -- Rights --------------------------------------------------------------- */

/*
 * Whose it is: a file, or for a new or old folder the folder above it.
 */
static void
WhyRights(
    struct lx_group *group, int index, const char *file, struct lx_err *err)
{
    struct lx_group parent, *whose = group;
    const char *path;
    struct stat st;

    if (file == NULL && lx_group_parent(group, &parent)) {
        whose = &parent;
    }
    path = lx_group_path(whose, index, file);
    if (path == NULL || stat(path, &st) != 0
        || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0) {
        return; /* it is not the file that lacks the right */
    }
    if (geteuid() == 0) {
        lx_hint(
            err,
            "%q belongs to uid %u, and root of this user namespace has no "
            "rights there",
            lx_group_full(whose, index, file), (unsigned)st.st_uid);
        return;
    }
    lx_hint(
        err,
        "%q belongs to uid %u, and this is uid %u; a user needs a group that "
        "was handed to him: systemd-run --user --scope -p Delegate=yes PROGRAM "
        "begins in one, cgroup delegate NAME -user %u (as root) makes one",
        lx_group_full(whose, index, file), (unsigned)st.st_uid,
        (unsigned)geteuid(), (unsigned)geteuid());
}

/* -- Version 2: no internal processes -------------------------------------- */

static void
WhyBusy(struct lx_group *group, int index, const char *file, struct lx_err *err)
{
    char text[512];
    struct lx_cgmembers members;
    struct lx_err ignored;

    if (Is(file, "cgroup.subtree_control")) {
        if (lx_group_members(
                group, 1u << index, false, false, &members, &ignored)
            == 0) {
            lx_hint(
                err,
                "a group that hands out controllers has no processes of its "
                "own, and in this one there are: %s; cgroup delegate %s moves "
                "them to a group below it",
                lx_cgmembers_text(&members, text, sizeof(text)),
                group->name[0] != '\0' ? group->name : "{}");
        }
        lx_cgmembers_free(&members);
    } else if (
        IsDoor(file)
        && lx_group_read(
               group, index, "cgroup.subtree_control", text, sizeof(text))
            > 1) {
        text[strcspn(text, "\n")] = '\0';
        lx_hint(
            err,
            "it hands out controllers to the groups below it (%s, by "
            "cgroup.subtree_control), and such a group has no processes of its "
            "own; move it to a group below %s",
            text, group->name);
    }
}

/* -- Version 2: threads ---------------------------------------------------- */

/*
 * Of the controllers that a group hands out, those that cannot part threads.
 */
static unsigned
Domain(struct lx_group *group, int index)
{
    unsigned controllers;

    lx_group_controllers(group, index, "cgroup.subtree_control", &controllers);
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        if (lx_controllers[i].threaded) {
            controllers &= ~LX_CG_BIT(i);
        }
    }
    return controllers;
}

/*
 * A group that was to become threaded.
 */
static void
WhyType(struct lx_group *group, int index, struct lx_err *err)
{
    char names[LX_CONTROLLER_NAMES];
    struct lx_group parent;
    unsigned controllers;

    if (!lx_group_parent(group, &parent)) {
        return;
    }
    controllers = Domain(&parent, index);
    if (controllers != 0) {
        lx_hint(
            err,
            "the group above it hands out %s, and only the controllers cpu, "
            "cpuset, perf_event and pids can part threads",
            lx_controller_names(controllers, 2, ' ', names, sizeof(names)));
    } else {
        lx_hint(
            err,
            "the group above it is below a threaded group, and not "
            "threaded itself");
    }
}

static void
WhyThreaded(
    struct lx_group *group, int index, const char *file, struct lx_err *err)
{
    char type[64];

    if (lx_group_read(group, index, "cgroup.type", type, sizeof(type)) < 0) {
        return;
    }
    type[strcspn(type, "\n")] = '\0';
    if (Is(file, "cgroup.type")) {
        WhyType(group, index, err);
    } else if (strcmp(type, "domain invalid") == 0) {
        lx_hint(
            err,
            "it is below a threaded group, and takes in nobody until it "
            "is threaded itself: cgroup create -threaded");
    } else if (Is(file, "cgroup.subtree_control")) {
        lx_hint(
            err,
            "its type is %s: groups in it are threaded, and only the "
            "controllers cpu, cpuset, perf_event and pids can part threads",
            type);
    } else if (strcmp(type, "threaded") == 0) {
        lx_hint(
            err,
            "it is threaded: only processes that are in the domain above "
            "it, and their threads, come in");
    } else if (Is(file, "cgroup.threads")) {
        lx_hint(
            err,
            "its type is %s: a thread leaves its process only for a threaded "
            "group below that of the process: cgroup create -threaded",
            type);
    }
}

/* -- What is not there ----------------------------------------------------- */

/*
 * "memory.max" -> the controller memory; -1: it is of none.
 */
static int
ControllerOf(const char *file)
{
    char name[32];
    size_t len = strcspn(file, ".");

    if (file[len] != '.' || len >= sizeof(name)) {
        return -1;
    }
    memcpy(name, file, len);
    name[len] = '\0';
    return lx_controller_find(name);
}

/*
 * On version 2 the files of a controller come with what the group above hands
 * out; in the topmost one there are but few.
 */
static void
WhyMissing(
    struct lx_group *group, int index, const char *file, struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];
    int controller = ControllerOf(file);
    struct lx_group parent;
    unsigned enabled;
    int elsewhere;

    if (controller < 0 || hierarchy->version != 2
        || lx_controllers[controller].name2 == NULL
        || lx_group_isroot(group, index)
        || !lx_group_controllers(group, index, "cgroup.controllers", &enabled)
        || (enabled & LX_CG_BIT(controller))) {
        return;
    }
    elsewhere = lx_cgroups_of(group->cgroups, (enum lx_controller)controller);
    if (elsewhere >= 0 && elsewhere != index) {
        lx_hint(
            err, "the controller %s is on version 1, at %q",
            lx_controllers[controller].name1,
            group->cgroups->list[elsewhere].path);
    } else if (elsewhere < 0) {
        lx_hint(
            err, "the controller %s is in no hierarchy that is mounted here",
            lx_controllers[controller].name2);
    } else if (lx_group_parent(group, &parent)) {
        lx_hint(
            err, "the controller %s is not enabled for it: %q does not name it",
            lx_controllers[controller].name2,
            lx_group_full(&parent, index, "cgroup.subtree_control"));
    }
}

/* -- Limits of groups ------------------------------------------------------ */

/*
 * A group above allows no more below it, in number or in depth.
 */
static void
WhyNoMore(struct lx_group *group, int index, struct lx_err *err)
{
    struct lx_group below, above;
    unsigned long limit;
    unsigned long depth = 0;

    memcpy(&below, group, sizeof(below));
    while (lx_group_parent(&below, &above)) {
        unsigned long count;

        if (lx_group_number(&above, index, "cgroup.max.depth", &limit)
            && depth >= limit) {
            lx_hint(
                err, "%q is %l",
                lx_group_full(&above, index, "cgroup.max.depth"), limit);
            return;
        }
        if (lx_group_number(&above, index, "cgroup.max.descendants", &limit)
            && lx_group_value(
                &above, index, "cgroup.stat", "nr_descendants", &count)
            && count >= limit) {
            lx_hint(
                err, "%q is %l",
                lx_group_full(&above, index, "cgroup.max.descendants"), limit);
            return;
        }
        depth++;
        memcpy(&below, &above, sizeof(below));
    }
}

/* ------------------------------------------------------------------------ */

static void
WhyNoSpace(const char *file, struct lx_err *err)
{
    if (IsDoor(file)) {
        lx_hint(
            err,
            "its cpuset.cpus or cpuset.mems is empty, and nothing can run "
            "there");
    } else if (file == NULL) {
        lx_hint(err, "the kernel has no more numbers for groups (some 65500)");
    }
}

void
lx_group_why(
    struct lx_group *group, int index, const char *file, struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];
    int errnum = err->errnum;

    if (errnum == EROFS && hierarchy->readonly) {
        lx_hint(err, "%q is mounted read-only", hierarchy->path);
    } else if (errnum == EACCES || errnum == EPERM) {
        WhyRights(group, index, file, err);
    } else if (errnum == EBUSY && hierarchy->version == 2) {
        WhyBusy(group, index, file, err);
    } else if (errnum == EOPNOTSUPP && hierarchy->version == 2) {
        WhyThreaded(group, index, file, err);
    } else if (errnum == ENOENT && file != NULL) {
        WhyMissing(group, index, file, err);
    } else if (errnum == EAGAIN && file == NULL) {
        WhyNoMore(group, index, err);
    } else if (errnum == ENOSPC) {
        WhyNoSpace(file, err);
    }
}
