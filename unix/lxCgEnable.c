/*
 * lxCgEnable.c --
 *
 *      Version 2: a group has a controller when the group above it hands it
 *      out (cgroup.subtree_control), and so on up to the topmost.
 *
 *      What is enabled in a group that others made is noted there in an
 *      extended attribute. When the last child is removed it is taken back, and
 *      the group is as it was found.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lx.h"

#define MARK "user.nscg.enabled"
#define CONTROL "cgroup.subtree_control"

static unsigned
ReadControllers(int folder, const char *file)
{
    char text[1024];

    return lx_read_at(folder, file, text, sizeof(text)) < 0
        ? 0
        : lx_controllers_parse(text);
}

/*
 * "+cpu +memory" or "-cpu -memory", in one write.
 */
static int
WriteControl(int folder, unsigned controllers, char sign)
{
    char text[LX_CONTROLLER_NAMES + LX_CONTROLLERS + 1];
    size_t len = 0;

    for (int i = 0; i < LX_CONTROLLERS; i++) {
        if ((controllers & LX_CG_BIT(i)) && lx_controllers[i].name2 != NULL) {
            len = lx_append(
                text, sizeof(text), len, "%s%c%s", len > 0 ? " " : "", sign,
                lx_controllers[i].name2);
        }
    }
    return lx_write_at(folder, CONTROL, text);
}

/* -- The note ------------------------------------------------------------- */

static unsigned
ReadMark(int folder)
{
    char text[LX_CONTROLLER_NAMES];
    ssize_t len = fgetxattr(folder, MARK, text, sizeof(text) - 1);

    text[len > 0 ? len : 0] = '\0';
    return lx_controllers_parse(text);
}

/*
 * Where it cannot be written, what is enabled stays so.
 */
static void
WriteMark(int folder, unsigned controllers)
{
    char text[LX_CONTROLLER_NAMES];

    lx_controller_names(controllers, 2, ' ', text, sizeof(text));
    if (controllers == 0) {
        fremovexattr(folder, MARK);
    } else {
        fsetxattr(folder, MARK, text, strlen(text), 0);
    }
}

/* -- Enabling ------------------------------------------------------------- */

void
lx_group_enabled(struct lx_cgenable *undo)
{
    while (undo->count > 0) {
        lx_fd_close(&undo->done[--undo->count].fd);
    }
}

void
lx_group_disable(struct lx_cgenable *undo)
{
    int saved = errno;

    while (undo->count > 0) {
        int *fd = &undo->done[--undo->count].fd;
        unsigned controllers = undo->done[undo->count].controllers;

        if (WriteControl(*fd, controllers, '-') == 0) {
            WriteMark(*fd, ReadMark(*fd) & ~controllers);
        }
        lx_fd_close(fd);
    }
    errno = saved;
}

/*
 * In one group, what is not enabled there yet.
 */
static int
EnableIn(
    struct lx_group *group, int index, unsigned controllers,
    struct lx_cgenable *undo, struct lx_err *err)
{
    LX_AUTOCLOSE int fd =
        lx_group_open(group, index, NULL, O_RDONLY | O_DIRECTORY);
    char names[LX_CONTROLLER_NAMES];

    if (fd < 0) {
        return lx_fail(
            err, errno, "cannot open %q", lx_group_full(group, index, NULL));
    }
    controllers &= ~ReadControllers(fd, CONTROL);
    if (controllers == 0) {
        return 0;
    }
    if (undo->count == LX_ENABLED) {
        return lx_fail(err, ELOOP, "too many groups above %q", group->name);
    }
    if (WriteControl(fd, controllers, '+') != 0) {
        lx_fail(
            err, errno, "cannot enable %s for the children of %q",
            lx_controller_names(controllers, 2, ' ', names, sizeof(names)),
            lx_group_full(group, index, NULL));
        lx_group_why(group, index, CONTROL, err);
        return -1;
    }
    WriteMark(fd, ReadMark(fd) | controllers);
    undo->done[undo->count].fd = fd;
    undo->done[undo->count++].controllers = controllers;
    fd = -1;
    return 0;
}

/*
 * From the topmost group down, since each can give only what it has got.
 */
int
lx_group_enable(
    struct lx_group *group, unsigned controllers, bool above,
    struct lx_cgenable *undo, struct lx_err *err)
{
    int index = group->cgroups->unified;
    struct lx_group parent;

    if (index < 0) {
        return 0;
    }
    if (above && !lx_group_isroot(group, index)
        && lx_group_parent(group, &parent)
        && lx_group_enable(&parent, controllers, true, undo, err) != 0) {
        return -1;
    }
    return EnableIn(group, index, controllers, undo, err);
}

/* -- Taking back ---------------------------------------------------------- */

/*
 * Has the group any child?
 */
static bool
HasChildren(struct lx_group *group, int index)
{
    unsigned long count;

    return !lx_group_value(
               group, index, "cgroup.stat", "nr_descendants", &count)
        || count != 0;
}

void
lx_group_tidy(struct lx_group *group)
{
    int index = group->cgroups->unified;
    LX_AUTOCLOSE int fd = index < 0
        ? -1
        : lx_group_open(group, index, NULL, O_RDONLY | O_DIRECTORY);
    unsigned marked;

    if (fd < 0 || (marked = ReadMark(fd)) == 0 || HasChildren(group, index)) {
        return;
    }
    if (WriteControl(fd, marked & ReadControllers(fd, CONTROL), '-') != 0) {
        return;
    }
    /* A group that came meanwhile may have counted on them. */
    if (HasChildren(group, index) && WriteControl(fd, marked, '+') == 0) {
        return;
    }
    WriteMark(fd, 0);
}
