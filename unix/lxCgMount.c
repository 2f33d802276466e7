/*
 * lxCgMount.c --
 *
 *      cgroup mount and cgroup umount. A hierarchy of version 1 begins to
 *      exist when it is first mounted. It ends when it is mounted nowhere any
 *      more, unless it has groups: then it lives on, unseen, and keeps its
 *      controllers.
 */

#include <linux/magic.h>
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "lxMount.h"

/* What is needed of no mount of control groups. */
#define ATTRS (LX_ATTR_NOSUID | LX_ATTR_NODEV | LX_ATTR_NOEXEC)

char *
lx_hierarchy_label(
    unsigned controllers, const char *name, char *buf, size_t size)
{
    size_t len;

    lx_controller_names(controllers, 1, ',', buf, size);
    len = strlen(buf);
    if (name != NULL) {
        lx_format(buf + len, size - len, "%sname=%s", len > 0 ? "," : "", name);
    }
    return buf;
}

/*
 * The kernel's rule, which it tells nobody who breaks it.
 */
bool
lx_hierarchy_isname(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= LX_HIERARCHY_NAME
        && strspn(
               name,
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789._-")
        == len;
}

/* -- Mounting ------------------------------------------------------------- */

int
lx_cgmount_options(
    struct lx_kernel *kernel, int fsFd, unsigned controllers, const char *name,
    struct lx_err *err)
{
    if (lx_fsconfig(kernel, fsFd, "source", "cgroup", err) != 0) {
        return -1;
    }
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        if ((controllers & LX_CG_BIT(i))
            && lx_fsconfig(kernel, fsFd, lx_controllers[i].name1, NULL, err)
                != 0) {
            lx_why_controller(err, i);
            return -1;
        }
    }
    if (controllers == 0 && lx_fsconfig(kernel, fsFd, "none", NULL, err) != 0) {
        return -1;
    }
    return name == NULL ? 0 : lx_fsconfig(kernel, fsFd, "name", name, err);
}

/*
 * Says in words what it thinks of a controller; but when a hierarchy of that
 * name is just ending, it says EBUSY and does not wait for that.
 */

static int
NewTree(
    struct lx_kernel *kernel, const struct lx_cgmount *mount,
    struct lx_err *err)
{
    const struct lx_place target = {mount->path, NULL};
    LX_SYSFD(fs) = {
        kernel, (int)LX_SYS(kernel, fsopen, "sx=", "cgroup", FSOPEN_CLOEXEC)};

    if (fs.fd < 0) {
        return lx_fail(err, errno, "");
    }
    if (lx_cgmount_options(kernel, fs.fd, mount->controllers, mount->name, err)
        != 0) {
        return -1;
    }
    return lx_fsfinish(kernel, fs.fd, ATTRS, &target, err);
}

static int
NewByName(
    struct lx_kernel *kernel, const struct lx_cgmount *mount,
    struct lx_err *err)
{
    const struct lx_place target = {mount->path, NULL};
    char data[LX_CONTROLLER_NAMES + LX_HIERARCHY_NAME + 16];

    lx_format(
        data, sizeof(data), "%s%s", mount->controllers == 0 ? "none," : "",
        mount->label);
    return lx_mount_by_name(
        kernel, "cgroup", "cgroup", &target, ATTRS, data, err);
}

/*
 * Looked at before anything is made, for a hierarchy that is given up again
 * takes the kernel a while to end.
 */
static int
CheckFolder(
    struct lx_kernel *kernel, const struct lx_cgmount *mount,
    struct lx_err *err)
{
    LX_SYSFD(folder) = {
        kernel,
        (int)LX_SYS(
            kernel, openat, "fsOo=", AT_FDCWD, mount->path,
            O_PATH | O_DIRECTORY | O_CLOEXEC, 0)};

    return folder.fd >= 0 ? 0 : lx_fail(err, errno, "");
}

int
lx_cgmount_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_cgmount *mount = args;
    bool made = false;
    int result;

    if (mount->mkdir) {
        made = LX_SYS(kernel, mkdirat, "fso", AT_FDCWD, mount->path, 0755) == 0;
        if (!made && errno != EEXIST) {
            return lx_fail(
                err, errno, "cannot make the folder %q", mount->path);
        }
    }
    result = CheckFolder(kernel, mount, err);
    if (result == 0) {
        result = NewByName(kernel, mount, err);
        if (result != 0 && (err->errnum == EINVAL || err->errnum == ENOENT)) {
            result = NewTree(kernel, mount, err);
        }
        if (result != 0 && err->errnum == ENOSYS) {
            lx_fail(err, EINVAL, "");
        }
    }
    if (result == 0) {
        return 0;
    }
    if (made) {
        LX_SYS(kernel, unlinkat, "fst", AT_FDCWD, mount->path, AT_REMOVEDIR);
    }
    lx_context(
        err, "cannot mount the hierarchy %s on %q", mount->label, mount->path);
    lx_why_cgmount(err, mount);
    return -1;
}

/* -- Unmounting ----------------------------------------------------------- */

static bool
IsMountRoot(int fd)
{
    struct statx status;

    /* Before Linux 5.8 nobody says; then umount2(2) finds out. */
    return statx(fd, "", AT_EMPTY_PATH, 0, &status) != 0
        || !(status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT)
        || (status.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

int
lx_hierarchy_open(const char *path, struct lx_err *err)
{
    LX_AUTOCLOSE int fd = open(path, O_PATH | O_CLOEXEC);
    struct statfs fs;
    int result = fd;

    if (fd < 0 || fstatfs(fd, &fs) != 0) {
        return lx_fail(err, errno, "cannot unmount %q", path);
    }
    if (fs.f_type != CGROUP_SUPER_MAGIC && fs.f_type != CGROUP2_SUPER_MAGIC) {
        lx_refuse(
            err, "CGROUP", "NOTHIERARCHY",
            "cannot unmount %q: it is no hierarchy of control groups", path);
        lx_hint(err, "mount umount %s takes any mount away", path);
        return -1;
    }
    if (!IsMountRoot(fd)) {
        lx_refuse(
            err, "CGROUP", "NOTHIERARCHY",
            "cannot unmount %q: it lies in a hierarchy, and is not where that "
            "is mounted",
            path);
        lx_hint(err, "cgroup hierarchies says where they are mounted");
        return -1;
    }
    fd = -1;
    return result;
}

int
lx_cgumount_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_umount *umount = args;

    if (!lx_recording(kernel)) {
        int fd = lx_hierarchy_open(umount->target.path, err);

        if (fd < 0) {
            return -1;
        }
        lx_fd_close(&fd);
    }
    return lx_umount_run(kernel, umount, err);
}
