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

/*
 * Mounting takes CAP_SYS_ADMIN in the user namespace that owns the mount
 * namespace.
 */
static bool
HasSysAdmin(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    return syscall(SYS_capget, &header, data) == 0
        && (data[0].effective & (1u << CAP_SYS_ADMIN)) != 0;
}

static bool
OwnsMountNamespace(void)
{
    LX_AUTOCLOSE int mnt = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
    LX_AUTOCLOSE int owner = mnt < 0 ? -1 : ioctl(mnt, NS_GET_USERNS);

    /* An owner further up cannot be looked at: EPERM. */
    return owner >= 0 || errno != EPERM;
}

/*
 * What any change of mounts may be refused for. True: it was this.
 */
static bool
WhyNotAllowed(struct lx_err *err)
{
    if (err->errnum != EPERM && err->errnum != EACCES) {
        return false;
    }
    if (!HasSysAdmin()) {
        lx_hint(
            err, "it takes CAP_SYS_ADMIN in the user namespace that owns the "
                 "mounts; ns clone -new {user mnt} gives it");
        return true;
    }
    if (!OwnsMountNamespace()) {
        lx_hint(
            err, "the mounts here belong to a user namespace above this one; "
                 "with mnt in -new too, there is a table of one's own");
        return true;
    }
    return false;
}

static bool
IsMissing(const struct lx_place *place)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_err ignored;
    LX_AUTOCLOSE int fd = lx_open_beneath(
        &kernel, place->root, place->path, O_PATH, 0, &ignored);

    return fd < 0 && ignored.errnum == ENOENT;
}

static bool
WhyTargetMissing(struct lx_err *err, const struct lx_place *target)
{
    char text[LX_PLACE_TEXT];

    if (err->errnum == ENOENT && IsMissing(target)) {
        lx_hint(
            err, "there is no %s to mount on", lx_place_text(target, text));
        return true;
    }
    return false;
}

void
lx_why_bind(struct lx_err *err, const struct lx_bind *bind)
{
    const struct lx_place source = {bind->source, NULL};
    struct lx_where where;

    if (err->hint[0] != '\0' || WhyNotAllowed(err)) {
        return;
    }
    if (err->errnum == ENOENT && IsMissing(&source)) {
        lx_hint(err, "there is no %q", bind->source);
        return;
    }
    if (WhyTargetMissing(err, &bind->target)) {
        return;
    }
    if (err->errnum == EINVAL && lx_where_path(&where, bind->source) == 0) {
        if (where.mount.unbindable) {
            lx_hint(
                err, "%q is unbindable; mount propagation %s private changes "
                     "that",
                where.mount.target, where.mount.target);
        } else if (!bind->recursive) {
            lx_hint(
                err, "in a user namespace, mounts that hide parts of %q are "
                     "locked to it: bind it with -recursive 1",
                bind->source);
        }
    } else if (err->errnum == ENOTDIR) {
        lx_hint(
            err, "a folder can be bound on a folder only, and a file on a "
                 "file");
    }
}

void
lx_why_idmap(struct lx_err *err, const struct lx_bind *bind)
{
    struct lx_where where;

    if (err->errnum == EINVAL && lx_where_path(&where, bind->source) == 0) {
        lx_hint(
            err, "the file system %s cannot be shown with other ids by this "
                 "kernel",
            where.mount.fstype);
    } else if (err->errnum == EPERM) {
        lx_hint(
            err, "-idmap takes a user namespace other than the first, and "
                 "CAP_SYS_ADMIN in the one that the file system was mounted "
                 "in");
    }
}

void
lx_why_new(struct lx_err *err, const struct lx_mountnew *new)
{
    bool isProc = strcmp(new->fstype, "proc") == 0;

    if (err->hint[0] != '\0' || WhyNotAllowed(err)
        || WhyTargetMissing(err, &new->target)) {
        return;
    }
    if (err->errnum == ENODEV) {
        lx_hint(
            err, "this kernel has no file system %s: /proc/filesystems lists "
                 "what it has; a module may be missing",
            new->fstype);
    } else if (err->errnum == EPERM
               && (isProc || strcmp(new->fstype, "sysfs") == 0)) {
        lx_hint(
            err, "in a user namespace, %s can be mounted only if it has a %s "
                 "namespace of its own and no part of the %s seen before is "
                 "covered by other mounts",
            new->fstype, isProc ? "pid" : "net",
            isProc ? "/proc" : "/sys");
    } else if (err->errnum == EPERM) {
        lx_hint(
            err, "a user namespace may not mount the file system %s",
            new->fstype);
    }
}

void
lx_why_overlay(struct lx_err *err, const struct lx_overlay *overlay)
{
    if (WhyNotAllowed(err) || WhyTargetMissing(err, &overlay->target)) {
        return;
    }
}

static bool
WhyNoMountPoint(struct lx_err *err, const struct lx_place *place)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_err ignored;
    struct lx_where where;
    LX_AUTOCLOSE int fd = lx_open_beneath(
        &kernel, place->root, place->path, O_PATH, 0, &ignored);

    if (err->errnum != EINVAL || fd < 0 || lx_where_fd(&where, fd) != 0
        || where.top) {
        return false;
    }
    lx_hint(
        err, "%q is not a mount point, it is in the mount %q; mount bind %s "
             "%s makes it one",
        where.path, where.mount.target, where.path, where.path);
    return true;
}

void
lx_why_attr(struct lx_err *err, const struct lx_mountattr *change)
{
    if (WhyNotAllowed(err) || WhyNoMountPoint(err, &change->target)) {
        return;
    }
}

void
lx_why_move(struct lx_err *err, const struct lx_mountmove *move)
{
    (void)move;
    WhyNotAllowed(err);
}

void
lx_why_umount(struct lx_err *err, const char *path)
{
    (void)path;
    WhyNotAllowed(err);
}

void
lx_why_propagate(struct lx_err *err, const struct lx_propagate *propagate)
{
    if (!WhyNotAllowed(err)) {
        WhyNoMountPoint(err, &propagate->target);
    }
}

bool
lx_why_pivot(struct lx_err *err, const struct lx_where *where)
{
    (void)err;
    (void)where;
    return false;
}
