/*
 * lxPin.c --
 *
 *      Namespaces that a path holds: a bind mount of the namespace on an
 *      empty file, which lives until it is unmounted. iproute2 does the same
 *      in /run/netns, so what is pinned there is a name for it.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

#define NETNS "/run/netns"

static void
HintForMount(struct lx_err *err)
{
    if (err->errnum == EPERM) {
        lx_hint(
            err,
            "it takes CAP_SYS_ADMIN in the user namespace that owns "
            "this thread's mnt namespace");
    }
}

/*
 * iproute2's own folder, by whichever name.
 */
static bool
IsNetns(const char *path)
{
    char folder[PATH_MAX], found[PATH_MAX];
    const char *slash = strrchr(path, '/');

    lx_format(folder, sizeof(folder), "%s", path);
    folder[slash == NULL ? 0 : slash - path] = '\0';
    return strcmp(folder, NETNS) == 0 || strcmp(folder, "/var" NETNS) == 0
        || (realpath(folder, found) != NULL && strcmp(found, NETNS) == 0);
}

/* What was done to the folder, to be undone if the pin fails. */
struct prepared {
    bool made, bound;
};

static void
Undo(const struct prepared *done)
{
    if (done->bound) {
        umount2(NETNS, MNT_DETACH | UMOUNT_NOFOLLOW);
    }
    if (done->made) {
        rmdir(NETNS);
    }
}

/*
 * The folder is a shared mount point, so that a name which one mnt namespace
 * makes or removes is made and removed in the others too. Without that the
 * names of a copy would hold namespaces that ip netns delete cannot free.
 */
static int
PrepareNetns(struct prepared *done, struct lx_err *err)
{
    done->made = mkdir(NETNS, 0755) == 0;
    if (!done->made && errno != EEXIST) {
        return lx_fail(err, errno, "cannot create %q", NETNS);
    }
    if (mount("", NETNS, "none", MS_SHARED | MS_REC, NULL) == 0) {
        return 0;
    }
    if (errno == EINVAL) { /* not a mount point yet */
        done->bound = mount(NETNS, NETNS, "none", MS_BIND | MS_REC, NULL) == 0;
        if (done->bound
            && mount("", NETNS, "none", MS_SHARED | MS_REC, NULL) == 0) {
            return 0;
        }
    }
    lx_fail(err, errno, "cannot make %q a shared mount point", NETNS);
    HintForMount(err);
    Undo(done);
    return -1;
}

static int
CreateFile(const char *path, struct lx_err *err)
{
    struct lx_err ignored;
    int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

    if (fd < 0 && errno == EEXIST
        && lx_ns_look(path, O_NOFOLLOW, &ignored) == 0) {
        return lx_refuse(
            err, "NS", "PINNED", "%q holds a namespace already", path);
    }
    if (fd < 0) {
        lx_fail(err, errno, "cannot create %q", path);
        if (err->errnum == EEXIST) {
            lx_hint(err, "a pin is made on a path that does not exist yet");
        }
        return -1;
    }
    close(fd);
    return 0;
}

static int
Bind(int nsFd, enum lx_kind kind, const char *path, struct lx_err *err)
{
    char source[64];

    lx_format(source, sizeof(source), "/proc/thread-self/fd/%d", nsFd);
    if (mount(source, path, "none", MS_BIND, NULL) == 0) {
        return 0;
    }
    lx_fail(
        err, errno, "cannot pin the %s namespace to %q", lx_kinds[kind].name,
        path);
    if (err->errnum == EINVAL && kind == LX_MNT) {
        lx_hint(
            err,
            "a mnt namespace can be pinned only from an older one (whose "
            "age Linux 6.18 can mistake if they were made on different "
            "CPUs), and only where the mount that the path lies on is "
            "private (see mount propagation)");
    } else {
        HintForMount(err);
    }
    return -1;
}

/*
 * Nothing is left behind by a pin that fails.
 */
int
lx_pin(int nsFd, enum lx_kind kind, const char *path, struct lx_err *err)
{
    struct prepared done = {false, false};

    if (IsNetns(path) && PrepareNetns(&done, err) != 0) {
        return -1;
    }
    if (CreateFile(path, err) != 0) {
        Undo(&done);
        return -1;
    }
    if (Bind(nsFd, kind, path, err) != 0) {
        unlink(path);
        Undo(&done);
        return -1;
    }
    return 0;
}

/*
 * The empty file below is removed as well, but nothing else: what a pin has
 * covered is not ours.
 */
int
lx_unpin(const char *path, struct lx_err *err)
{
    struct stat st;

    if (lx_ns_look(path, O_NOFOLLOW, err) != 0) {
        return -1;
    }
    if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) != 0) {
        lx_fail(err, errno, "cannot unpin %q", path);
        if (err->errnum == EINVAL) {
            lx_hint(
                err,
                "the pin comes from another mnt namespace, and only "
                "there can it be undone");
        } else {
            HintForMount(err);
        }
        return -1;
    }
    if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0
        && lx_ns_look(path, O_NOFOLLOW, err) != 0 && unlink(path) != 0) {
        return lx_fail(
            err, errno, "unpinned %q, but cannot remove the file", path);
    }
    return 0;
}
