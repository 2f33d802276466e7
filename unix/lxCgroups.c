/*
 * lxCgroups.c --
 *
 *      The hierarchies that are mounted, found in mountinfo and not at fixed
 *      paths. They are looked up once: the kernel says when mounts change.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

void
lx_cgroups_init(struct lx_cgroups *cgroups)
{
    memset(cgroups, 0, sizeof(*cgroups));
    cgroups->unified = cgroups->watch = -1;
}

static void
Empty(struct lx_cgroups *cgroups)
{
    lx_pool_free(&cgroups->pool);
    cgroups->count = 0;
    cgroups->unified = -1;
    cgroups->enabled = 0;
    lx_statcache_clear(cgroups->stats);
    lx_cgtrees_close(cgroups->trees);
}

void
lx_cgroups_letgo(struct lx_cgroups *cgroups)
{
    Empty(cgroups);
    lx_fd_close(&cgroups->watch);
}

void
lx_cgroups_stale(struct lx_cgroups *cgroups)
{
    lx_cgroups_letgo(cgroups);
    free(cgroups->self);
    cgroups->self = NULL;
}

void
lx_cgroups_free(struct lx_cgroups *cgroups)
{
    lx_cgroups_stale(cgroups);
    free((char *)cgroups->base);
    cgroups->base = NULL;
    free(cgroups->stats);
    free(cgroups->trees);
    cgroups->stats = NULL;
    cgroups->trees = NULL;
}

/* -- One hierarchy -------------------------------------------------------- */

/*
 * Its number, its label and this process's place in it, as /proc/self/cgroup
 * had them when this interpreter first asked. A hierarchy that was mounted
 * since begins with every process in its topmost group.
 */
static int
FindSelf(
    struct lx_cgroups *cgroups, struct lx_hierarchy *hierarchy,
    const char *options)
{
    char *text =
        lx_pool_string(&cgroups->pool, cgroups->self, strlen(cgroups->self));
    struct lx_cgline parsed;

    if (text == NULL) {
        return -1;
    }
    hierarchy->own = strcmp(hierarchy->root, "/") == 0 ? "" : NULL;
    hierarchy->label = hierarchy->version == 2 ? "unified" : NULL;
    while (lx_cgline_next(&text, &parsed)) {
        if (lx_cglabel_is(parsed.label, hierarchy->version, options)) {
            hierarchy->id = parsed.id;
            hierarchy->label = parsed.label;
            hierarchy->own = lx_hierarchy_below(hierarchy, parsed.path);
            break;
        }
    }
    return 0;
}

/*
 * For one of version 1 that is mounted since: as the kernel would write it.
 */
static int
MakeLabel(
    struct lx_cgroups *cgroups, struct lx_hierarchy *hierarchy,
    const char *name)
{
    char buf[512], own[LX_HIERARCHY_NAME + 1];

    if (name != NULL) {
        lx_format(own, sizeof(own), "%s", name);
        own[strcspn(own, ",")] = '\0';
    }
    lx_hierarchy_label(
        hierarchy->controllers, name != NULL ? own : NULL, buf, sizeof(buf));
    hierarchy->label = lx_pool_string(&cgroups->pool, buf, strlen(buf));
    return hierarchy->label != NULL ? 0 : -1;
}

/*
 * What says nothing of the mount, but that this process cannot look now.
 */
static bool
IsShortage(int errnum)
{
    return errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM;
}

/*
 * Is the mount point to be seen, and nothing else mounted upon it? It is not
 * kept open: whoever unmounts it would find it busy. -1: errno.
 */
static int
IsSeen(const struct lx_mount *mount)
{
    LX_AUTOCLOSE int fd = open(mount->target, O_PATH | O_DIRECTORY | O_CLOEXEC);
    unsigned long id;

    return fd >= 0 && lx_mount_id(fd, &id) ? id == mount->id
        : IsShortage(errno)                ? -1
                                           : 0;
}

static struct lx_hierarchy *
SameHierarchy(struct lx_cgroups *cgroups, int version, const char *options)
{
    for (int i = 0; i < cgroups->count; i++) {
        if (lx_cglabel_is(cgroups->list[i].label, version, options)) {
            return &cgroups->list[i];
        }
    }
    return NULL;
}

/*
 * Of several mounts of one hierarchy the first is used, but one that shows all
 * of it comes before one that shows a part, and one that can be written to
 * before one that cannot.
 */
static bool
IsBetter(const struct lx_mount *mount, const struct lx_hierarchy *known)
{
    bool all = strcmp(mount->root, "/") == 0;
    bool knownAll = strcmp(known->root, "/") == 0;

    if (all != knownAll) {
        return all;
    }
    return known->readonly && !lx_has_option(mount->options, "ro");
}

/*
 * Of a line of mountinfo, one more hierarchy. -1: errno.
 */
