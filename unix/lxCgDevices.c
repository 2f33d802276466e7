/*
 * lxCgDevices.c --
 *
 *      The device rules of a group: by the files of version 1 where it has the
 *      group in the hierarchy of devices, else by BPF on version 2.
 */

#include <errno.h>
#include <string.h>

#include "lx.h"

/* -- A group and those above it ------------------------------------------- */

int
lx_cgwalk_begin(
    struct lx_cgwalk *walk, struct lx_group *group, int index,
    struct lx_err *err)
{
    const char *path = lx_group_path(group, index, NULL);

    if (path == NULL || strlen(path) >= sizeof(walk->path)) {
        return lx_fail(
            err, path == NULL ? errno : ENAMETOOLONG, "cannot find group %q",
            group->name);
    }
    lx_format(walk->path, sizeof(walk->path), "%s", path);
    walk->len = strlen(group->cgroups->list[index].path);
    walk->begun = false;
    return 0;
}

bool
lx_cgwalk_next(struct lx_cgwalk *walk, char part[LX_GROUP_PATH])
{
    if (!walk->begun) {
        walk->begun = true;
    } else if (lx_cgwalk_last(walk)) {
        return false;
    } else {
        walk->len++;
        walk->len += strcspn(walk->path + walk->len, "/");
    }
    memcpy(part, walk->path, walk->len);
    part[walk->len] = '\0';
    return true;
}

bool
lx_cgwalk_last(const struct lx_cgwalk *walk)
{
    return walk->path[walk->len] == '\0';
}

/* -- Which version -------------------------------------------------------- */

/*
 * The hierarchy in which the rules of this group are kept.
 */
static int
Where(struct lx_group *group, struct lx_err *err)
{
    const struct lx_cgroups *cgroups = group->cgroups;
    int index = lx_cgroups_of(cgroups, LX_CG_DEVICES);
    unsigned where;

    if (lx_group_need(group, &where, err) != 0) {
        return -1;
    }
    if (index >= 0 && (where & (1u << index))) {
        return index;
    }
    if (cgroups->unified >= 0 && (where & (1u << cgroups->unified))) {
        return cgroups->unified;
    }
    if (index >= 0) {
        return lx_fail(
            err, ENOENT, "there is no group %q",
            lx_group_full(group, index, NULL));
    }
    return lx_cgroups_need(cgroups, LX_CG_DEVICES, err);
}

int
lx_devices_get(
    struct lx_group *group, struct lx_devices *devices, struct lx_err *err)
{
    int index = Where(group, err);

    if (index < 0) {
        return -1;
    }
    return group->cgroups->list[index].version == 1
        ? lx_devices1_get(group, index, devices, err)
        : lx_devices2_get(group, index, devices, err);
}

int
lx_devices_set(
    struct lx_group *group, const struct lx_devchange *changes, int count,
    struct lx_err *err)
{
    int index = Where(group, err);

    if (index < 0 || lx_group_noroot(group, "limit", err) != 0) {
        return -1;
    }
    return group->cgroups->list[index].version == 1
        ? lx_devices1_set(group, index, changes, count, err)
        : lx_devices2_set(group, index, changes, count, err);
}

int
lx_devices_programs(
    struct lx_group *group, lx_cgprogram_found *found, void *arg,
    struct lx_err *err)
{
    int unified = group->cgroups->unified;
    unsigned where;

    if (lx_group_need(group, &where, err) != 0) {
        return -1;
    }
    return unified >= 0 && (where & (1u << unified))
        ? lx_devices2_programs(group, unified, found, arg, err)
        : 0;
}
