/*
 * lxRemove.c --
 *
 *      Takes away a folder and all that is in it, however deep it is and
 *      whatever modes its owner gave: what a container wrote. Runs in a child,
 *      too.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

/* The kernel's, see getdents64(2). */
struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    unsigned char type;
    char name[];
};

#define ENTRIES_SIZE 4096

struct removal {
    struct lx_kernel *kernel;
    struct lx_err *err;
    const char *path;
    dev_t device; /* what is mounted there is another's */
    int top;      /* the folder that was asked for */
    int fd;       /* the folder at hand: that one, or one below it */
};

static int
Failed(const struct removal *removal, const char *name)
{
    return lx_fail(
        removal->err, errno, "cannot remove %q in %q", name, removal->path);
}

/*
 * Opens a folder for its owner, who may have closed it to himself.
 */
static int
OpenFolder(struct lx_kernel *kernel, int parentFd, const char *name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = (int)LX_SYS(kernel, openat, "fsO=", parentFd, name, flags);
    struct stat st;

    if (fd < 0 && errno == EACCES
        && LX_SYS(kernel, fchmodat, "fso", parentFd, name, 0700) == 0) {
        fd = (int)LX_SYS(kernel, openat, "fsO=", parentFd, name, flags);
    }
    if (fd >= 0 && !lx_recording(kernel) && fstat(fd, &st) == 0
        && (st.st_mode & 0700) != 0700) {
        LX_SYS(kernel, fchmod, "fo", fd, 0700);
    }
    return fd;
}

static void
LeaveFolder(struct removal *removal)
{
    if (removal->fd != removal->top) {
        lx_fd_close(&removal->fd);
    }
    removal->fd = removal->top;
}

static int
Descend(struct removal *removal, const char *name)
{
    int fd = OpenFolder(removal->kernel, removal->fd, name);
    struct stat st;

    if (fd < 0) {
        return Failed(removal, name);
    }
    if (fstat(fd, &st) != 0 || st.st_dev != removal->device) {
        errno = EBUSY;
        Failed(removal, name);
        lx_fd_close(&fd);
        return -1;
    }
    LeaveFolder(removal);
    removal->fd = fd;
    return 0;
}

static bool
Remove(struct removal *removal, const char *name)
{
    return LX_SYS(removal->kernel, unlinkat, "fst", removal->fd, name, 0) == 0
        || ((errno == EISDIR || errno == EPERM)
            && LX_SYS(
                   removal->kernel, unlinkat, "fst", removal->fd, name,
                   AT_REMOVEDIR)
                == 0)
        || errno == ENOENT;
}

enum { FAILED = -1, EMPTY, DESCENDED, REMOVED };

/*
 * Removes some entries. DESCENDED: it moved into a folder among them, and the
 * rest is stale.
 */
static int
RemoveEntries(struct removal *removal, const char *entries, long size)
{
    int result = EMPTY;

    for (long at = 0; at < size;) {
        const struct entry *entry = (const void *)(entries + at);

        at += entry->length;
        if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) {
            continue;
        }
        if (!Remove(removal, entry->name)) {
            if (errno != ENOTEMPTY && errno != EEXIST) {
                return Failed(removal, entry->name);
            }
            return Descend(removal, entry->name) == 0 ? DESCENDED : FAILED;
        }
        result = REMOVED;
    }
    return result;
}

/*
 * Goes through the folder at hand until it is found empty: where names go
 * while they are read, some may be passed over.
 */
static int
RemoveContent(struct removal *removal)
{
    char entries[ENTRIES_SIZE] __attribute__((aligned(8)));
    bool removed = false;

    for (;;) {
        int result = EMPTY;
        long size =
            syscall(SYS_getdents64, removal->fd, entries, sizeof(entries));

        if (size < 0) {
            return Failed(removal, ".");
        }
        if (size > 0) {
            result = RemoveEntries(removal, entries, size);
        } else if (removed) {
            removed = false;
            lseek(removal->fd, 0, SEEK_SET);
        } else {
            return EMPTY;
        }
        if (result == FAILED || result == DESCENDED) {
            return result;
        }
        removed = removed || result == REMOVED;
    }
}

/*
 * From a folder that is empty now, it starts again from the top. The way up by
 * ".." would be shorter, and lead wherever somebody may have moved the folder
 * meanwhile.
 */
static int
RemoveTree(struct removal *removal)
{
    for (;;) {
        int result = RemoveContent(removal);

        if (result == FAILED) {
            return -1;
        }
        if (result == EMPTY) {
            if (removal->fd == removal->top) {
                return 0;
            }
            LeaveFolder(removal);
            lseek(removal->top, 0, SEEK_SET);
        }
    }
}

int
lx_remove_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    struct removal removal = {kernel, err, args, 0, -1, -1};
    struct stat st;
    int result = 0;

    removal.fd = removal.top = OpenFolder(kernel, AT_FDCWD, args);
    if (removal.top < 0) {
        return lx_fail(err, errno, "cannot remove %q", removal.path);
    }
    if (!lx_recording(kernel)) {
        fstat(removal.top, &st);
        removal.device = st.st_dev;
        result = RemoveTree(&removal);
        LeaveFolder(&removal);
    }
    LX_SYS(kernel, close, "f", removal.top);
    if (result == 0
        && LX_SYS(kernel, unlinkat, "fst", AT_FDCWD, args, AT_REMOVEDIR) != 0) {
        return lx_fail(err, errno, "cannot remove %q", removal.path);
    }
    return result;
}