static int
AddMount(struct lx_cgroups *cgroups, const struct lx_mount *mount)
{
    struct lx_pool *pool = &cgroups->pool;
    int version = strcmp(mount->fstype, "cgroup2") == 0 ? 2 : 1;
    const char *name =
        version == 1 ? lx_hierarchy_name(mount->superOptions) : NULL;
    unsigned controllers =
        version == 1 ? lx_controllers_parse(mount->superOptions) : 0;
    struct lx_hierarchy *hierarchy =
        SameHierarchy(cgroups, version, mount->superOptions);
    struct lx_hierarchy found = {
        .version = version, .controllers = controllers};
    char file[LX_GROUP_PATH], text[1024];
    int seen;

    if ((version == 1 && strcmp(mount->fstype, "cgroup") != 0)
        || (version == 1 && controllers == 0 && name == NULL)
        || (hierarchy != NULL && !IsBetter(mount, hierarchy))
        || (hierarchy == NULL && cgroups->count == LX_HIERARCHIES)) {
        return 0;
    }
    seen = IsSeen(mount);
    if (seen <= 0) {
        return seen;
    }
    errno = ENOMEM;
    found.path = lx_pool_string(pool, mount->target, strlen(mount->target));
    found.root = lx_pool_string(pool, mount->root, strlen(mount->root));
    found.readonly = lx_has_option(mount->options, "ro")
        || lx_has_option(mount->superOptions, "ro");
    if (found.path == NULL || found.root == NULL
        || FindSelf(cgroups, &found, mount->superOptions) != 0
        || (found.label == NULL && MakeLabel(cgroups, &found, name) != 0)) {
        return -1;
    }
    if (version == 2) {
        lx_format(file, sizeof(file), "%s/cgroup.controllers", found.path);
        if (lx_read_file(file, text, sizeof(text)) >= 0) {
            found.controllers = lx_controllers_parse(text);
        } else if (IsShortage(errno)) {
            return -1;
        }
    }
    if (hierarchy == NULL) {
        hierarchy = &cgroups->list[cgroups->count++];
    }
    *hierarchy = found;
    return 0;
}

/* -- All of them ---------------------------------------------------------- */

static int
ReadSelf(struct lx_cgroups *cgroups, struct lx_err *err)
{
    struct lx_target self = LX_TARGET_SELF;

    if (cgroups->self == NULL) {
        cgroups->self = lx_proc_text(&self, "cgroup", err);
    }
    return cgroups->self != NULL ? 0 : -1;
}

static void
ReadEnabled(struct lx_cgroups *cgroups)
{
    struct lx_lines lines;
    char buf[4096];
    char *line;

    if (lx_lines_open(&lines, "/proc/cgroups", buf, sizeof(buf)) != 0) {
        return; /* a kernel without version 1 */
    }
    while ((line = lx_lines_next(&lines)) != NULL) {
        struct lx_cgenabled parsed;
        int controller;

        if (lx_cgenabled_parse(line, &parsed) && parsed.enabled
            && (controller = lx_controller_find(parsed.name)) >= 0) {
            cgroups->enabled |= LX_CG_BIT(controller);
        }
    }
    lx_lines_close(&lines);
}

/*
 * errno, or 0.
 */
static int
ReadMounts(struct lx_cgroups *cgroups)
{
    char *buf = malloc(LX_MOUNT_LINE);
    struct lx_lines lines;
    struct lx_mount mount;
    int errnum = 0;
    char *line;

    if (buf == NULL) {
        return ENOMEM;
    }
    lseek(cgroups->watch, 0, SEEK_SET);
    lx_lines_take(&lines, cgroups->watch, buf, LX_MOUNT_LINE);
    while (errnum == 0 && (line = lx_lines_next(&lines)) != NULL) {
        if (strstr(line, " cgroup") != NULL && lx_mount_parse(line, &mount)
            && AddMount(cgroups, &mount) != 0) {
            errnum = errno;
        }
    }
    free(buf);
    return errnum != 0 ? errnum : lines.errnum;
}

/*
 * A copy of this process shares the open file with it: who of them is told of
 * a change first, is told alone.
 */
static bool
HasChanged(const struct lx_cgroups *cgroups)
{
    struct pollfd poller = {.fd = cgroups->watch, .events = POLLPRI};

    return cgroups->watch < 0
        || (poll(&poller, 1, 0) > 0 && (poller.revents & (POLLPRI | POLLERR)));
}

int
lx_cgroups_fresh(struct lx_cgroups *cgroups, struct lx_err *err)
{
    int errnum;

    if (cgroups->watch >= 0 && cgroups->owner != getpid()) {
        lx_cgroups_stale(cgroups);
    }
    if (!HasChanged(cgroups)) {
        return 0;
    }
    Empty(cgroups);
    if (cgroups->trees == NULL) {
        cgroups->trees = lx_cgtrees_new();
    }
    if (cgroups->watch < 0) {
        cgroups->watch = lx_fd_park(
            open("/proc/thread-self/mountinfo", O_RDONLY | O_CLOEXEC));
        cgroups->owner = getpid();
    }
    if (cgroups->watch < 0) {
        return lx_fail(
            err, errno, "cannot find the control groups: no %q",
            "/proc/thread-self/mountinfo");
    }
    if (ReadSelf(cgroups, err) != 0) {
        lx_cgroups_letgo(cgroups); /* so that it is tried again */
        return lx_context(err, "cannot find the control groups");
    }
    errnum = ReadMounts(cgroups);
    if (errnum != 0) {
        lx_cgroups_letgo(cgroups);
        return lx_fail(err, errnum, "cannot find the control groups");
    }
    ReadEnabled(cgroups);
    for (int i = 0; i < cgroups->count; i++) {
        if (cgroups->list[i].version == 2) {
            cgroups->unified = i;
        }
    }
    return 0;
}

int
lx_cgroups_base(
    struct lx_cgroups *cgroups, const char *base, struct lx_err *err)
{
    char *copy = NULL;

    if (base != NULL && (copy = strdup(base)) == NULL) {
        return lx_fail(err, ENOMEM, "cannot set the base of groups");
    }
    free((char *)cgroups->base);
    cgroups->base = copy;
    if (base == NULL) {
        lx_cgroups_stale(cgroups);
    }
    return lx_cgroups_fresh(cgroups, err);
}
