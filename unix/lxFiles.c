/*
 * lxFiles.c --
 *
 *      The files that a root file system needs: directories, symbolic links,
 *      device nodes, files with a given content.
 *
 *      Within a root that is not trusted, the folder is opened first, with
 *      no way out, and what is made there is named relative to it: none of
 *      the calls that make something follows a symbolic link in its place.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lx.h"

/* Where something is to be made. */
struct spot {
    int fd;
    const char *name;
    char last[LX_NAME_SIZE];
};

static int
FindSpot(
    struct lx_kernel *kernel, const char *root, const char *path,
    struct spot *spot, struct lx_err *err)
{
    spot->fd = AT_FDCWD;
    spot->name = path;
    if (root == NULL) {
        return 0;
    }
    spot->fd = lx_open_parent(kernel, root, path, spot->last, err);
    spot->name = spot->last;
    return spot->fd < 0 ? -1 : 0;
}

static void
LeaveSpot(struct lx_kernel *kernel, const struct spot *spot)
{
    if (spot->fd != AT_FDCWD) {
        LX_SYS(kernel, close, "f", spot->fd);
    }
}

static int
Failed(struct lx_err *err, const char *what, const char *root, const char *path)
{
    return lx_fail(
        err, errno, root != NULL ? "cannot %s %q inside %q" : "cannot %s %q",
        what, path, root);
}

/*
 * A mode that was asked for is meant as it stands, whatever the umask is.
 */
static long
ClearUmask(struct lx_kernel *kernel, unsigned mode)
{
    return mode != LX_MODE_UNSET ? LX_SYS(kernel, umask, "o", 0) : -1;
}

static void
RestoreUmask(struct lx_kernel *kernel, long mask)
{
    int saved = errno;

    if (mask >= 0 && lx_recording(kernel)) {
        LX_SYS(kernel, umask, "p", "what it was");
    } else if (mask >= 0) {
        LX_SYS(kernel, umask, "o", mask);
    }
    errno = saved;
}

static int
MakeDirectory(
    struct lx_kernel *kernel, const char *root, const char *path, unsigned mode,
    struct lx_err *err)
{
    struct spot spot;
    long mask, result;

    if (FindSpot(kernel, root, path, &spot, err) != 0) {
        return -1;
    }
    mask = ClearUmask(kernel, mode);
    result = LX_SYS(
        kernel, mkdirat, "fso", spot.fd, spot.name,
        mode == LX_MODE_UNSET ? 0777 : mode);
    RestoreUmask(kernel, mask);
    if (result != 0) {
        Failed(err, "make directory", root, path);
    }
    LeaveSpot(kernel, &spot);
    return result != 0 ? -1 : 0;
}

/*
 * Does path, up to end, end in a name that something can have?
 */
static bool
HasName(const char *path, size_t end)
{
    size_t start = end;

    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    return end > start && !(path[start] == '.' && end - start == 1)
        && !(path[start] == '.' && path[start + 1] == '.' && end - start == 2);
}

/*
 * Makes each folder above path that is not there. One that is answers EEXIST,
 * on a read-only file system too.
 */
static int
MakeParents(
    struct lx_kernel *kernel, const struct lx_mkdir *dir, struct lx_err *err)
{
    char prefix[PATH_MAX];
    size_t len = strlen(dir->path);

    while (len > 0 && dir->path[len - 1] == '/') {
        len--;
    }
    for (size_t i = 1; i < len && i < sizeof(prefix); i++) {
        if (dir->path[i] != '/' || !HasName(dir->path, i)) {
            continue;
        }
        memcpy(prefix, dir->path, i);
        prefix[i] = '\0';
        if (MakeDirectory(kernel, dir->root, prefix, LX_MODE_UNSET, err) != 0
            && err->errnum != EEXIST) {
            return -1;
        }
    }
    return 0;
}

static bool
IsDirectory(struct lx_kernel *kernel, const char *root, const char *path)
{
    struct lx_err ignored;
    int fd =
        lx_open_beneath(kernel, root, path, O_PATH | O_DIRECTORY, 0, &ignored);

    if (fd >= 0) {
        LX_SYS(kernel, close, "f", fd);
    }
    return fd >= 0;
}

