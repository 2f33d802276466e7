/*
 * lxLock.c --
 *
 *      A file or folder as the lock of whoever agrees on it.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "lx.h"

/*
 * The kernel's own waiting has no end that could be set, so it is asked again
 * and again, ever less often.
 */
static int
Wait(int fd, int timeoutMs)
{
    struct lx_wait wait = lx_wait_begin(timeoutMs);

    for (;;) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return 0;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return -1;
        }
        if (!lx_wait_nap(&wait)) {
            errno = EWOULDBLOCK;
            return -1;
        }
    }
}

/*
 * Returns a descriptor, for lx_unlock().
 */
int
lx_lock(const char *path, int timeoutMs, struct lx_err *err)
{
    LX_AUTOCLOSE int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int held;

    if (fd < 0) {
        return lx_fail(err, errno, "cannot lock %q", path);
    }
    if (Wait(fd, timeoutMs) != 0) {
        if (errno == EWOULDBLOCK) {
            return lx_refuse(
                err, "FILES", "LOCKED",
                "cannot lock %q: another has had it locked for %d ms", path,
                timeoutMs);
        }
        return lx_fail(err, errno, "cannot lock %q", path);
    }
    held = lx_fd_high(fd);
    fd = -1;
    return held < 0 ? lx_fail(err, errno, "cannot lock %q", path) : held;
}

/*
 * Closing it would do, were there no copy of this process (fork) that has it
 * as well.
 */
void
lx_unlock(int *fd)
{
    flock(*fd, LOCK_UN);
    lx_fd_close(fd);
}
