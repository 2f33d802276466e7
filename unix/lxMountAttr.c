/*
 * lxMountAttr.c --
 *
 *      The attributes of a mount, under each of the names that they have.
 */

#include <sys/vfs.h>

#include "lxMount.h"

#define ST_RDONLY_ 0x1 /* statfs(2); <sys/statvfs.h> lacks the last ones */
#define ST_NOSUID_ 0x2
#define ST_NODEV_ 0x4
#define ST_NOEXEC_ 0x8
#define ST_NOATIME_ 0x400
#define ST_NODIRATIME_ 0x800
#define ST_RELATIME_ 0x1000
#define ST_NOSYMFOLLOW_ 0x2000

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 0x100
#endif

/* clang-format off */
const struct lx_attrinfo lx_attrs[] = {
    {"readonly", "ro", LX_ATTR_READONLY, MS_RDONLY, ST_RDONLY_},
    {"nosuid", "nosuid", LX_ATTR_NOSUID, MS_NOSUID, ST_NOSUID_},
    {"nodev", "nodev", LX_ATTR_NODEV, MS_NODEV, ST_NODEV_},
    {"noexec", "noexec", LX_ATTR_NOEXEC, MS_NOEXEC, ST_NOEXEC_},
    {"noatime", "noatime", LX_ATTR_NOATIME, MS_NOATIME, ST_NOATIME_},
    {"strictatime", "", LX_ATTR_STRICTATIME, MS_STRICTATIME, 0},
    {"relatime", "relatime", LX_ATTR_RELATIME, MS_RELATIME, ST_RELATIME_},
    {"nodiratime", "nodiratime",
        LX_ATTR_NODIRATIME, MS_NODIRATIME, ST_NODIRATIME_},
    {"nosymfollow", "nosymfollow",
        LX_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW, ST_NOSYMFOLLOW_},
    {NULL, NULL, 0, 0, 0}};
/* clang-format on */

/*
 * The three ways to keep access times are one field of the kernel's, which
 * must be cleared before it is set.
 */
void
lx_attr_kernel(unsigned set, unsigned clear, struct mount_attr *attr)
{
    memset(attr, 0, sizeof(*attr));
    if ((set | clear) & LX_ATTR_ATIME) {
        attr->attr_clr = MOUNT_ATTR__ATIME;
    }
    attr->attr_set = set & ~(unsigned)LX_ATTR_RELATIME;
    attr->attr_clr |= clear & ~(unsigned)LX_ATTR_ATIME;
}

unsigned long
lx_attr_ms(unsigned attrs)
{
    unsigned long flags = 0;

    for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
        if (attrs & info->bit) {
            flags |= info->ms;
        }
    }
    return flags;
}

/*
 * What a mount has now. mountinfo tells it from what its file system has;
 * without /proc, statfs(2) mixes the two.
 */
static unsigned
FromOptions(const char *options)
{
    unsigned attrs = 0;

    for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
        if (info->option[0] != '\0' && lx_has_option(options, info->option)) {
            attrs |= info->bit;
        }
    }
    return attrs;
}

static int
Present(const char *path, unsigned *attrs, struct lx_err *err)
{
    struct lx_where where;
    struct statfs fs;

    if (lx_where_path(&where, path) == 0) {
        *attrs = FromOptions(where.mount.options);
        return 0;
    }
    if (statfs(path, &fs) != 0) {
        return lx_fail(err, errno, "");
    }
    *attrs = 0;
    for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
        if ((unsigned long)fs.f_flags & info->st) {
            *attrs |= info->bit;
        }
    }
    return 0;
}

int
lx_attr_apply(
    struct lx_kernel *kernel, const struct lx_place *place,
    const struct mount_attr *attr, bool recursive, struct lx_err *err)
{
    unsigned flags = recursive ? AT_RECURSIVE : 0;
    LX_SYSFD(target) = {kernel, AT_FDCWD};
    const char *path = place->path;

    if (place->root != NULL) {
        target.fd =
            lx_open_beneath(kernel, place->root, place->path, O_PATH, 0, err);
        if (target.fd < 0) {
            return -1;
        }
        path = "";
        flags |= AT_EMPTY_PATH;
    }
    if (LX_SYS(
            kernel, mount_setattr, "fstAd", target.fd, path, flags, attr,
            sizeof(*attr))
        != 0) {
        return lx_fail(err, errno, "");
    }
    return 0;
}

