/*
 * lxPivot.c --
 *
 *      mount pivot: another mount becomes the root, and the old root goes.
 *
 *      The kernel answers EINVAL or EBUSY to seven different states of
 *      things, see pivot_root(2). What can be mended without harm is: a new
 *      root that is no mount, and a mount above it that is shared (it goes
 *      with the old root anyway). For the rest, the error says which state it
 *      is and what changes it.
 */

#include "lxMount.h"

/*
 * With "." twice, the old root comes to lie upon the new one, and no folder
 * is needed for it.
 */
static int
Pivot(struct lx_kernel *kernel, int newFd, struct lx_err *err)
{
    if (LX_SYS(kernel, fchdir, "f", newFd) != 0) {
        return lx_fail(err, errno, "");
    }
    if (LX_SYS(kernel, pivot_root, "ss", ".", ".") != 0) {
        return lx_fail(err, errno, "");
    }
    return 0;
}

/*
 * The old root is made private first: unmounted as a shared tree, it would be
 * unmounted in every other namespace too.
 */
static int
DropOldRoot(struct lx_kernel *kernel, int oldFd, struct lx_err *err)
{
    if (LX_SYS(kernel, fchdir, "f", oldFd) != 0
        || LX_SYS(
               kernel, mount, "sssmp", NULL, ".", NULL, MS_REC | MS_PRIVATE,
               NULL)
            != 0
        || LX_SYS(kernel, umount2, "su", ".", MNT_DETACH) != 0) {
        return lx_fail(err, errno, "cannot let go of the old root");
    }
    if (LX_SYS(kernel, chdir, "s", "/") != 0) {
        return lx_fail(err, errno, "cannot enter the new root");
    }
    return 0;
}

static int
MakePrivate(struct lx_kernel *kernel, const char *path, struct lx_err *err)
{
    if (LX_SYS(kernel, mount, "sssmp", NULL, path, NULL, MS_PRIVATE, NULL)
        != 0) {
        return lx_fail(err, errno, "cannot make %q private", path);
    }
    return 0;
}

