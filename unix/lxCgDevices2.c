/*
 * lxCgDevices2.c --
 *
 *      Device rules on version 2: a BPF program of the group, which decides
 *      together with those of the groups above it, and with whatever others
 *      attached. Theirs are left alone.
 *
 *      A group without a program of its own has the rules of the one above it,
 *      and begins with them when it gets its own, as on version 1.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/* -- One group ------------------------------------------------------------ */

struct level {
    int folder;
    int program; /* ours; -1: none */
    struct lx_devices devices;
    int others;
    struct lx_cgprogram other; /* one of them */
};

#define LEVEL(name) \
    struct level name \
        __attribute__((cleanup(CloseLevel))) = {.folder = -1, .program = -1}

static void
CloseLevel(struct level *level)
{
    lx_fd_close(&level->folder);
    lx_fd_close(&level->program);
}

/*
 * Its programs, one by one.
 */
static int
EachProgram(
    int folder,
    void (*found)(
        void *arg, int *fd, const struct lx_cgprogram *program,
        const struct lx_devices *devices),
    void *arg, struct lx_err *err)
{
    uint32_t ids[LX_CGBPF_PROGRAMS];
    int count = lx_cgbpf_query(folder, ids, err);

    for (int i = 0; i < count; i++) {
        struct lx_cgprogram program;
        struct lx_devices devices;
        LX_AUTOCLOSE int fd = lx_cgbpf_open(ids[i], &program, &devices, err);

        if (fd < 0) {
            return -1;
        }
        if (fd == 0) {
            fd = -1;
            continue;
        }
        found(arg, &fd, &program, &devices);
    }
    return count < 0 ? -1 : 0;
}

static void
Note(
    void *arg, int *fd, const struct lx_cgprogram *program,
    const struct lx_devices *devices)
{
    struct level *level = arg;

    if (program->ours && level->program < 0) {
        level->program = *fd;
        *fd = -1;
        level->devices = *devices;
    } else {
        level->others++;
        level->other = *program;
    }
}

static int
OpenFolder(const struct lx_group *group, const char *path, struct lx_err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    return fd >= 0
        ? lx_fd_high(fd)
        : lx_fail(
            err, errno, "cannot find the device rules of %q", group->name);
}

static int
ReadLevel(
    const struct lx_group *group, const char *path, struct level *level,
    struct lx_err *err)
{
    CloseLevel(level);
    level->others = 0;
    level->folder = OpenFolder(group, path, err);
    if (level->folder < 0) {
        return -1;
    }
    return EachProgram(level->folder, Note, level, err) != 0
        ? lx_context(err, "devices of %q", group->name)
        : 0;
}

/* -- The group and those above it ----------------------------------------- */

static int
TooMany(const struct lx_group *group, struct lx_err *err)
{
    return lx_refuse(
        err, "CGROUP", "TOOMANY",
        "the device rules of %q and the groups above it are more than %d",
        group->name, LX_DEVICE_RULES);
}

/*
 * own: the group's; above: what those above it leave. Where no program is ours
 * but some are of others, *foreign has one of them.
 */
static int
ReadAll(
    struct lx_group *group, int index, struct level *own,
    struct lx_devices *above, struct lx_cgprogram *foreign, struct lx_err *err)
{
    struct lx_cgwalk walk;
    char part[LX_GROUP_PATH];
    bool ours = false;

    above->allow = true;
    above->count = 0;
    foreign->id = 0;
    if (lx_cgwalk_begin(&walk, group, index, err) != 0) {
        return -1;
    }
    while (lx_cgwalk_next(&walk, part)) {
        if (ReadLevel(group, part, own, err) != 0) {
            return -1;
        }
        ours = ours || own->program >= 0;
        if (own->others > 0) {
            *foreign = own->other;
        }
        if (own->program >= 0 && !lx_cgwalk_last(&walk)) {
            if (!lx_devices_restrict(&own->devices, above)) {
                return TooMany(group, err);
            }
            *above = own->devices;
        }
    }
    foreign->id = ours ? 0 : foreign->id;
    return 0;
}

