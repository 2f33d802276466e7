/*
 * lxMountWhy.c --
 *
 *      What a refusal means. The kernel has one errno for many causes: these
 *      look, after the fact, which of them it was, and say what mends it.
 */

#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "lxMount.h"

static bool
OwnsMountNamespace(void)
{
    LX_AUTOCLOSE int mnt =
        open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
    LX_AUTOCLOSE int owner = mnt < 0 ? -1 : ioctl(mnt, NS_GET_USERNS);

    /* An owner further up cannot be looked at. */
    return owner >= 0 || errno != EPERM;
}

/*
 * What any change of mounts may be refused for: CAP_SYS_ADMIN is asked for in
 * the user namespace that owns the mount namespace. True: it was this.
 */
bool
lx_why_not_allowed(struct lx_err *err)
{
    if (err->errnum != EPERM && err->errnum != EACCES) {
        return false;
    }
    if (!lx_capable(CAP_SYS_ADMIN)) {
        lx_hint(
            err,
            "it takes CAP_SYS_ADMIN in the user namespace that owns the "
            "mounts; ns clone -new {user mnt} gives it");
        return true;
    }
    if (!OwnsMountNamespace()) {
        lx_hint(
            err,
            "the mounts here belong to a user namespace above this one; "
            "with mnt in -new too, there is a table of one's own");
        return true;
    }
    return false;
}

static int
OpenPlace(const struct lx_place *place, struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};

    return lx_open_beneath(&kernel, place->root, place->path, O_PATH, 0, err);
}

static bool
WherePlace(const struct lx_place *place, struct lx_where *where)
{
    struct lx_err ignored;
    LX_AUTOCLOSE int fd = OpenPlace(place, &ignored);

    return fd >= 0 && lx_where_fd(where, fd) == 0;
}

/*
 * For a root that is missing itself, the message names it already.
 */
static bool
WhyMissing(struct lx_err *err, const struct lx_place *place, const char *what)
{
    struct lx_err open;
    char text[LX_PLACE_TEXT];
    LX_AUTOCLOSE int fd = -1;

    if (err->errnum != ENOENT) {
        return false;
    }
    fd = OpenPlace(place, &open);
    if (fd >= 0 || open.errnum != ENOENT) {
        return false;
    }
    if (place->root != NULL && access(place->root, F_OK) != 0) {
        return true;
    }
    lx_hint(err, "there is no %s%s", lx_place_text(place, text), what);
    return true;
}

static bool
WhyNoMountPoint(struct lx_err *err, const struct lx_where *where)
{
    if (err->errnum != EINVAL || where->top) {
        return false;
    }
    lx_hint(
        err,
        "%q is not a mount point, it is in the mount %q; mount bind %s "
        "%s makes it one",
        where->path, where->mount.target, where->path, where->path);
    return true;
}

/*
 * A file on a folder, or the reverse: ENOTDIR from mount(2), EINVAL from
 * move_mount(2).
 */
static bool
WhyMismatch(
    struct lx_err *err, const char *source, const struct lx_place *target)
{
    struct lx_err ignored;
    struct stat from, to;
    LX_AUTOCLOSE int fd = OpenPlace(target, &ignored);

    if ((err->errnum != ENOTDIR && err->errnum != EINVAL) || fd < 0
        || stat(source, &from) != 0 || fstat(fd, &to) != 0
        || S_ISDIR(from.st_mode) == S_ISDIR(to.st_mode)) {
        return false;
    }
    lx_hint(
        err, "%q is %s folder and %q is %s", source,
        S_ISDIR(from.st_mode) ? "a" : "no", target->path,
        S_ISDIR(to.st_mode) ? "one" : "none");
    return true;
}

void
lx_why_bind(struct lx_err *err, const struct lx_bind *bind)
{
    const struct lx_place source = {bind->source, NULL};
    struct lx_where where;

    if (err->hint[0] != '\0' || lx_why_not_allowed(err)
        || WhyMissing(err, &source, "")
        || WhyMissing(err, &bind->target, " to mount on")
        || WhyMismatch(err, bind->source, &bind->target)
        || err->errnum != EINVAL) {
        return;
    }
    if (!WherePlace(&source, &where)) {
        lx_hint(
            err, "%q is in another mount namespace, or in none any more",
            bind->source);
    } else if (where.mount.unbindable) {
        lx_hint(
            err, "%q is unbindable; mount propagation %s private changes that",
            where.mount.target, where.mount.target);
    } else if (!bind->recursive && lx_in_userns()) {
        lx_hint(
            err,
            "in a user namespace, what is mounted on parts of %q is "
            "locked to it: -recursive 1 binds both",
            bind->source);
    }
}

void
lx_why_idmap(struct lx_err *err, const struct lx_bind *bind)
{
    struct lx_where where;

    if (err->errnum == EINVAL && lx_where_path(&where, bind->source) == 0) {
        lx_hint(
            err,
            "the file system %s cannot be shown with other ids by this "
            "kernel",
            where.mount.fstype);
    } else if (err->errnum == EPERM) {
        lx_hint(
            err,
            "-idmap takes a user namespace other than the first, and "
            "CAP_SYS_ADMIN in the one that the file system was mounted "
            "in");
    }
}

/*
 * What a user namespace may mount, it may with a namespace of its own.
 */