static int
OpenFolder(struct lx_kernel *kernel, const char *path, struct lx_err *err)
{
    int fd = (int)LX_SYS(
        kernel, openat, "fsO=", AT_FDCWD, path,
        O_PATH | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 ? fd : lx_fail(err, errno, "");
}

/*
 * The new root becomes a mount by a bind on itself, which must not appear
 * elsewhere.
 */
static int
BindOnItself(
    struct lx_kernel *kernel, const struct lx_where *where, struct lx_err *err)
{
    const char *path = where->path;

    if (where->mount.shared != 0
        && MakePrivate(kernel, where->mount.target, err) != 0) {
        return -1;
    }
    if (LX_SYS(kernel, mount, "sssmp", path, path, NULL, MS_BIND | MS_REC, NULL)
        != 0) {
        lx_fail(err, errno, "cannot bind it on itself");
        if (where->mount.unbindable) {
            lx_hint(
                err, "it is in the mount %q, which is unbindable",
                where->mount.target);
        }
        return -1;
    }
    return 0;
}

/*
 * That of a chroot, if it is no mount point, is in a mount that mountinfo
 * does not show.
 */
static int
FindRoot(struct lx_where *root, struct lx_err *err)
{
    if (lx_where_path(root, "/") == 0) {
        return 0;
    }
    if (errno == ESRCH) {
        lx_hint(
            err,
            "the root here is that of a chroot and no mount, so that "
            "nothing can take its place: pivot outside of the chroot");
    } else {
        lx_hint(
            err,
            "what is in the way cannot be told: /proc is not mounted "
            "here");
    }
    return -1;
}

/*
 * A mount of the same files over it is none, and makes way as others do.
 */
static bool
IsInitramfs(const struct lx_where *root)
{
    return root->mount.id == root->mount.parent;
}

/*
 * True: the new root cannot be one, for a reason that we do not mend.
 */
static bool
WhyNotTo(
    struct lx_err *err, const struct lx_where *root,
    const struct lx_where *where)
{
    if (where->top && where->mount.id == root->mount.id) {
        lx_hint(err, "it is the root already");
        return true;
    }
    if (where->top && where->mount.shared != 0) {
        lx_hint(
            err,
            "%q is shared (peer group %l); mount propagation %s private "
            "changes that",
            where->mount.target, (long)where->mount.shared,
            where->mount.target);
        return true;
    }
    return false;
}

/*
 * 1: the new root's mount was on a shared one, and is not any more.
 */
static int
FreeFromParent(
    struct lx_kernel *kernel, const struct lx_where *where, struct lx_err *err)
{
    struct lx_where parent;

    if (!where->top || lx_where_id(&parent, where->mount.parent) != 0
        || parent.mount.shared == 0) {
        return 0;
    }
    return MakePrivate(kernel, parent.mount.target, err) == 0 ? 1 : -1;
}

/*
 * Upon the initramfs. What is mounted there beside the new root stays, out of
 * reach.
 */
static int
MoveOver(struct lx_kernel *kernel, int newFd, struct lx_err *err)
{
    if (LX_SYS(kernel, fchdir, "f", newFd) != 0
        || LX_SYS(kernel, mount, "sssmp", ".", "/", NULL, MS_MOVE, NULL) != 0
        || LX_SYS(kernel, chroot, "s", ".") != 0
        || LX_SYS(kernel, chdir, "s", "/") != 0) {
        return lx_fail(err, errno, "cannot move it over the initramfs");
    }
    return 0;
}

typedef int Enter(struct lx_kernel *kernel, int newFd, struct lx_err *err);

/*
 * What the kernel refused is tried once more after what can be mended. A
 * mount that is on no shared one may still be locked to its place, in a user
 * namespace; a bind of it is not.
 */
static int
MendAndEnter(
    struct lx_kernel *kernel, int newFd, const struct lx_where *where,
    Enter *enter, struct lx_err *err)
{
    LX_SYSFD(again) = {kernel, -1};
    int result = FreeFromParent(kernel, where, err);

    if (result != 0) {
        return result > 0 ? enter(kernel, newFd, err) : -1;
    }
    if (BindOnItself(kernel, where, err) != 0) {
        return -1;
    }
    again.fd = OpenFolder(kernel, where->path, err);
    result = again.fd < 0 ? -1 : enter(kernel, again.fd, err);
    if (result != 0) {
        LX_SYS(kernel, umount2, "su", where->path, MNT_DETACH);
        lx_hint(
            err,
            "it seems that what the present root is mounted on is "
            "shared, which cannot be seen or changed from here");
    }
    return result;
}

/*
 * Returns 1: there is no old root to let go of.
 */
static int
CoverInitramfs(
    struct lx_kernel *kernel, const struct lx_pivot *pivot, int newFd,
    const struct lx_where *where, struct lx_err *err)
{
    int result;

    if (!pivot->move) {
        lx_hint(
            err,
            "the root here is the initramfs (rootfs), which stays at the "
            "bottom of all mounts; -move 1 covers it with the new root");
        return -1;
    }
    result = where->top ? MoveOver(kernel, newFd, err)
                        : MendAndEnter(kernel, newFd, where, MoveOver, err);
    return result == 0 ? 1 : -1;
}

/*
 * After the kernel refused.
 */
static int
SecondTry(
    struct lx_kernel *kernel, const struct lx_pivot *pivot, int newFd,
    struct lx_err *err)
{
    struct lx_where root, where;

    if (FindRoot(&root, err) != 0 || lx_where_fd(&where, newFd) != 0
        || WhyNotTo(err, &root, &where)) {
        return -1;
    }
    if (IsInitramfs(&root)) {
        return CoverInitramfs(kernel, pivot, newFd, &where, err);
    }
    return MendAndEnter(kernel, newFd, &where, Pivot, err);
}

int
lx_pivot_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_pivot *pivot = args;
    LX_SYSFD(old) = {kernel, OpenFolder(kernel, "/", err)};
    LX_SYSFD(cwd) = {kernel, OpenFolder(kernel, ".", err)};
    LX_SYSFD(new) = {kernel, OpenFolder(kernel, pivot->path, err)};
    int result = new.fd < 0 ? -1 : Pivot(kernel, new.fd, err);

    if (result != 0 && new.fd >= 0
        && (err->errnum == EINVAL || err->errnum == EBUSY)) {
        result = SecondTry(kernel, pivot, new.fd, err);
    }
    if (result < 0) {
        lx_why_not_allowed(err);
        LX_SYS(kernel, fchdir, "f", cwd.fd);
    } else if (result == 0) {
        result = DropOldRoot(kernel, old.fd, err);
    }
    return result < 0 ? lx_context(err, "cannot make %q the root", pivot->path)
                      : 0;
}