int
lx_mkdir_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_mkdir *dir = args;

    if (dir->parents && MakeParents(kernel, dir, err) != 0) {
        return -1;
    }
    if (MakeDirectory(kernel, dir->root, dir->path, dir->mode, err) == 0
        || (dir->parents && err->errnum == EEXIST
            && IsDirectory(kernel, dir->root, dir->path))) {
        return 0;
    }
    return -1;
}

int
lx_symlink_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_symlink *link = args;
    struct spot spot;
    int result = 0;

    if (FindSpot(kernel, link->root, link->path, &spot, err) != 0) {
        return -1;
    }
    if (LX_SYS(kernel, symlinkat, "sfs", link->target, spot.fd, spot.name)
        != 0) {
        result = Failed(err, "make symbolic link", link->root, link->path);
    }
    LeaveSpot(kernel, &spot);
    return result;
}

static void
HintForDevice(struct lx_err *err)
{
    if (err->errnum != EPERM) {
        return;
    }
    if (lx_in_userns()) {
        lx_hint(
            err,
            "no device can be made in a user namespace: bind the host's "
            "own there instead, as in \"mount bind /dev/null PATH\"");
    } else if (!lx_capable(CAP_MKNOD)) {
        lx_hint(
            err,
            "it takes CAP_MKNOD; the host's own device can be bound "
            "there instead, as in \"mount bind /dev/null PATH\"");
    } else {
        lx_hint(err, "the control group of this process does not allow it");
    }
}

int
lx_device_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_device *device = args;
    unsigned type = device->block ? S_IFBLK : S_IFCHR;
    struct spot spot;
    long mask, result;

    if (FindSpot(kernel, device->root, device->path, &spot, err) != 0) {
        return -1;
    }
    mask = ClearUmask(kernel, device->mode);
    result = LX_SYS(
        kernel, mknodat, "fsMD", spot.fd, spot.name, type | device->mode,
        makedev(device->major, device->minor));
    RestoreUmask(kernel, mask);
    if (result != 0) {
        Failed(err, "make device", device->root, device->path);
        HintForDevice(err);
    }
    LeaveSpot(kernel, &spot);
    return result != 0 ? -1 : 0;
}

static int
NotPlain(const struct lx_write *file, struct lx_err *err)
{
    return lx_refuse(
        err, "FILE", "NOTPLAIN",
        "cannot write %q inside %q: it is there and not a plain file",
        file->path, file->root);
}

/*
 * What an image has at that path may be a device of the host, or a pipe on
 * which one would wait forever: only a plain file is emptied and written.
 */
static int
Claim(
    struct lx_kernel *kernel, int fd, const struct lx_write *file,
    struct lx_err *err)
{
    struct stat st = {.st_mode = S_IFREG};

    if (file->root == NULL) {
        return 0;
    }
    if (!lx_recording(kernel) && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        return NotPlain(file, err);
    }
    if (!file->append && LX_SYS(kernel, ftruncate, "fd", fd, 0) != 0) {
        return Failed(err, "write", file->root, file->path);
    }
    return 0;
}

static int
WriteAll(
    struct lx_kernel *kernel, int fd, const struct lx_write *file,
    struct lx_err *err)
{
    size_t done = 0;

    while (done < file->len) {
        long n = LX_SYS(
            kernel, write, "fSd", fd, file->data + done, file->len - done);

        if (lx_recording(kernel)) {
            break;
        }
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n == 0 ? EIO : errno;
            return Failed(err, "write", file->root, file->path);
        }
        done += (size_t)n;
    }
    return 0;
}

int
lx_write_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_write *file = args;
    int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY
        | (file->append             ? O_APPEND
               : file->root == NULL ? O_TRUNC
                                    : 0)
        | (file->create ? O_CREAT : 0);
    long mask = ClearUmask(kernel, file->mode);
    int result;
    int fd = lx_open_beneath(
        kernel, file->root, file->path, flags,
        file->mode == LX_MODE_UNSET ? 0666 : file->mode, err);

    RestoreUmask(kernel, mask);
    if (fd < 0) {
        /* A pipe that nobody reads, or a socket. */
        return file->root != NULL && err->errnum == ENXIO ? NotPlain(file, err)
                                                          : -1;
    }
    result = Claim(kernel, fd, file, err);
    if (result == 0) {
        result = WriteAll(kernel, fd, file, err);
    }
    LX_SYS(kernel, close, "f", fd);
    return result;
}
