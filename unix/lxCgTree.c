/*
 * lxCgTree.c --
 *
 *      A group in one hierarchy and the groups below it, as a list in which
 *      each comes after the one that it is in: from its end, the deepest are
 *      first.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

const char *
lx_cgtree_path(
    const struct lx_cgtree *tree, size_t item, const char *file, char *buf,
    size_t size)
{
    const char *name = tree->names[item];

    lx_format(
        buf, size, "%s%s%s", name, name[0] != '\0' && file != NULL ? "/" : "",
        file != NULL ? file : "");
    return buf[0] != '\0' ? buf : ".";
}

static int
Add(struct lx_cgtree *tree, const char *folder, const char *name)
{
    size_t len = strlen(folder) + strlen(name) + 2;
    char *path;

    if (tree->count == tree->size) {
        size_t size = tree->size > 0 ? tree->size * 2 : 8;
        char **names = realloc(tree->names, size * sizeof(*names));

        if (names == NULL) {
            return -1;
        }
        tree->names = names;
        tree->size = size;
    }
    path = malloc(len);
    if (path == NULL) {
        return -1;
    }
    lx_format(path, len, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    tree->names[tree->count++] = path;
    return 0;
}

/*
 * The kernel counts the folders in a folder as links to it, and says so at
 * once; to read through some 60 files for none of them takes time.
 */
static bool
HasFolders(int folder, const char *path)
{
    struct stat st;

    return fstatat(folder, path, &st, AT_SYMLINK_NOFOLLOW) == 0
        && st.st_nlink != 2;
}

static int
AddChildren(struct lx_cgtree *tree, size_t item)
{
    char buf[LX_GROUP_PATH];
    const char *path = lx_cgtree_path(tree, item, NULL, buf, sizeof(buf));
    LX_AUTOCLOSE int fd = -1;
    struct dirent *entry;
    DIR *dir;
    int result = 0;

    if (!HasFolders(tree->fd, path)) {
        return 0;
    }
    fd =
        openat(tree->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT || errno == ENODEV ? 0 : -1;
    }
    dir = fdopendir(fd);
    if (dir == NULL) {
        return -1;
    }
    fd = -1;
    while (result == 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0
            && strcmp(entry->d_name, "..") != 0) {
            result = Add(tree, tree->names[item], entry->d_name);
        }
    }
    closedir(dir);
    return result;
}

int
lx_cgtree_open(
    struct lx_cgtree *tree, struct lx_group *group, int index, bool recursive)
{
    *tree = (struct lx_cgtree){
        .version = group->cgroups->list[index].version,
        .fd = lx_group_open(group, index, NULL, O_RDONLY | O_DIRECTORY)};
    if (tree->fd < 0) {
        return -1;
    }
    if (Add(tree, "", "") == 0) {
        size_t item = 0;

        while (recursive && item < tree->count
               && AddChildren(tree, item) == 0) {
            item++;
        }
        if (!recursive || item == tree->count) {
            return 0;
        }
    }
    lx_cgtree_free(tree);
    return -1;
}

void
lx_cgtree_free(struct lx_cgtree *tree)
{
    int saved = errno;

    lx_fd_close(&tree->fd);
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->names[i]);
    }
    free(tree->names);
    *tree = (struct lx_cgtree){.fd = -1};
    errno = saved;
}

/* ------------------------------------------------------------------------ */

static int
EachOf(
    struct lx_group *group, int index, bool recursive, lx_eachgroup *each,
    void *arg)
{
    struct lx_cgtree tree;
    const char *path;
    int result = 0, folder;

    if (group->leaves & 1u << index) {
        group->leaves &= ~(1u << index);
        return 0;
    }
    folder = lx_group_at(group, index, NULL, &path);
    if (path != NULL && !HasFolders(folder, path)) {
        return 0;
    }
    if (lx_cgtree_open(&tree, group, index, false) != 0) {
        return errno == ENOENT || errno == ENODEV ? 0 : -1;
    }
    for (size_t item = 0; result == 0 && item < tree.count; item++) {
        if (item > 0) {
            result = each(arg, tree.names[item]);
        }
        if (result == 0 && (recursive || item == 0)) {
            result = AddChildren(&tree, item);
        }
    }
    lx_cgtree_free(&tree);
    return result;
}

int
lx_group_below(
    struct lx_group *group, unsigned where, bool recursive, lx_eachgroup *each,
    void *arg, struct lx_err *err)
{
    for (int i = 0; i < group->cgroups->count; i++) {
        if ((where & (1u << i))
            && EachOf(group, i, recursive, each, arg) != 0) {
            return lx_fail(
                err, errno, "cannot list the groups in %q",
                lx_group_full(group, i, NULL));
        }
    }
    return 0;
}