static void
WhyNotHere(struct lx_err *err, const char *fstype)
{
    static const struct {
        const char *fstype, *kind;
    } needs[] = {{"proc", "pid"},      {"sysfs", "net"},      {"mqueue", "ipc"},
                 {"cgroup", "cgroup"}, {"cgroup2", "cgroup"}, {NULL, NULL}};

    for (int i = 0; needs[i].fstype != NULL; i++) {
        if (strcmp(fstype, needs[i].fstype) == 0) {
            lx_hint(
                err,
                "a user namespace may mount %s only with a new %s "
                "namespace%s",
                fstype, needs[i].kind,
                i < 2 ? ", and if no part of the one seen before is covered "
                        "by other mounts"
                      : "");
            return;
        }
    }
    lx_hint(err, "a user namespace may not mount the file system %s", fstype);
}

void
lx_why_new(struct lx_err *err, const struct lx_mountnew *new)
{
    if (err->hint[0] != '\0' || lx_why_not_allowed(err)
        || WhyMissing(err, &new->target, " to mount on")) {
        return;
    }
    if (err->errnum == ENODEV) {
        lx_hint(
            err,
            "this kernel has no file system %s: /proc/filesystems lists "
            "what it has; a module may be missing",
            new->fstype);
    } else if (err->errnum == EPERM) {
        WhyNotHere(err, new->fstype);
    } else if (err->errnum == EBUSY) {
        lx_hint(
            err, "%q is in use in another way, or mounted here already",
            new->source);
    }
}

void
lx_why_overlay(struct lx_err *err, const struct lx_overlay *overlay)
{
    if (err->hint[0] == '\0' && !lx_why_not_allowed(err)
        && !WhyMissing(err, &overlay->target, " to mount on")) {
        lx_why_layers(err, overlay);
    }
}

/*
 * Those attributes of a mount that are to be cleared.
 */
static void
ListSet(const struct lx_mount *mount, unsigned attrs, char *buf, size_t size)
{
    size_t len = 0;

    buf[0] = '\0';
    for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
        if ((attrs & info->bit) && info->option[0] != '\0'
            && lx_has_option(mount->options, info->option)) {
            len = lx_append(
                buf, size, len, "%s%s", len > 0 ? ", " : "", info->name);
        }
    }
}

void
lx_why_attr(struct lx_err *err, const struct lx_mountattr *change)
{
    struct lx_where where;
    char text[256];

    if (lx_why_not_allowed(err) || WhyMissing(err, &change->target, "")
        || !WherePlace(&change->target, &where)
        || WhyNoMountPoint(err, &where)) {
        return;
    }
    if (err->errnum == EPERM) {
        ListSet(&where.mount, change->clear, text, sizeof(text));
        lx_hint(
            err,
            "%q came from a more privileged mount namespace, which locked "
            "its attributes%s%s",
            where.mount.target, text[0] != '\0' ? ": " : "", text);
    } else if (err->errnum == EBUSY) {
        lx_hint(err, "files on it are open for writing");
    }
}

static bool
WhyParentShared(struct lx_err *err, const struct lx_where *where)
{
    struct lx_where parent;

    if (lx_where_id(&parent, where->mount.parent) != 0
        || parent.mount.shared == 0) {
        return false;
    }
    lx_hint(
        err,
        "it is mounted on %q, which is shared (peer group %l); mount "
        "propagation %s private changes that",
        parent.mount.target, (long)parent.mount.shared, parent.mount.target);
    return true;
}

void
lx_why_move(struct lx_err *err, const struct lx_mountmove *move)
{
    const struct lx_place from = {move->from, NULL};
    struct lx_where where, to;

    if (lx_why_not_allowed(err) || WhyMissing(err, &from, "")
        || WhyMissing(err, &move->to, " to mount on")
        || !WherePlace(&from, &where) || WhyNoMountPoint(err, &where)) {
        return;
    }
    if (err->errnum == ELOOP) {
        lx_hint(err, "%q is in %q itself", move->to.path, move->from);
        return;
    }
    if (err->errnum != EINVAL || WhyMismatch(err, move->from, &move->to)
        || WhyParentShared(err, &where) || !WherePlace(&move->to, &to)) {
        return;
    }
    if (to.mount.shared != 0) {
        lx_hint(
            err,
            "%q is shared (peer group %l), and an unbindable mount, as "
            "there is one in %q, cannot be moved there",
            to.mount.target, (long)to.mount.shared, move->from);
    } else if (lx_in_userns()) {
        lx_hint(
            err,
            "what a mount namespace got from a more privileged one is "
            "locked to its place");
    }
}

void
lx_why_umount(struct lx_err *err, const char *path)
{
    struct lx_where where;
    char text[512];

    if (lx_why_not_allowed(err) || lx_where_path(&where, path) != 0) {
        return;
    }
    if (err->errnum == EINVAL && !where.top) {
        lx_hint(
            err, "%q is not a mount point, it is in the mount %q", where.path,
            where.mount.target);
    } else if (err->errnum == EINVAL && lx_in_userns()) {
        lx_hint(
            err,
            "what a mount namespace got from a more privileged one is "
            "locked to its place");
    } else if (err->errnum != EBUSY) {
        return;
    } else if (lx_mounts_below("", where.mount.id, text, sizeof(text)) > 0) {
        lx_hint(
            err, "there are mounts on it: %s; -detach 1 takes them along",
            text);
    } else if (lx_mount_users(where.path, text, sizeof(text)) > 0) {
        lx_hint(err, "%s; -detach 1 does not wait for that", text);
    }
}

void
lx_why_propagate(struct lx_err *err, const struct lx_propagate *propagate)
{
    struct lx_where where;

    if (!lx_why_not_allowed(err) && !WhyMissing(err, &propagate->target, "")
        && WherePlace(&propagate->target, &where)) {
        WhyNoMountPoint(err, &where);
    }
}
