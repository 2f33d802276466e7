/*
 * lxMount.c --
 *
 *      Places to mount on; moving a mount, and taking one away.
 */

#include "lxMount.h"

const char *
lx_place_text(const struct lx_place *place, char buf[LX_PLACE_TEXT])
{
    if (place->root == NULL) {
        lx_format(buf, LX_PLACE_TEXT, "%q", place->path);
    } else {
        lx_format(buf, LX_PLACE_TEXT, "%q inside %q", place->path, place->root);
    }
    return buf;
}

int
lx_attach(
    struct lx_kernel *kernel, int mountFd, const struct lx_place *place,
    struct lx_err *err)
{
    unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS
        | MOVE_MOUNT_T_AUTOMOUNTS;
    LX_SYSFD(to) = {kernel, AT_FDCWD};
    const char *path = place->path;

    if (place->root != NULL) {
        to.fd =
            lx_open_beneath(kernel, place->root, place->path, O_PATH, 0, err);
        if (to.fd < 0) {
            return -1;
        }
        path = "";
        flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    }
    if (LX_SYS(kernel, move_mount, "fsfsv", mountFd, "", to.fd, path, flags)
        != 0) {
        return lx_fail(err, errno, "");
    }
    return 0;
}

int
lx_spot_open(
    struct lx_kernel *kernel, const struct lx_place *place,
    struct lx_spot *spot, struct lx_err *err)
{
    spot->fd = -1;
    spot->name = place->path;
    if (place->root == NULL) {
        return 0;
    }
    spot->fd =
        lx_open_beneath(kernel, place->root, place->path, O_PATH, 0, err);
    if (spot->fd < 0) {
        return -1;
    }
    lx_format(spot->buf, sizeof(spot->buf), "/proc/self/fd/%d", spot->fd);
    spot->name = spot->buf;
    return 0;
}

/*
 * mount move FROM TO
 */
static int
Move(
    struct lx_kernel *kernel, const struct lx_mountmove *move,
    struct lx_err *err)
{
    LX_SYSFD(from) = {
        kernel,
        (int)LX_SYS(
            kernel, open_tree, "fst=", AT_FDCWD, move->from,
            OPEN_TREE_CLOEXEC)};

    if (from.fd < 0) {
        return lx_fail(err, errno, "");
    }
    return lx_attach(kernel, from.fd, &move->to, err);
}

static int
MoveByName(
    struct lx_kernel *kernel, const struct lx_mountmove *move,
    struct lx_err *err)
{
    struct lx_spot spot;
    int result = lx_spot_open(kernel, &move->to, &spot, err);

    if (result != 0) {
        return result;
    }
    if (LX_SYS(
            kernel, mount, "ssomp", move->from, spot.name, NULL, MS_MOVE, NULL)
        != 0) {
        result = lx_fail(err, errno, "");
    }
    lx_fd_close(&spot.fd);
    return result;
}

int
lx_mountmove_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_mountmove *move = args;
    char text[LX_PLACE_TEXT];
    int result = Move(kernel, move, err);

    if (result != 0 && err->errnum == ENOSYS) {
        result = MoveByName(kernel, move, err);
    }
    if (result != 0) {
        lx_context(
            err, "cannot move the mount %q to %s", move->from,
            lx_place_text(&move->to, text));
        lx_why_move(err, move);
    }
    return result;
}

/*
 * mount umount TARGET
 *
 * An open descriptor of the target would keep it busy: inside a root it is
 * named by the folder that it stands in, and no symlink is followed there.
 */
int
lx_umount_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_umount *umount = args;
    unsigned flags = umount->detach ? MNT_DETACH : 0;
    const char *path = umount->target.path;
    char name[LX_NAME_SIZE], link[LX_NAME_SIZE + 40], text[LX_PLACE_TEXT];
    LX_SYSFD(folder) = {kernel, -1};

    lx_place_text(&umount->target, text);
    if (umount->target.root != NULL) {
        folder.fd =
            lx_open_parent(kernel, umount->target.root, path, name, err);
        if (folder.fd < 0) {
            return lx_context(err, "cannot unmount %s", text);
        }
        lx_format(link, sizeof(link), "/proc/self/fd/%d/%s", folder.fd, name);
        path = link;
        flags |= UMOUNT_NOFOLLOW;
    }
    if (LX_SYS(kernel, umount2, "su", path, flags) != 0) {
        lx_fail(err, errno, "cannot unmount %s", text);
        lx_why_umount(err, path);
        return -1;
    }
    return 0;
}
