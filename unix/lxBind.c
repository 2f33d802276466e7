/*
 * lxBind.c --
 *
 *      mount bind: a tree that is visible in a second place.
 */

#include "lxMount.h"

/*
 * The copy gets its attributes while nobody sees it.
 */
static int
BindTree(
    struct lx_kernel *kernel, const struct lx_bind *bind, struct lx_err *err)
{
    unsigned recursive = bind->recursive ? AT_RECURSIVE : 0;
    struct mount_attr attr;
    LX_SYSFD(tree) = {
        kernel,
        (int)LX_SYS(
            kernel, open_tree, "fst=", AT_FDCWD, bind->source,
            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive)};

    if (tree.fd < 0) {
        return lx_fail(err, errno, "");
    }
    lx_attr_kernel(bind->attrs, 0, &attr);
    if (bind->usernsFd >= 0) {
        attr.attr_set |= MOUNT_ATTR_IDMAP;
        attr.userns_fd = (uint64_t)bind->usernsFd;
    }
    if (attr.attr_set != 0
        && LX_SYS(
               kernel, mount_setattr, "fstAd", tree.fd, "",
               AT_EMPTY_PATH | recursive, &attr, sizeof(attr))
            != 0) {
        lx_fail(err, errno, "");
        if (bind->usernsFd >= 0) {
            lx_why_idmap(err, bind);
        }
        return -1;
    }
    return lx_attach(kernel, tree.fd, &bind->target, err);
}

/*
 * mount(2) can set attributes only on what is mounted already: a mount that
 * does not get them goes again.
 */
static int
BindByName(
    struct lx_kernel *kernel, const struct lx_bind *bind, struct lx_err *err)
{
    struct lx_spot spot;
    unsigned long flags = MS_BIND | (bind->recursive ? MS_REC : 0);
    int result;

    if (bind->usernsFd >= 0) {
        return lx_refuse(
            err, "MOUNT", "NOIDMAP",
            "this kernel cannot show a mount with other ids: that came with "
            "Linux 5.12");
    }
    result = lx_spot_open(kernel, &bind->target, &spot, err);
    if (result != 0) {
        return result;
    }
    if (LX_SYS(
            kernel, mount, "sssmp", bind->source, spot.name, NULL, flags, NULL)
        != 0) {
        result = lx_fail(err, errno, "");
    }
    lx_fd_close(&spot.fd);
    if (result != 0 || bind->attrs == 0) {
        return result;
    }
    result = lx_attr_remount(
        kernel, &bind->target, bind->attrs, 0, bind->recursive, err);
    if (result != 0) {
        struct lx_umount undo = {bind->target, true};
        struct lx_err ignored;

        lx_umount_run(kernel, &undo, &ignored);
    }
    return result;
}

int
lx_bind_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_bind *bind = args;
    char text[LX_PLACE_TEXT];
    int result = BindTree(kernel, bind, err);

    if (result != 0 && err->errnum == ENOSYS) {
        result = BindByName(kernel, bind, err);
    }
    if (result != 0) {
        lx_context(
            err, "cannot bind %q on %s", bind->source,
            lx_place_text(&bind->target, text));
        lx_why_bind(err, bind);
    }
    return result;
}
