/*
 * lxCgPlace.c --
 *
 *      Where a key is: the hierarchy, the way that its version has it, and the
 *      file. Or why it is nowhere.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

const char *const lx_throttle_files[LX_FIELDS] = {
    "blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device",
    "blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device"};

static int
Unsupported(
    const struct lx_keyplace *place, const char *why, struct lx_err *err)
{
    lx_refuse(err, "CGROUP", "UNSUPPORTED", "%s", why);
    lx_detail(err, place->name);
    return -1;
}

static const char *
ControllerName(const struct lx_keyplace *place)
{
    const struct lx_controllerinfo *info =
        &lx_controllers[place->key->controller];
    int version = place->group->cgroups->list[place->index].version;

    return version == 2 && info->name2 != NULL ? info->name2 : info->name1;
}

/* -- Missing -------------------------------------------------------------- */

/*
 * Version 2: did the group above hand the controller out?
 */
static bool
IsEnabled(const struct lx_keyplace *place)
{
    unsigned enabled;

    return place->key->controller == LX_KEY_CORE
        || !lx_group_controllers(
               place->group, place->index, "cgroup.controllers", &enabled)
        || (enabled & LX_CG_BIT(place->key->controller));
}

static int
NotEnabled(const struct lx_keyplace *place, struct lx_err *err)
{
    struct lx_group *group = place->group;
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[place->index];
    const char *controller = ControllerName(place);
    struct lx_group parent;

    if (hierarchy->version == 2 && lx_group_parent(group, &parent)
        && lx_group_has(group, place->index, NULL)) {
        lx_refuse(
            err, "CGROUP", "NOTENABLED",
            "group %q has no controller %s: it is not in %q", group->name,
            controller,
            lx_group_full(&parent, place->index, "cgroup.subtree_control"));
    } else {
        lx_refuse(
            err, "CGROUP", "NOTENABLED",
            "group %q is not in the hierarchy of %s: there is no %q",
            group->name, controller, lx_group_full(group, place->index, NULL));
    }
    lx_hint(
        err, "cgroup create with -controllers %s makes a group that has it%s",
        controller, hierarchy->version == 2 ? ", and enables it above" : "");
    lx_detail(err, place->name);
    return -1;
}

static void Sizes(struct lx_group *group, int index, char *buf, size_t size);

/*
 * The group has no such file.
 */
static int
Missing(struct lx_keyplace *place, struct lx_err *err)
{
    struct lx_group *group = place->group;
    unsigned where;
    char why[LX_NAME_SIZE + 32];

    if (lx_group_need(group, &where, err) != 0) {
        return -1;
    }
    if (place->key->kind == LX_KEY_RAW) {
        return lx_key_bad(place->name, err);
    }
    if (!(where & 1u << place->index)
        || (group->cgroups->list[place->index].version == 2
            && !IsEnabled(place))) {
        if (place->key->controller != LX_KEY_CORE) {
            return NotEnabled(place, err);
        }
        return Unsupported(
            place, "the group is not in the hierarchy of version 2", err);
    }
    lx_format(why, sizeof(why), "the group has no file %q", place->file);
    Unsupported(place, why, err);
    if (lx_group_isroot(group, place->index)) {
        lx_hint(err, "the topmost group has no limits");
    } else if (place->way == LX_WAY_SWAP) {
        lx_hint(
            err,
            "this kernel does not count swap: swapaccount=1 on its "
            "command line turns that on");
    } else if (place->way == LX_WAY_WEIGHT) {
        lx_hint(
            err,
            "this kernel has neither iocost nor the scheduler bfq; "
            "modprobe bfq may bring the latter");
    } else if (place->key->controller == LX_CG_HUGETLB) {
        char sizes[256];

        Sizes(group, place->index, sizes, sizeof(sizes));
        lx_hint(err, "huge pages here are of %s", sizes);
    } else {
        lx_hint(err, "this kernel is too old, or built without it");
    }
    return -1;
}

/*
 * "1GB 2MB": those whose files the group has.
 */
static void
Sizes(struct lx_group *group, int index, char *buf, size_t size)
{
    static const char *const known[] = {
        "16KB", "64KB", "512KB", "1MB",   "2MB", "4MB", "8MB",
        "16MB", "32MB", "256MB", "512MB", "1GB", "2GB", "16GB"};
    int version = group->cgroups->list[index].version;
    size_t len = 0;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char file[LX_NAME_SIZE];

        lx_format(
            file, sizeof(file), "hugetlb.%s%s", known[i],
            version == 2 ? ".max" : ".limit_in_bytes");
        if (lx_group_has(group, index, file)) {
            len =
                lx_append(buf, size, len, "%s%s", len > 0 ? " " : "", known[i]);
        }
    }
    if (len == 0) {
        lx_format(buf, size, "no size");
    }
}

