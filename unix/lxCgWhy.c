/*
 * lxCgWhy.c --
 *
 *      Why a group refused, and what mends it.
 */

#include <errno.h>

#include "lx.h"

void
lx_group_why(
    struct lx_group *group, int index, const char *file, struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];

    (void)file;
    if (err->errnum == EROFS && hierarchy->readonly) {
        lx_hint(err, "%q is mounted read-only", hierarchy->path);
    }
}
