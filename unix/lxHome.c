/*
 * lxHome.c --
 *
 *      The way back of a thread that moves to other namespaces.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "lx.h"

/*
 * Where this thread's children are is what counts for pid. A descriptor that
 * cannot be had is -1: then there is no way back.
 */
static int
OpenOwn(enum lx_kind kind)
{
    char path[64];
    int fd;

    lx_format(
        path, sizeof(path), "/proc/thread-self/ns/%s", lx_kinds[kind].name);
    if (kind == LX_PID) {
        fd =
            open("/proc/thread-self/ns/pid_for_children", O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            return fd;
        }
    }
    return open(path, O_RDONLY | O_CLOEXEC);
}

/*
 * Returns why the first that could not be had could not: an errno; or 0.
 */
int
lx_home_open(struct lx_home *home, unsigned kinds)
{
    int errnum = 0;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        home->fd[kind] = -1;
        if (kinds & LX_KIND_BIT(kind)) {
            home->fd[kind] = OpenOwn((enum lx_kind)kind);
            errnum = home->fd[kind] < 0 && errnum == 0 ? errno : errnum;
        }
    }
    home->folder = home->root = -1;
    if (kinds & LX_KIND_BIT(LX_MNT)) {
        home->folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        errnum = home->folder < 0 && errnum == 0 ? errno : errnum;
        home->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        errnum = home->root < 0 && errnum == 0 ? errno : errnum;
    }
    return errnum;
}

/*
 * A thread that shares its working folder and root with others cannot have
 * those of another mnt namespace: it gets its own.
 */
int
lx_folder_part(struct lx_err *err)
{
    return unshare(CLONE_FS) == 0
        ? 0
        : lx_fail(err, errno, "cannot part with the other threads' folder");
}

/*
 * Who may not move may not enter their own namespace either; but they are
 * there. moved: there was something to be done.
 */
static int
ReturnKind(const struct lx_home *home, enum lx_kind kind, bool *moved)
{
    int errnum;

    *moved = setns(home->fd[kind], (int)lx_kinds[kind].flag) == 0;
    errnum = errno;
    if (*moved || (errnum == EPERM && lx_ns_mine(home->fd[kind], kind))) {
        return 0;
    }
    errno = errnum;
    return -1;
}

/*
 * setns(2) to a mnt namespace leads to its root folder, out of a chroot too.
 */
static int
ReturnFolders(const struct lx_home *home, bool moved)
{
    if (moved && home->root >= 0
        && (fchdir(home->root) != 0 || chroot(".") != 0)) {
        return -1;
    }
    return home->folder >= 0 ? fchdir(home->folder) : 0;
}

/*
 * Goes back in these kinds, and returns those in which it could not: errno
 * says why. After a move to another user namespace the right to go back is
 * lost.
 */
unsigned
lx_home_return(const struct lx_home *home, unsigned kinds)
{
    unsigned lost = 0;
    int errnum = 0;

    for (int kind = LX_KINDS - 1; kind >= 0; kind--) {
        bool moved;

        if ((kinds & LX_KIND_BIT(kind))
            && (ReturnKind(home, (enum lx_kind)kind, &moved) != 0
                || (kind == LX_MNT && ReturnFolders(home, moved) != 0))) {
            lost |= LX_KIND_BIT(kind);
            errnum = errno;
        }
    }
    errno = errnum;
    return lost;
}

void
lx_home_close(struct lx_home *home)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        lx_fd_close(&home->fd[kind]);
    }
    lx_fd_close(&home->folder);
    lx_fd_close(&home->root);
}

/*
 * Adds to a failure in which kinds this thread is not where it was.
 */
void
lx_home_lost(struct lx_err *err, unsigned kinds)
{
    char names[LX_KIND_NAMES], before[sizeof(err->hint)];

    if (kinds == 0) {
        return;
    }
    lx_format(before, sizeof(before), "%s", err->hint);
    lx_hint(
        err, "%s%sthis thread has left its %s namespace%s and cannot go back",
        before, before[0] != '\0' ? "; " : "",
        lx_kind_names(kinds, names, sizeof(names)),
        kinds & (kinds - 1) ? "s" : "");
}
