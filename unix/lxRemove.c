/*
 * lxRemove.c --
 *
 *      Takes away a folder and all that is in it, however deep it is and
 *      whatever modes its owner gave: what a container wrote. Runs in a child,
 *      too.
 *
 *      The way up by ".." would lead wherever somebody may have moved the
 *      folder meanwhile, so the folders on the way down stay open, a fixed
 *      number of them. What is deeper is first moved up, into the top folder:
 *      to start again from there for each folder would take time that grows
 *      with the square of the depth, and depth is cheap to make.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
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

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452 /* from Linux 6.6 on */
#endif

#define ENTRIES_SIZE 4096
#define LEVELS 16 /* folders that are open at a time */

struct level {
    int fd;
    bool changed; /* where names go while they are read, some may be missed */
};

struct removal {
    struct lx_kernel *kernel;
    struct lx_err *err;
    const char *path;
    dev_t device;                /* what is mounted there is another's */
    struct level levels[LEVELS]; /* the first is what was asked for */
    int depth;                   /* of the folder at hand */
    /* What was moved up has these numbers. */
    unsigned firstMoved, nextMoved;
};

static struct level *
AtHand(struct removal *removal)
{
    return &removal->levels[removal->depth];
}

static int
Failed(const struct removal *removal, const char *name)
{
    return lx_fail(
        removal->err, errno, "cannot remove %q in %q", name, removal->path);
}

/*
 * Lets the owner into a folder that he has closed to himself. fchmodat(2)
 * would follow a symbolic link that has taken its place.
 */
static int
Unlock(struct lx_kernel *kernel, int parentFd, const char *name)
{
    const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    LX_AUTOCLOSE int fd =
        (int)LX_SYS(kernel, openat, "fsO=", parentFd, name, flags);
    char path[40];

    if (fd < 0
        || LX_SYS(kernel, fchmodat2, "fsot", fd, "", 0700, AT_EMPTY_PATH)
            == 0) {
        return fd < 0 ? -1 : 0;
    }
    if (errno != ENOSYS) {
        return -1;
    }
    lx_format(path, sizeof(path), "/proc/self/fd/%d", fd);
    return (int)LX_SYS(kernel, fchmodat, "fso", AT_FDCWD, path, 0700);
}

static int
OpenFolder(struct lx_kernel *kernel, int parentFd, const char *name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = (int)LX_SYS(kernel, openat, "fsO=", parentFd, name, flags);
    struct stat st;

    if (fd < 0 && errno == EACCES) {
        if (Unlock(kernel, parentFd, name) != 0) {
            errno = EACCES;
            return -1;
        }
        fd = (int)LX_SYS(kernel, openat, "fsO=", parentFd, name, flags);
    }
    if (fd >= 0 && !lx_recording(kernel) && fstat(fd, &st) == 0
        && (st.st_mode & 0700) != 0700) {
        LX_SYS(kernel, fchmod, "fo", fd, 0700);
    }
    return fd;
}

static void
MovedName(char name[NAME_MAX + 1], unsigned number)
{
    lx_format(name, NAME_MAX + 1, ".nscg-removed-%u", number);
}

/*
 * Moves a folder up into the top one, under a name that nothing has. For that
 * its owner must be let in: its ".." changes.
 */
static bool
MoveUp(struct removal *removal, const char *name)
{
    bool unlocked = false;
    char moved[NAME_MAX + 1];

    for (;;) {
        MovedName(moved, removal->nextMoved);
        if (LX_SYS(
                removal->kernel, renameat2, "fsfsx", AtHand(removal)->fd, name,
                removal->levels[0].fd, moved, RENAME_NOREPLACE)
            == 0) {
            removal->nextMoved++;
            return true;
        }
        if (errno == EEXIST) {
            removal->nextMoved++;
        } else if (errno == EACCES && !unlocked) {
            int fd = OpenFolder(removal->kernel, AtHand(removal)->fd, name);

            unlocked = true;
            lx_fd_close(&fd);
        } else {
            return false;
        }
    }
}

/*
 * Makes a folder the one at hand. At the lowest level it takes the place of
 * the one that it is in, which is found again from above: for file systems
 * that let no folder be moved.
 */
static int
Descend(struct removal *removal, const char *name)
{
    int fd = OpenFolder(removal->kernel, AtHand(removal)->fd, name);
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
    AtHand(removal)->changed = true;
    if (removal->depth < LEVELS - 1) {
        removal->depth++;
    } else {
        lx_fd_close(&AtHand(removal)->fd);
    }
    *AtHand(removal) = (struct level){fd, false};
    return 0;
}

