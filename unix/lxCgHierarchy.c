/*
 * lxCgHierarchy.c --
 *
 *      Hierarchies by their labels and their controllers, and what is below
 *      where they are mounted.
 */

#include <string.h>

#include "lx.h"

/* -- Labels --------------------------------------------------------------- */

/*
 * "name=systemd" or "cpu,name=x" -> the name, which comes last; or NULL.
 */
const char *
lx_hierarchy_name(const char *options)
{
    const char *name = strstr(options, "name=");

    while (name != NULL && name != options && name[-1] != ',') {
        name = strstr(name + 1, "name=");
    }
    return name != NULL ? name + strlen("name=") : NULL;
}

static bool
SameName(const char *a, const char *b)
{
    size_t len;

    if (a == NULL || b == NULL) {
        return a == b;
    }
    len = strcspn(a, ",");
    return strcspn(b, ",") == len && strncmp(a, b, len) == 0;
}

bool
lx_cglabel_is(const char *label, int version, const char *options)
{
    if (version == 2 || strcmp(label, "unified") == 0) {
        return version == 2 && strcmp(label, "unified") == 0;
    }
    return lx_controllers_parse(label) == lx_controllers_parse(options)
        && SameName(lx_hierarchy_name(label), lx_hierarchy_name(options));
}

/* -- Below the mount ------------------------------------------------------- */

const char *
lx_hierarchy_below(const struct lx_hierarchy *hierarchy, const char *path)
{
    const char *root = hierarchy->root;
    size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);

    if (strncmp(path, "/..", 3) == 0 || strncmp(root, "/..", 3) == 0
        || strncmp(path, root, len) != 0
        || (path[len] != '/' && path[len] != '\0')) {
        return NULL;
    }
    return path[len] == '/' ? path + len + 1 : path + len;
}

const char *
lx_cgroups_below(const struct lx_cgroups *cgroups, int index)
{
    return cgroups->base != NULL ? cgroups->base + 1 : cgroups->list[index].own;
}

/* -- Finding one ---------------------------------------------------------- */

int
lx_cgroups_of(const struct lx_cgroups *cgroups, enum lx_controller controller)
{
    for (int i = 0; i < cgroups->count; i++) {
        if (cgroups->list[i].controllers & LX_CG_BIT(controller)) {
            return i;
        }
    }
    return -1;
}

int
lx_cgroups_need(
    const struct lx_cgroups *cgroups, enum lx_controller controller,
    struct lx_err *err)
{
    const struct lx_controllerinfo *info = &lx_controllers[controller];
    const char *name = info->name1;
    int index = lx_cgroups_of(cgroups, controller);

    if (index >= 0) {
        return index;
    }
    if (cgroups->enabled & LX_CG_BIT(controller)) {
        lx_refuse(
            err, "CGROUP", "NOTMOUNTED",
            "controller %s is in no hierarchy that is mounted here", name);
        lx_hint(err, "cgroup mount %s PATH makes one", name);
    } else {
        lx_refuse(
            err, "CGROUP", "NOCONTROLLER",
            "this kernel has no controller %s, or it is turned off", name);
        lx_hint(err, "see /proc/cgroups, and cgroup_disable= in /proc/cmdline");
    }
    lx_detail(err, name);
    return -1;
}

int
lx_cgroups_named(
    const struct lx_cgroups *cgroups, const char *name, struct lx_err *err)
{
    char label[5 + LX_HIERARCHY_NAME + 1];

    for (int i = 0; i < cgroups->count; i++) {
        const char *own = lx_hierarchy_name(cgroups->list[i].label);

        if (own != NULL && strcmp(own, name) == 0) {
            return i;
        }
    }
    lx_format(label, sizeof(label), "name=%s", name);
    lx_refuse(
        err, "CGROUP", "NOTMOUNTED",
        "no hierarchy of the name %q is mounted here", name);
    lx_hint(err, "cgroup mount {} PATH -name NAME makes one");
    lx_detail(err, label);
    return -1;
}

int
lx_cgroups_find(const struct lx_cgroups *cgroups, const char *text)
{
    int controller = lx_controller_find(text);

    for (int i = 0; i < cgroups->count; i++) {
        const struct lx_hierarchy *hierarchy = &cgroups->list[i];

        if (strcmp(hierarchy->label, text) == 0
            || strcmp(hierarchy->path, text) == 0) {
            return i;
        }
    }
    return controller >= 0 ? lx_cgroups_of(cgroups, controller) : -1;
}