/*
 * A remount replaces the whole set. To leave out what the mount has would
 * clear it, which is refused where it is locked: a bind of a nosuid mount
 * cannot be made read-only in a user namespace without repeating nosuid.
 */
static int
RemountOne(
    struct lx_kernel *kernel, const char *path, unsigned attrs, unsigned set,
    unsigned clear, struct lx_err *err)
{
    /* mount(2) takes no word on access times for relatime. */
    if ((attrs & LX_ATTR_ATIME) == 0) {
        attrs |= LX_ATTR_STRICTATIME;
    }
    if ((set | clear) & LX_ATTR_ATIME) {
        attrs &= ~(unsigned)LX_ATTR_ATIME;
    }
    attrs = (attrs & ~clear) | set;
    if (LX_SYS(
            kernel, mount, "sssmp", NULL, path, NULL,
            MS_REMOUNT | MS_BIND | lx_attr_ms(attrs), NULL)
        != 0) {
        return lx_fail(err, errno, "");
    }
    return 0;
}

/*
 * The mounts below, by the names that the kernel gives them.
 */
static int
RemountBelow(
    struct lx_kernel *kernel, const char *top, unsigned set, unsigned clear,
    struct lx_err *err)
{
    char buf[LX_MOUNT_LINE];
    struct lx_lines lines;
    struct lx_mount mount;
    int result = 0;

    if (lx_mounts_open(&lines, buf) != 0) {
        return lx_fail(err, errno, "cannot read /proc/thread-self/mountinfo");
    }
    while (result == 0 && lx_mounts_next(&lines, &mount)) {
        if (lx_path_below(mount.target, top)) {
            result = RemountOne(
                kernel, mount.target, FromOptions(mount.options), set, clear,
                err);
            if (result != 0) {
                lx_context(err, "at %q", mount.target);
            }
        }
    }
    lx_lines_close(&lines);
    return result;
}

int
lx_attr_remount(
    struct lx_kernel *kernel, const struct lx_place *place, unsigned set,
    unsigned clear, bool recursive, struct lx_err *err)
{
    struct lx_spot spot;
    unsigned attrs = 0;
    int result = lx_spot_open(kernel, place, &spot, err);

    if (result != 0) {
        return result;
    }
    result = Present(spot.name, &attrs, err);
    if (result == 0) {
        result = RemountOne(kernel, spot.name, attrs, set, clear, err);
    }
    if (result == 0 && recursive) {
        char top[4096];
        LX_AUTOCLOSE int fd = open(spot.name, O_PATH | O_CLOEXEC);
        char link[40];
        ssize_t len;

        lx_format(link, sizeof(link), "/proc/self/fd/%d", fd);
        len = readlink(link, top, sizeof(top) - 1);
        if (len > 0) {
            top[len] = '\0';
            result = RemountBelow(kernel, top, set, clear, err);
        } else {
            result = lx_fail(err, errno, "cannot read %q", link);
        }
    }
    lx_fd_close(&spot.fd);
    return result;
}

/*
 * mount attr TARGET +SET -CLEAR ...
 */
int
lx_mountattr_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_mountattr *change = args;
    struct mount_attr attr;
    char text[LX_PLACE_TEXT];
    int result;

    lx_attr_kernel(change->set, change->clear, &attr);
    result =
        lx_attr_apply(kernel, &change->target, &attr, change->recursive, err);
    if (result != 0 && err->errnum == ENOSYS) {
        result = lx_attr_remount(
            kernel, &change->target, change->set, change->clear,
            change->recursive, err);
    }
    if (result != 0) {
        lx_context(
            err, "cannot change the attributes of %s",
            lx_place_text(&change->target, text));
        lx_why_attr(err, change);
    }
    return result;
}