static bool
Remove(struct removal *removal, const char *name)
{
    int fd = AtHand(removal)->fd;

    return LX_SYS(removal->kernel, unlinkat, "fst", fd, name, 0) == 0
        || ((errno == EISDIR || errno == EPERM)
            && LX_SYS(removal->kernel, unlinkat, "fst", fd, name, AT_REMOVEDIR)
                == 0)
        || errno == ENOENT;
}

enum { FAILED = -1, EMPTY, DESCENDED, REMOVED };

/*
 * Removes what has that name. DESCENDED: that takes going into it first;
 * `start` is where the folder that it is in is to be read from then.
 */
static int
RemoveEntry(struct removal *removal, const char *name, off_t start)
{
    if (Remove(removal, name)) {
        AtHand(removal)->changed = true;
        return REMOVED;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) {
        return Failed(removal, name);
    }
    if (removal->depth == LEVELS - 1 && MoveUp(removal, name)) {
        AtHand(removal)->changed = true;
        return REMOVED;
    }
    lseek(AtHand(removal)->fd, start, SEEK_SET);
    return Descend(removal, name) == 0 ? DESCENDED : FAILED;
}

static int
RemoveEntries(
    struct removal *removal, const char *entries, long size, off_t start)
{
    int result = REMOVED;

    for (long at = 0; at < size && result == REMOVED;) {
        const struct entry *entry = (const void *)(entries + at);

        at += entry->length;
        if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0) {
            result = RemoveEntry(removal, entry->name, start);
        }
    }
    return result;
}

/*
 * What was moved up is known by its name. To look for it in a folder that once
 * was large can take long.
 */
static int
RemoveMoved(struct removal *removal)
{
    int result = REMOVED;
    off_t here = lseek(AtHand(removal)->fd, 0, SEEK_CUR);

    while (removal->firstMoved < removal->nextMoved && result == REMOVED) {
        char name[NAME_MAX + 1];

        MovedName(name, removal->firstMoved);
        result = RemoveEntry(removal, name, here);
        removal->firstMoved += result == REMOVED;
    }
    return result;
}

/*
 * Goes through the folder at hand until it is found empty.
 */
static int
RemoveContent(struct removal *removal)
{
    char entries[ENTRIES_SIZE] __attribute__((aligned(8)));
    struct level *level = AtHand(removal);

    for (;;) {
        off_t start = lseek(level->fd, 0, SEEK_CUR);
        long size = syscall(SYS_getdents64, level->fd, entries, ENTRIES_SIZE);
        int result = REMOVED;

        if (size < 0 && errno == ENOENT) {
            return EMPTY; /* removed by another meanwhile */
        }
        if (size < 0) {
            return Failed(removal, ".");
        }
        if (size > 0) {
            result = RemoveEntries(removal, entries, size, start);
        } else if (
            removal->depth == 0 && removal->firstMoved < removal->nextMoved) {
            result = RemoveMoved(removal);
        } else if (level->changed) {
            level->changed = false;
            lseek(level->fd, 0, SEEK_SET);
        } else {
            return EMPTY;
        }
        if (result != REMOVED) {
            return result;
        }
    }
}

static int
RemoveTree(struct removal *removal)
{
    int result;

    do {
        result = RemoveContent(removal);
        if (result == EMPTY && removal->depth > 0) {
            lx_fd_close(&AtHand(removal)->fd);
            removal->depth--;
            result = DESCENDED;
        }
    } while (result == DESCENDED);
    for (; removal->depth > 0; removal->depth--) {
        lx_fd_close(&AtHand(removal)->fd);
    }
    return result == EMPTY ? 0 : -1;
}

int
lx_remove_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    struct removal removal = {.kernel = kernel, .err = err, .path = args};
    int top = OpenFolder(kernel, AT_FDCWD, args);
    struct stat st;
    int result = 0;

    if (top < 0) {
        return lx_fail(err, errno, "cannot remove %q", removal.path);
    }
    removal.levels[0].fd = top;
    if (!lx_recording(kernel)) {
        fstat(top, &st);
        removal.device = st.st_dev;
        result = RemoveTree(&removal);
    }
    LX_SYS(kernel, close, "f", top);
    if (result == 0
        && LX_SYS(kernel, unlinkat, "fst", AT_FDCWD, args, AT_REMOVEDIR) != 0) {
        return lx_fail(err, errno, "cannot remove %q", removal.path);
    }
    return result;
}
