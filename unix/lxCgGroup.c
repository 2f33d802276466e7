/*
 * lxCgGroup.c --
 *
 *      A group by name: its folder in each hierarchy, and the files in it.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

/* -- Names ---------------------------------------------------------------- */

static int
BadName(struct lx_err *err, const char *name, const char *why)
{
    return lx_refuse(err, "CGROUP", "NAME", "bad group name %q: %s", name, why);
}

/*
 * Slashes that stand double or last are left out; "." and ".." are refused,
 * since the name means a group and not a way through folders.
 */
int
lx_group_name(
    struct lx_group *group, const struct lx_cgroups *cgroups, const char *name,
    struct lx_err *err)
{
    const char *whole = name;
    size_t len = 0;
    int depth = 0;

    group->cgroups = cgroups;
    group->leaves = 0;
    group->relative = name[0] != '/';
    if (name[0] == '\0') {
        return BadName(err, name, "must not be empty");
    }
    if (name[0] == '-') {
        return BadName(err, name, "must not begin with \"-\"");
    }
    if (strchr(name, '\n') != NULL) {
        return BadName(err, name, "must not have a newline");
    }
    if (strlen(name) >= sizeof(group->name) - 2) {
        return BadName(err, "", "too long");
    }
    while (*name != '\0') {
        size_t part = strcspn(name, "/");

        if ((part == 1 && name[0] == '.')
            || (part == 2 && name[0] == '.' && name[1] == '.')) {
            return BadName(err, whole, "must not have \".\" or \"..\" in it");
        }
        if (part >= LX_NAME_SIZE) {
            return BadName(err, "", "a part of it is longer than 255 bytes");
        }
        if (part > 0 && ++depth > LX_GROUP_DEPTH) {
            return BadName(err, "", "too many groups one in another");
        }
        if (part > 0) {
            if (len > 0 || !group->relative) {
                group->name[len++] = '/';
            }
            memcpy(group->name + len, name, part);
            len += part;
        }
        name += part;
        name += strspn(name, "/");
    }
    if (len == 0) {
        group->name[len++] = '/';
    }
    group->name[len] = '\0';
    return 0;
}

void
lx_group_base(struct lx_group *group, const struct lx_cgroups *cgroups)
{
    group->cgroups = cgroups;
    group->relative = true;
    group->leaves = 0;
    group->name[0] = '\0';
}

bool
lx_group_parent(const struct lx_group *group, struct lx_group *parent)
{
    char *slash;

    memcpy(parent->name, group->name, sizeof(parent->name));
    parent->cgroups = group->cgroups;
    parent->relative = group->relative;
    parent->leaves = 0;
    slash = strrchr(parent->name, '/');
    if (slash == NULL) {
        /* What is above "web" is the base itself, which has no name. */
        if (parent->name[0] == '\0') {
            return false;
        }
        parent->name[0] = '\0';
        return true;
    }
    if (strcmp(parent->name, "/") == 0) {
        return false;
    }
    slash[slash == parent->name] = '\0';
    return true;
}

/* -- Paths ---------------------------------------------------------------- */

/*
 * Adds a part, parted from what is there by a "/".
 */
static void
Add(char *buf, size_t size, size_t *len, const char *part)
{
    if (part[0] == '\0' || *len + 2 >= size) {
        return;
    }
    if (*len > 0 && buf[*len - 1] != '/') {
        buf[(*len)++] = '/';
    }
    *len += lx_format(buf + *len, size - *len, "%s", part);
}

const char *
lx_group_path(struct lx_group *group, int index, const char *file)
{
    size_t size = sizeof(group->buf);
    size_t len = 0;

    group->buf[0] = '\0';
    Add(group->buf, size, &len, group->cgroups->list[index].path);
    if (group->relative) {
        const char *base = lx_cgroups_below(group->cgroups, index);

        if (base == NULL) {
            errno = EXDEV;
            return NULL;
        }
        Add(group->buf, size, &len, base);
    }
    Add(group->buf, size, &len, group->name + (group->name[0] == '/'));
    if (file != NULL) {
        Add(group->buf, size, &len, file);
    }
    if (len + 2 >= size) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return group->buf;
}

