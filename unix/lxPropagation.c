/*
 * lxPropagation.c --
 *
 *      mount propagation: whether what is mounted in one place appears in
 *      others, mount_namespaces(7).
 */

#include "lxMount.h"

static const struct {
    unsigned type;
    unsigned long flag;
    const char *name;
} types[] = {
    /* In this order, since slave and shared together are made so. */
    {LX_SLAVE, MS_SLAVE, "slave"},
    {LX_SHARED, MS_SHARED, "shared"},
    {LX_PRIVATE, MS_PRIVATE, "private"},
    {LX_UNBINDABLE, MS_UNBINDABLE, "unbindable"},
};

static int
SetOne(
    struct lx_kernel *kernel, const struct lx_propagate *propagate,
    unsigned long flag, struct lx_err *err)
{
    const struct mount_attr attr = {.propagation = flag};
    struct lx_spot spot;
    int result = lx_attr_apply(
        kernel, &propagate->target, &attr, propagate->recursive, err);

    if (result == 0 || err->errnum != ENOSYS) {
        return result;
    }
    result = lx_spot_open(kernel, &propagate->target, &spot, err);
    if (result != 0) {
        return result;
    }
    if (LX_SYS(
            kernel, mount, "sssmp", NULL, spot.name, NULL,
            flag | (propagate->recursive ? MS_REC : 0), NULL)
        != 0) {
        result = lx_fail(err, errno, "");
    }
    lx_fd_close(&spot.fd);
    return result;
}

int
lx_propagate_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_propagate *propagate = args;
    char text[LX_PLACE_TEXT];

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if ((propagate->types & types[i].type) == 0) {
            continue;
        }
        if (SetOne(kernel, propagate, types[i].flag, err) != 0) {
            lx_context(
                err, "cannot make %s %s",
                lx_place_text(&propagate->target, text), types[i].name);
            lx_why_propagate(err, propagate);
            return -1;
        }
    }
    return 0;
}
