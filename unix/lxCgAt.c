/*
 * lxCgAt.c --
 *
 *      Groups seen from a hierarchy's own folder: a path takes the kernel half
 *      as long from there. A descriptor of the folder would keep the hierarchy
 *      from being unmounted by others, and so it is one of a mount of our own
 *      that stands nowhere. To give that back takes time, so it is made only
 *      for those who come often. Who may not mount, and who has no descriptors
 *      left, goes by the whole path.
 */

#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#define OFTEN 32 /* times that a group of the hierarchy was looked at */

struct lx_cgtrees {
    int fds[LX_HIERARCHIES]; /* -1: none yet */
    unsigned asked[LX_HIERARCHIES];
    unsigned refused; /* bits */
};

void
lx_cgtrees_close(struct lx_cgtrees *trees)
{
    for (int i = 0; trees != NULL && i < LX_HIERARCHIES; i++) {
        lx_fd_close(&trees->fds[i]);
        trees->asked[i] = 0;
    }
    if (trees != NULL) {
        trees->refused = 0;
    }
}

struct lx_cgtrees *
lx_cgtrees_new(void)
{
    struct lx_cgtrees *trees = calloc(1, sizeof(*trees));

    if (trees != NULL) {
        memset(trees->fds, -1, sizeof(trees->fds));
    }
    return trees;
}

int
lx_cgtrees_fd(const struct lx_cgroups *cgroups, int index)
{
    struct lx_cgtrees *trees = cgroups->trees;
    unsigned bit = 1u << index;

    if (trees == NULL || (trees->refused & bit)) {
        return -1;
    }
    if (trees->fds[index] < 0) {
        int fd = (int)syscall(
            SYS_open_tree, AT_FDCWD, cgroups->list[index].path,
            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

        trees->fds[index] = fd < 0 ? -1 : lx_fd_park(fd);
        trees->refused |= fd < 0 ? bit : 0;
    }
    return trees->fds[index];
}

int
lx_group_at(
    struct lx_group *group, int index, const char *file, const char **path)
{
    const struct lx_cgroups *cgroups = group->cgroups;
    struct lx_cgtrees *trees = cgroups->trees;
    int fd = -1;

    *path = lx_group_path(group, index, file);
    if (trees != NULL
        && (trees->fds[index] >= 0 || ++trees->asked[index] > OFTEN)) {
        fd = lx_cgtrees_fd(cgroups, index);
    }
    if (fd < 0 || *path == NULL) {
        return AT_FDCWD;
    }
    *path += strlen(cgroups->list[index].path);
    *path += strspn(*path, "/");
    if (**path == '\0') {
        *path = ".";
    }
    return fd;
}