const char *
lx_group_full(struct lx_group *group, int index, const char *file)
{
    const char *path = lx_group_path(group, index, file);

    return path != NULL ? path : group->name;
}

/* -- Files ---------------------------------------------------------------- */

int
lx_group_open(struct lx_group *group, int index, const char *file, int flags)
{
    const char *path;
    int folder = lx_group_at(group, index, file, &path);

    if (path == NULL) {
        return -1;
    }
    return openat(folder, path, flags | O_CLOEXEC | O_NOFOLLOW);
}

int
lx_group_read(
    struct lx_group *group, int index, const char *file, char *buf, size_t size)
{
    const char *path;
    int folder = lx_group_at(group, index, file, &path);

    return path == NULL ? -1 : lx_read_at(folder, path, buf, size);
}

bool
lx_group_number(
    struct lx_group *group, int index, const char *file, unsigned long *number)
{
    char text[64];

    if (lx_group_read(group, index, file, text, sizeof(text)) < 0) {
        return false;
    }
    text[strcspn(text, "\n")] = '\0';
    return lx_number(text, number);
}

bool
lx_group_value(
    struct lx_group *group, int index, const char *file, const char *key,
    unsigned long *number)
{
    char text[512];

    return lx_group_read(group, index, file, text, sizeof(text)) >= 0
        && lx_cgvalue(text, key, number);
}

bool
lx_group_controllers(
    struct lx_group *group, int index, const char *file, unsigned *controllers)
{
    char text[1024];
    bool there = lx_group_read(group, index, file, text, sizeof(text)) >= 0;

    *controllers = there ? lx_controllers_parse(text) : 0;
    return there;
}

int
lx_group_write(
    struct lx_group *group, int index, const char *file, const char *text)
{
    const char *path;
    int folder = lx_group_at(group, index, file, &path);

    return path == NULL ? -1 : lx_write_at(folder, path, text);
}

/*
 * "FOLDER/." is there only if that is a folder: the kernel's own files beside
 * a group's are no groups.
 */
bool
lx_group_has(struct lx_group *group, int index, const char *file)
{
    const char *path;
    int folder = lx_group_at(group, index, file != NULL ? file : ".", &path);

    return path != NULL && faccessat(folder, path, F_OK, 0) == 0;
}

static unsigned
Where(struct lx_group *group)
{
    unsigned where = 0;

    group->leaves = 0;
    for (int i = 0; i < group->cgroups->count; i++) {
        const char *path;
        int folder = lx_group_at(group, i, NULL, &path);
        struct stat st;

        if (path != NULL && fstatat(folder, path, &st, 0) == 0
            && S_ISDIR(st.st_mode)) {
            where |= 1u << i;
            /* The kernel counts the folders in it as links to it. */
            group->leaves |= st.st_nlink == 2 ? 1u << i : 0;
        }
    }
    return where;
}

int
lx_group_need(struct lx_group *group, unsigned *where, struct lx_err *err)
{
    if (group->cgroups->count == 0) {
        lx_refuse(
            err, "CGROUP", "NOTMOUNTED", "no control groups are mounted here");
        lx_hint(err, "mount new cgroup2 PATH mounts version 2");
        return -1;
    }
    *where = Where(group);
    if (*where == 0) {
        lx_fail(err, ENOENT, "there is no group %q", group->name);
        if (group->relative && group->cgroups->base == NULL) {
            lx_hint(
                err,
                "a name without a \"/\" before it is below this "
                "process's own group; see cgroup base");
        }
        return -1;
    }
    return 0;
}

bool
lx_group_isroot(struct lx_group *group, int index)
{
    const char *path = lx_group_path(group, index, NULL);

    return path != NULL && strcmp(path, group->cgroups->list[index].path) == 0;
}

int
lx_group_noroot(struct lx_group *group, const char *action, struct lx_err *err)
{
    for (int i = 0; i < group->cgroups->count; i++) {
        if (lx_group_isroot(group, i)) {
            return lx_refuse(
                err, "CGROUP", "ROOT", "cannot %s %q: it is the topmost group",
                action, group->name);
        }
    }
    return 0;
}