/* -- Finding -------------------------------------------------------------- */

static bool
HasFile(const struct lx_keyplace *place)
{
    const char *path = lx_group_path(place->group, place->index, place->file);
    struct stat st; /* a group below may have a name with a point */

    return path != NULL && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/*
 * The kernel's files begin with the controller's name: there first, then in
 * version 2, then anywhere.
 */
static int
FindRaw(struct lx_keyplace *place, struct lx_err *err)
{
    const struct lx_cgroups *cgroups = place->group->cgroups;
    char controller[LX_NAME_SIZE];
    int found, order[2] = {-1, cgroups->unified};

    lx_format(controller, sizeof(controller), "%s", place->name);
    controller[strcspn(controller, ".")] = '\0';
    found = lx_controller_find(controller);
    if (found >= 0) {
        order[0] = lx_cgroups_of(cgroups, (enum lx_controller)found);
    }
    place->way = LX_WAY_TEXT;
    lx_format(place->file, sizeof(place->file), "%s", place->name);
    for (int i = -2; i < cgroups->count; i++) {
        place->index = i < 0 ? order[i + 2] : i;
        if (place->index >= 0 && HasFile(place)) {
            return 0;
        }
    }
    place->index = 0;
    return Missing(place, err);
}

/*
 * Its version has no way to do it.
 */
static int
NoWay(const struct lx_keyplace *place, int version, struct lx_err *err)
{
    const struct lx_key *key = place->key;
    char why[128];

    if (key->controller == LX_KEY_CORE) {
        return Unsupported(place, "version 2 is not mounted", err);
    }
    lx_format(
        why, sizeof(why),
        "controller %s is on version %d here, which cannot do that",
        ControllerName(place), version);
    Unsupported(place, why, err);
    if (key->near[version - 1] != NULL) {
        lx_hint(err, "%s", key->near[version - 1]);
    }
    return -1;
}

/*
 * The file of a key; hugetlb's are named by the key itself.
 */
static void
SetFile(struct lx_keyplace *place, int version)
{
    const struct lx_key *key = place->key;
    size_t size = sizeof(place->file), len;

    place->unit = place->way == LX_WAY_MEMORY || place->way == LX_WAY_SWAP
        ? (uint64_t)sysconf(_SC_PAGESIZE)
        : 1;
    if (key->controller != LX_CG_HUGETLB) {
        lx_format(place->file, size, "%s", key->file[version - 1]);
        return;
    }
    len = lx_format(place->file, size, "%s", place->name + 8);
    place->file[strcspn(place->file, ".")] = '\0';
    place->unit = lx_pagesize_parse(place->file);
    len = lx_format(place->file, size, "%s", place->name);
    len -= strlen(".max");
    lx_format(place->file + len, size - len, "%s", key->file[version - 1]);
}

int
lx_key_place(
    struct lx_group *group, const struct lx_key *key, const char *name,
    struct lx_keyplace *place, struct lx_err *err)
{
    const struct lx_cgroups *cgroups = group->cgroups;
    unsigned where;
    int version;

    place->group = group;
    place->key = key;
    place->name = name;
    place->index = 0;
    if (cgroups->count == 0) {
        return lx_group_need(group, &where, err);
    }
    if (key->kind == LX_KEY_RAW) {
        return FindRaw(place, err);
    }
    place->index = key->controller == LX_KEY_CORE
        ? cgroups->unified
        : lx_cgroups_of(cgroups, (enum lx_controller)key->controller);
    if (place->index < 0) {
        return key->controller == LX_KEY_CORE
            ? NoWay(place, 1, err)
            : lx_cgroups_need(
                cgroups, (enum lx_controller)key->controller, err);
    }
    version = cgroups->list[place->index].version;
    place->way = key->way[version - 1];
    if (place->way == LX_WAY_NONE) {
        return NoWay(place, version, err);
    }
    SetFile(place, version);
    if (lx_group_has(group, place->index, place->file)) {
        return 0;
    }
    if (place->way == LX_WAY_WEIGHT && version == 2) {
        lx_format(place->file, sizeof(place->file), "%s", LX_WEIGHT_BFQ);
        if (lx_group_has(group, place->index, place->file)) {
            return 0;
        }
        SetFile(place, version);
    }
    return Missing(place, err);
}

/* -- Reading -------------------------------------------------------------- */

char *
lx_group_text(
    struct lx_pool *pool, struct lx_group *group, int index, const char *file)
{
    LX_AUTOCLOSE int fd = lx_group_open(group, index, file, O_RDONLY);
    char *all = fd >= 0 ? lx_read_all(fd) : NULL, *text;

    if (all == NULL) {
        return NULL;
    }
    text = lx_pool_string(pool, all, strlen(all));
    free(all);
    if (text == NULL) {
        errno = ENOMEM;
    }
    return text;
}
