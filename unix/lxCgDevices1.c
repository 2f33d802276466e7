/*
 * lxCgDevices1.c --
 *
 *      Device rules on version 1: devices.list, devices.allow, devices.deny.
 *
 *      Of a group whose default is to allow, the kernel does not tell what is
 *      denied. So that is noted in an extended attribute of the group, and a
 *      group below begins with what is denied above it. The attribute is one
 *      that only root may set: the group may be another user's. He, and who
 *      else may not read that, has a copy.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "lx.h"

#define NOTE "trusted.nscg.devices"
#define COPY "user.nscg.devices"
#define TRIES 2000 /* of a millisecond: a busy machine takes long */

/* A group: the hierarchy's folder, and a path below it. */
struct place {
    int root;
    const char *path;
};

static int
Open(const struct place *place)
{
    return lx_fd_high(openat(
        place->root, place->path,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/* -- The note ------------------------------------------------------------- */

/*
 * Adds what is noted; false: too many.
 */
static bool
AddNoted(int folder, struct lx_devices *devices)
{
    char text[LX_DEVICES_TEXT];
    struct lx_devices noted;
    ssize_t len = fgetxattr(folder, NOTE, text, sizeof(text) - 1);

    if (len < 0 && (lx_in_userns() || !lx_capable(CAP_SYS_ADMIN))) {
        len = fgetxattr(folder, COPY, text, sizeof(text) - 1);
    }
    if (len <= 0) {
        return true;
    }
    text[len] = '\0';
    if (!lx_devices_parse(text, &noted)) {
        return true; /* not what nscg writes */
    }
    for (int i = 0; i < noted.count; i++) {
        if (!lx_devices_add(devices, &noted.list[i])) {
            return false;
        }
    }
    return true;
}

static int
WriteNote(int folder, const struct lx_devices *devices)
{
    char text[LX_DEVICES_TEXT];
    size_t len;

    if (!devices->allow || devices->count == 0) {
        fremovexattr(folder, COPY);
        return fremovexattr(folder, NOTE) == 0 || errno == ENODATA ? 0 : -1;
    }
    len = lx_devices_text(devices, text, sizeof(text));
    fsetxattr(folder, COPY, text, len, 0);
    return fsetxattr(folder, NOTE, text, len, 0);
}

/* -- Reading -------------------------------------------------------------- */

/*
 * What the kernel tells of one group; -1: errno, which is EOVERFLOW when it
 * is more than there is room for.
 */
static int
ReadList(int folder, struct lx_devices *devices)
{
    char text[LX_DEVICES_TEXT];
    int len = lx_read_at(folder, "devices.list", text, sizeof(text));

    if (len >= 0
        && (len == (int)sizeof(text) - 1 || !lx_devices_parse(text, devices))) {
        errno = EOVERFLOW;
        return -1;
    }
    return len < 0 ? -1 : 0;
}

static int
CannotRead(struct lx_group *group, int index, struct lx_err *err)
{
    return lx_fail(
        err, errno, "cannot read %q",
        lx_group_full(group, index, "devices.list"));
}

/*
 * The rules of the group, and of the one above it unless `above` is NULL.
 */
static int
ReadBoth(
    struct lx_group *group, int index, struct lx_devices *devices,
    struct lx_devices *above, struct lx_err *err)
{
    struct lx_devices denied = {.allow = true};
    struct lx_cgwalk walk;
    char part[LX_GROUP_PATH];

    if (lx_cgwalk_begin(&walk, group, index, err) != 0) {
        return -1;
    }
    while (lx_cgwalk_next(&walk, part)) {
        struct place place = {AT_FDCWD, part};
        LX_AUTOCLOSE int folder = Open(&place);

        if (above != NULL) {
            *above = *devices;
        }
        if (folder < 0 || ReadList(folder, devices) != 0) {
            return CannotRead(group, index, err);
        }
        if (!devices->allow) {
            continue;
        }
        if (!AddNoted(folder, &denied)) {
            errno = EOVERFLOW;
            return CannotRead(group, index, err);
        }
        *devices = denied;
    }
    return 0;
}

int
lx_devices1_get(
    struct lx_group *group, int index, struct lx_devices *devices,
    struct lx_err *err)
{
    return ReadBoth(group, index, devices, NULL, err);
}

/* -- Writing -------------------------------------------------------------- */

struct writing {
    struct lx_group *group;
    int index, folder;
    struct lx_devices now, above;
};

static int
CannotWrite(
    struct writing *writing, bool allow, const struct lx_devrule *rule,
    struct lx_err *err)
{
    const char *file = allow ? "devices.allow" : "devices.deny";
    char text[LX_DEVICE_TEXT];

    lx_fail(
        err, errno, "cannot %s %s in %q", allow ? "allow" : "deny",
        rule->type == 'a' ? "all" : lx_devrule_text(rule, text),
        lx_group_full(writing->group, writing->index, NULL));
    if ((err->errnum == EPERM || err->errnum == EACCES)
        && (lx_in_userns() || !lx_capable(CAP_SYS_ADMIN))) {
        lx_hint(
            err,
            "device rules take CAP_SYS_ADMIN outside of all user "
            "namespaces, also in a group that was handed over");
    } else if (err->errnum == EPERM) {
        lx_hint(
            err,
            "the group above does not allow it, and none can be allowed "
            "more");
    } else if (err->errnum == EINVAL && rule->type == 'a') {
        lx_hint(
            err, "on version 1 \"%s all\" takes a group that has none below it",
            allow ? "allow" : "deny");
    } else {
        lx_group_why(writing->group, writing->index, file, err);
    }
    return -1;
}

/*
 * A group that was removed counts as one below for some milliseconds more.
 */
static int
Write(struct writing *writing, const char *file, const char *text)
{
    struct stat st;
    int tries = 0;

    while (lx_write_at(writing->folder, file, text) != 0) {
        if (errno != EINVAL || text[1] != '\0' || ++tries > TRIES
            || fstat(writing->folder, &st) != 0 || st.st_nlink > 2) {
            return -1;
        }
        nanosleep(&(struct timespec){0, 1000000}, NULL);
        errno = EINVAL;
    }
    return 0;
}

static int
WriteRule(
    struct writing *writing, bool allow, const struct lx_devrule *rule,
    struct lx_err *err)
{
    char text[LX_DEVICE_TEXT];

    if (Write(
            writing, allow ? "devices.allow" : "devices.deny",
            rule->type == 'a' ? "a" : lx_devrule_text(rule, text))
        != 0) {
        return CannotWrite(writing, allow, rule, err);
    }
    if (rule->type == 'a' && allow) {
        writing->now = writing->above; /* the kernel copies it */
    } else if (rule->type == 'a') {
        writing->now.allow = false;
        writing->now.count = 0;
    } else if (allow != writing->now.allow) {
        lx_devices_add(&writing->now, rule);
    } else {
        lx_devices_remove(&writing->now, rule);
    }
    return 0;
}

/*
 * What is an exception of `from` and not of `but`, one by one.
 */
static int
WriteRest(
    struct writing *writing, bool allow, const struct lx_devices *from,
    const struct lx_devices *but, struct lx_err *err)
{
    for (int i = 0; i < from->count; i++) {
        struct lx_devrule rule = from->list[i];

        for (int j = 0; j < but->count; j++) {
            if (but->list[j].type == rule.type
                && but->list[j].major == rule.major
                && but->list[j].minor == rule.minor) {
                rule.access &= ~but->list[j].access;
            }
        }
        if (rule.access != 0 && WriteRule(writing, allow, &rule, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * What allows comes first: it can be refused.
 */
static int
WriteDevices(
    struct writing *writing, const struct lx_devices *to, bool all,
    struct lx_err *err)
{
    static const struct lx_devrule any = {
        'a', LX_DEVICE_ANY, LX_DEVICE_ANY, LX_DEV_ACCESS};
    bool change = writing->now.allow != to->allow;
    struct lx_devices from;

    if ((change || (all && to->allow))
        && WriteRule(writing, to->allow, &any, err) != 0
        && (change || err->errnum != EINVAL)) {
        return -1;
    }
    from = writing->now;
    if (to->allow) {
        return WriteRest(writing, true, &from, to, err) != 0
                || WriteRest(writing, false, to, &from, err) != 0
            ? -1
            : 0;
    }
    return WriteRest(writing, true, to, &from, err) != 0
            || WriteRest(writing, false, &from, to, err) != 0
        ? -1
        : 0;
}

/*
 * What was denied in a group is denied in those below it, and stays so when
 * the group itself gets it back: they note it, now that it does not.
 */
static void
NoteBelow(int folder, const struct lx_devices *denied)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;

    if (dir == NULL) {
        lx_fd_close(&copy);
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        struct place place = {folder, entry->d_name};
        LX_AUTOCLOSE int below = entry->d_type == DT_DIR
                && strcmp(entry->d_name, ".") != 0
                && strcmp(entry->d_name, "..") != 0
            ? Open(&place)
            : -1;
        struct lx_devices devices;

        if (below >= 0 && ReadList(below, &devices) == 0 && devices.allow) {
            devices = *denied;
            if (AddNoted(below, &devices)) {
                WriteNote(below, &devices);
            }
        }
    }
    closedir(dir);
}

/*
 * As it was, as far as the kernel takes it back.
 */
static int
Restore(
    struct writing *writing, const struct lx_devices *before,
    struct lx_err *err)
{
    struct lx_err again;

    if (WriteDevices(writing, before, false, &again) != 0) {
        lx_hint(
            err, "and what it was before cannot be restored: %s", again.what);
    }
    return -1;
}

int
lx_devices1_set(
    struct lx_group *group, int index, const struct lx_devchange *changes,
    int count, struct lx_err *err)
{
    struct writing writing = {.group = group, .index = index};
    struct lx_devices before = {.allow = true}, devices;
    LX_AUTOCLOSE int folder = -1;
    bool all = false;

    if (ReadBoth(group, index, &before, &writing.above, err) != 0) {
        return -1;
    }
    devices = writing.now = before;
    for (int i = 0; i < count; i++) {
        all = all || changes[i].rule.type == 'a';
        if (lx_devices_change(&devices, &writing.above, &changes[i], err)
            != 0) {
            return lx_context(err, "devices of %q", group->name);
        }
    }
    folder =
        lx_fd_high(lx_group_open(group, index, NULL, O_RDONLY | O_DIRECTORY));
    if (folder < 0) {
        return CannotRead(group, index, err);
    }
    writing.folder = folder;
    if (WriteDevices(&writing, &devices, all, err) != 0) {
        return Restore(&writing, &before, err);
    }
    if (WriteNote(folder, &devices) != 0) {
        lx_fail(
            err, errno, "cannot note what is denied in %q",
            lx_group_full(group, index, NULL));
        return Restore(&writing, &before, err);
    }
    if (before.allow && before.count > 0) {
        NoteBelow(folder, &before);
    }
    return 0;
}
