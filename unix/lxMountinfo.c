/*
 * lxMountinfo.c --
 *
 *      /proc/PID/mountinfo: a parser that works in place, and the question
 *      which mount a path lies in.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/*
 * The kernel writes a blank, a tab, a newline, a backslash and some others as
 * a backslash and three octal digits.
 */
char *
lx_unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; to++) {
        if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3'
            && from[2] >= '0' && from[2] <= '7' && from[3] >= '0'
            && from[3] <= '7') {
            *to =
                (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
    return text;
}

/*
 * Fields are parted by exactly one blank, so that an empty one (a mount whose
 * source is "") is seen.
 */
static char *
Field(char **next)
{
    char *field = *next;
    char *blank;

    if (field == NULL) {
        return NULL;
    }
    blank = strchr(field, ' ');
    if (blank != NULL) {
        *blank++ = '\0';
    }
    *next = blank;
    return field;
}

static bool
NumberField(char **next, unsigned long *value)
{
    const char *field = Field(next);

    return field != NULL && lx_number(field, value);
}

static bool
Tagged(const char *field, const char *tag, unsigned long *value)
{
    size_t len = strlen(tag);

    return strncmp(field, tag, len) == 0 && lx_number(field + len, value);
}

/*
 * The optional fields up to "-"; those of kernels to come are passed over.
 */
static bool
OptionalFields(char **next, struct lx_mount *mount)
{
    const char *field;

    while ((field = Field(next)) != NULL) {
        if (strcmp(field, "-") == 0) {
            return true;
        }
        if (strcmp(field, "unbindable") == 0) {
            mount->unbindable = true;
        } else if (
            !Tagged(field, "shared:", &mount->shared)
            && !Tagged(field, "master:", &mount->master)) {
            Tagged(field, "propagate_from:", &mount->from);
        }
    }
    return false;
}

bool
lx_mount_parse(char *line, struct lx_mount *mount)
{
    char *next = line;
    char *root, *target, *fstype, *source;

    memset(mount, 0, sizeof(*mount));
    if (!NumberField(&next, &mount->id) || !NumberField(&next, &mount->parent)
        || (mount->device = Field(&next)) == NULL
        || (root = Field(&next)) == NULL || (target = Field(&next)) == NULL
        || (mount->options = Field(&next)) == NULL
        || !OptionalFields(&next, mount) || (fstype = Field(&next)) == NULL
        || (source = Field(&next)) == NULL || next == NULL) {
        return false;
    }
    mount->superOptions = next;
    mount->root = lx_unescape(root);
    mount->target = lx_unescape(target);
    mount->fstype = lx_unescape(fstype);
    mount->source = lx_unescape(source);
    return true;
}

int
lx_mounts_open(struct lx_lines *lines, char buf[LX_MOUNT_LINE])
{
    return lx_lines_open(
        lines, "/proc/thread-self/mountinfo", buf, LX_MOUNT_LINE);
}

bool
lx_mounts_next(struct lx_lines *lines, struct lx_mount *mount)
{
    char *line;

    do {
        line = lx_lines_next(lines);
    } while (line != NULL && !lx_mount_parse(line, mount));
    return line != NULL;
}

bool
lx_has_option(const char *options, const char *option)
{
    size_t len = strlen(option);

    for (;;) {
        if (strncmp(options, option, len) == 0
            && (options[len] == ',' || options[len] == '\0')) {
            return true;
        }
        options = strchr(options, ',');
        if (options == NULL) {
            return false;
        }
        options++;
    }
}

/*
 * The number by which mountinfo knows the mount that a descriptor is in.
 */
bool
lx_mount_id(int fd, unsigned long *id)
{
    char path[64], text[512];
    char *field;

    lx_format(path, sizeof(path), "/proc/thread-self/fdinfo/%d", fd);
    if (lx_read_file(path, text, sizeof(text)) < 0) {
        return false;
    }
    field = strstr(text, "mnt_id:\t");
    if (field == NULL) {
        errno = ENOENT;
        return false;
    }
    field += strlen("mnt_id:\t");
    field[strcspn(field, "\n")] = '\0';
    return lx_number(field, id);
}

/*
 * The mount of that number, if this thread's namespace has it.
 */
int
lx_where_id(struct lx_where *where, unsigned long id)
{
    struct lx_lines lines;
    bool found = false;

    where->top = true;
    where->path[0] = '\0';
    if (lx_mounts_open(&lines, where->line) != 0) {
        return -1;
    }
    while (!found && lx_mounts_next(&lines, &where->mount)) {
        found = where->mount.id == id;
    }
    lx_lines_close(&lines);
    if (!found) {
        errno = ESRCH; /* of another namespace, or above a chroot */
        return -1;
    }
    return 0;
}

int
lx_where_fd(struct lx_where *where, int fd)
{
    char link[64];
    unsigned long id;
    ssize_t len;

    if (!lx_mount_id(fd, &id) || lx_where_id(where, id) != 0) {
        return -1;
    }
    lx_format(link, sizeof(link), "/proc/thread-self/fd/%d", fd);
    len = readlink(link, where->path, sizeof(where->path) - 1);
    if (len < 0) {
        return -1;
    }
    where->path[len] = '\0';
    where->top = strcmp(where->path, where->mount.target) == 0;
    return 0;
}

int
lx_where_path(struct lx_where *where, const char *path)
{
    LX_AUTOCLOSE int fd = open(path, O_PATH | O_CLOEXEC);

    return fd < 0 ? -1 : lx_where_fd(where, fd);
}

int
lx_where_mount(
    struct lx_where *where, const struct lx_place *place, struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    LX_AUTOCLOSE int fd =
        lx_open_beneath(&kernel, place->root, place->path, O_PATH, 0, err);

    if (fd < 0) {
        return -1;
    }
    if (lx_where_fd(where, fd) != 0) {
        return lx_fail(
            err, errno, "cannot find the mount of %q in /proc", place->path);
    }
    if (!where->top) {
        return lx_refuse(
            err, "MOUNT", "NOTMOUNT",
            "%q is not a mount point, it is in the mount %q", where->path,
            where->mount.target);
    }
    return 0;
}
