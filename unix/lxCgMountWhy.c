/*
 * lxCgMountWhy.c --
 *
 *      Why a hierarchy of version 1 could not be mounted. May run in a child.
 */

#include <linux/capability.h>

#include "lxMount.h"

/* -- Where a controller is ------------------------------------------------ */

/*
 * The number of its hierarchy, by /proc/cgroups; -1: the kernel does not have
 * it, or it is turned off.
 */
static long
HierarchyOf(int controller)
{
    char buf[1024], *line;
    struct lx_cgenabled parsed;
    struct lx_lines lines;
    long id = -1;

    if (lx_lines_open(&lines, "/proc/cgroups", buf, sizeof(buf)) != 0) {
        return -1;
    }
    while ((line = lx_lines_next(&lines)) != NULL) {
        if (lx_cgenabled_parse(line, &parsed)
            && lx_controller_find(parsed.name) == controller
            && parsed.enabled) {
            id = (long)parsed.id;
        }
    }
    lx_lines_close(&lines);
    return id;
}

/*
 * Its hierarchy's mount, or that of version 2; false: there is none here.
 */
static bool
FindMount(int controller, struct lx_where *where)
{
    static const char *const types[] = {"cgroup2", "cgroup"};
    const char *type = types[controller >= 0];
    struct lx_lines lines;
    bool found = false;

    /* The buffer of `where` is also the one that is read into. */
    if (lx_mounts_open(&lines, where->line) != 0) {
        return false;
    }
    while (!found && lx_mounts_next(&lines, &where->mount)) {
        found = strcmp(where->mount.fstype, type) == 0
            && (controller < 0
                || (lx_controllers_parse(where->mount.superOptions)
                    & LX_CG_BIT(controller)));
    }
    lx_lines_close(&lines);
    return found;
}

struct text {
    char *buf;
    size_t size, len;
};

static void
Add(struct text *text, const char *fmt, ...)
{
    va_list args;

    if (text->len > 0) {
        text->len = lx_append(text->buf, text->size, text->len, "; ");
    }
    va_start(args, fmt);
    text->len = lx_vappend(text->buf, text->size, text->len, fmt, args);
    va_end(args);
}

static void
AddVersion2(struct text *text, int controller)
{
    const char *name = lx_controllers[controller].name2;
    char path[LX_GROUP_PATH], given[512];
    struct lx_where where;

    if (name == NULL || !FindMount(-1, &where)) {
        return;
    }
    lx_format(
        path, sizeof(path), "%s/cgroup.subtree_control", where.mount.target);
    if (lx_read_file(path, given, sizeof(given)) > 0
        && (lx_controllers_parse(given) & LX_CG_BIT(controller))) {
        Add(text,
            "version 2 has %s enabled for its groups: -%s in %q gives it free",
            name, name, path);
    }
}

/*
 * What one controller is attached to; nothing, where it is free or already in
 * the hierarchy that was asked for.
 */
static void
AddPlace(struct text *text, int controller, const struct lx_cgmount *wanted)
{
    const char *name = lx_controllers[controller].name1;
    long id = HierarchyOf(controller);
    struct lx_where where;
    unsigned there;
    char names[LX_CONTROLLER_NAMES];

    if (id == 0) {
        AddVersion2(text, controller);
    } else if (id > 0 && !FindMount(controller, &where)) {
        Add(text,
            "%s is in hierarchy %l, which is not mounted here: it lives on "
            "with its groups, or is mounted elsewhere",
            name, id);
    } else if (id > 0) {
        there = lx_controllers_parse(where.mount.superOptions);
        if (there != wanted->controllers || wanted->name != NULL) {
            Add(text, "%s is in the hierarchy %s, mounted on %q", name,
                lx_controller_names(there, 1, ',', names, sizeof(names)),
                where.mount.target);
        }
    }
}

static void
WhyBusy(struct lx_err *err, const struct lx_cgmount *mount)
{
    char buf[sizeof(err->hint) - 64];
    struct text text = {buf, sizeof(buf), 0};

    buf[0] = '\0';
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        if (mount->controllers & LX_CG_BIT(i)) {
            AddPlace(&text, i, mount);
        }
    }
    if (mount->name != NULL && text.len == 0) {
        Add(&text, "there is a hierarchy %s, of other controllers",
            mount->name);
    }
    if (text.len > 0) {
        lx_hint(err, "%s; a controller is in one hierarchy at a time", buf);
    }
}

/* -- What the caller is told ---------------------------------------------- */

void
lx_why_controller(struct lx_err *err, int controller)
{
    const char *name = lx_controllers[controller].name1;
    char words[sizeof(err->hint)];

    if (err->errnum != EINVAL && err->errnum != ENOENT) {
        return;
    }
    lx_format(words, sizeof(words), "%s", err->hint);
    if (HierarchyOf(controller) < 0) {
        lx_refuse(
            err, "CGROUP", "NOCONTROLLER",
            "this kernel has no controller %s, or it is turned off", name);
    } else {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED",
            "this kernel has %s for version 2 only, whatever /proc/cgroups "
            "says",
            name);
    }
    lx_detail(err, name);
    lx_hint(err, "%s", words);
}

void
lx_why_cgmount(struct lx_err *err, const struct lx_cgmount *mount)
{
    switch (err->errnum) {
    case ENOENT:
        lx_hint(err, "there is no folder %q; -mkdir 1 makes it", mount->path);
        break;
    case ENODEV:
        lx_hint(err, "this kernel has no control groups of version 1");
        break;
    case EBUSY:
        WhyBusy(err, mount);
        break;
    case EPERM:
    case EACCES:
        if (!lx_capable(CAP_SYS_ADMIN)) {
            lx_hint(
                err,
                "it takes CAP_SYS_ADMIN in the first user namespace to make a "
                "hierarchy; one that exists can be mounted in namespaces of "
                "one's own, too: ns clone -new {user cgroup mnt}");
        } else if (lx_in_userns()) {
            lx_hint(
                err,
                "a new hierarchy is made only in the first user namespace "
                "and the first cgroup namespace");
        } else if (!lx_why_not_allowed(err)) {
            lx_hint(
                err,
                "a new hierarchy is made only in the first cgroup namespace; "
                "in this one, only what exists can be mounted");
        }
        break;
    default:
        break;
    }
}