/*
 * What is in force: *devices.
 */
static int
InForce(
    const struct lx_group *group, const struct level *own,
    const struct lx_devices *above, struct lx_devices *devices,
    struct lx_err *err)
{
    *devices = own->program >= 0 ? own->devices : *above;
    return own->program < 0 || lx_devices_restrict(devices, above)
        ? 0
        : TooMany(group, err);
}

int
lx_devices2_get(
    struct lx_group *group, int index, struct lx_devices *devices,
    struct lx_err *err)
{
    LEVEL(own);
    struct lx_devices above;
    struct lx_cgprogram foreign;

    if (ReadAll(group, index, &own, &above, &foreign, err) != 0) {
        return -1;
    }
    if (foreign.id != 0) {
        lx_refuse(
            err, "CGROUP", "FOREIGN",
            "the devices of %q are decided by BPF program %u, %q, that is not "
            "nscg's",
            group->name, (unsigned)foreign.id, foreign.name);
        lx_hint(err, "cgroup devices %s programs lists them", group->name);
        return -1;
    }
    return InForce(group, &own, &above, devices, err);
}

/* -- Changing ------------------------------------------------------------- */

/*
 * A program that would say what is said without it is taken away.
 */
static bool
IsNeedless(
    const struct lx_devices *devices, const struct lx_devices *above,
    const struct lx_devchange *changes, int count)
{
    bool all = false;

    for (int i = 0; i < count; i++) {
        all = all || (changes[i].allow && changes[i].rule.type == 'a');
    }
    return devices->allow
        && (devices->count == 0 || (all && lx_devices_same(devices, above)));
}

static int
Put(struct level *own, const struct lx_devices *devices, bool needless,
    struct lx_err *err)
{
    if (needless) {
        return own->program < 0
                || lx_cgbpf_detach(own->folder, own->program) == 0
            ? 0
            : lx_fail(err, errno, "cannot take the device rules away");
    }
    if (own->program >= 0 && lx_devices_same(devices, &own->devices)) {
        return 0;
    }
    return lx_cgbpf_attach(own->folder, devices, own->program, err);
}

int
lx_devices2_set(
    struct lx_group *group, int index, const struct lx_devchange *changes,
    int count, struct lx_err *err)
{
    LEVEL(own);
    struct lx_devices above, devices;
    struct lx_cgprogram foreign;

    if (ReadAll(group, index, &own, &above, &foreign, err) != 0
        || InForce(group, &own, &above, &devices, err) != 0) {
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (lx_devices_change(&devices, &above, &changes[i], err) != 0) {
            return lx_context(err, "devices of %q", group->name);
        }
    }
    if (Put(&own, &devices, IsNeedless(&devices, &above, changes, count), err)
        != 0) {
        return lx_context(err, "devices of %q", group->name);
    }
    return 0;
}

/* -- Listing -------------------------------------------------------------- */

struct listing {
    lx_cgprogram_found *found;
    void *arg;
    char group[LX_GROUP_PATH + 1];
};

static void
List(
    void *arg, int *fd, const struct lx_cgprogram *program,
    const struct lx_devices *devices)
{
    struct listing *listing = arg;

    (void)fd, (void)devices;
    listing->found(listing->arg, listing->group, program);
}

int
lx_devices2_programs(
    struct lx_group *group, int index, lx_cgprogram_found *found, void *arg,
    struct lx_err *err)
{
    struct listing listing = {.found = found, .arg = arg};
    struct lx_cgwalk walk;
    char part[LX_GROUP_PATH];
    size_t top = strlen(group->cgroups->list[index].path);
    int result = lx_cgwalk_begin(&walk, group, index, err);

    while (result == 0 && lx_cgwalk_next(&walk, part)) {
        LX_AUTOCLOSE int folder = OpenFolder(group, part, err);

        lx_format(
            listing.group, sizeof(listing.group), "%s",
            part[top] != '\0' ? part + top : "/");
        result = folder < 0 ? -1 : EachProgram(folder, List, &listing, err);
    }
    return result;
}
