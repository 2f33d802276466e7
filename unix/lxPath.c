/*
 * lxPath.c --
 *
 *      Paths inside a root that is not trusted.
 *
 *      An image may hold a symlink where a folder is expected, and swap one
 *      for the other while we look. Only the kernel can resolve a path there
 *      safely, in one go: openat2(2) takes the folder for the root, so that
 *      neither "/", ".." nor a symlink leads out of it. Where it is missing we
 *      refuse; checks of our own would be a race.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "lx.h"

/* The kernel gives up with EAGAIN when something was renamed meanwhile. */
#define TRIES 128

static int
OpenPlain(
    struct lx_kernel *kernel, const char *path, int flags, unsigned mode,
    struct lx_err *err)
{
    int fd = (int)LX_SYS(
        kernel, openat, "fsOo=", AT_FDCWD, path, flags | O_CLOEXEC, mode);

    return fd >= 0 ? fd : lx_fail(err, errno, "cannot open %q", path);
}

static int
Failed(struct lx_err *err, const char *root, const char *path)
{
    if (errno == ENOSYS) {
        return lx_refuse(
            err, "PATH", "NOOPENAT2",
            "cannot resolve %q inside %q: this kernel has no openat2(2), "
            "which came with Linux 5.6, and without it a symlink could lead "
            "out of there",
            path, root);
    }
    return lx_fail(err, errno, "cannot open %q inside %q", path, root);
}

/*
 * Opens PATH with ROOT taken for "/"; with a null ROOT, as it stands. The
 * mode is that of a file which O_CREAT makes. ROOT itself is the caller's to
 * trust.
 */
int
lx_open_beneath(
    struct lx_kernel *kernel, const char *root, const char *path, int flags,
    unsigned mode, struct lx_err *err)
{
    const struct open_how how = {
        .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    int rootFd, fd = -1;

    if (root == NULL) {
        return OpenPlain(kernel, path, flags, mode, err);
    }
    rootFd = OpenPlain(kernel, root, O_PATH | O_DIRECTORY, 0, err);
    if (rootFd < 0) {
        return -1;
    }
    for (int i = 0; i < TRIES && fd < 0; i++) {
        fd = (int)LX_SYS(
            kernel, openat2, "fsHd=", rootFd, path, &how, sizeof(how));
        if (fd < 0 && errno != EAGAIN) {
            break;
        }
    }
    if (fd < 0) {
        Failed(err, root, path);
    }
    LX_SYS(kernel, close, "f", rootFd);
    return fd;
}

/*
 * Opens the folder that holds, or is to hold, PATH's last name, which is
 * copied to `name`: for mkdirat, symlinkat, mknodat and their kin, none of
 * which follows a symlink there.
 */
int
lx_open_parent(
    struct lx_kernel *kernel, const char *root, const char *path,
    char name[LX_NAME_SIZE], struct lx_err *err)
{
    char folder[PATH_MAX];
    size_t end = strlen(path), start;

    while (end > 0 && path[end - 1] == '/') {
        end--;
    }
    for (start = end; start > 0 && path[start - 1] != '/'; start--) {
    }
    if (end - start >= LX_NAME_SIZE || start >= sizeof(folder)) {
        return lx_fail(err, ENAMETOOLONG, "cannot use %q", path);
    }
    memcpy(name, path + start, end - start);
    name[end - start] = '\0';
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return lx_refuse(
            err, "PATH", "NONAME",
            "the path %q must end with a name of its own", path);
    }
    if (start == 0) {
        return lx_open_beneath(
            kernel, root, root != NULL ? "/" : ".", O_PATH | O_DIRECTORY, 0,
            err);
    }
    memcpy(folder, path, start);
    folder[start] = '\0';
    return lx_open_beneath(kernel, root, folder, O_PATH | O_DIRECTORY, 0, err);
}
