/*
 * lxInit.c --
 *
 *      The init program as a descriptor that can be executed.
 *
 *      It is part of this library and runs from a sealed copy in memory: it
 *      needs no path in the container's root, and what is in the container
 *      cannot reach, through /proc/1/exe, a file of the host's to write to
 *      (CVE-2019-5736).
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lx.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10 /* Linux 6.3 */
#endif

extern const char lx_init_image[], lx_init_image_end[];

static int
Fill(int fd)
{
    const char *from = lx_init_image;

    while (from < lx_init_image_end) {
        ssize_t n = write(fd, from, (size_t)(lx_init_image_end - from));

        if (n < 0) {
            return -1;
        }
        from += n;
    }
    return fcntl(
        fd, F_ADD_SEALS,
        F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

int
lx_init_open(struct lx_err *err)
{
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = memfd_create("nscg-init", flags | MFD_EXEC);

    if (fd < 0 && errno == EINVAL) {
        fd = memfd_create("nscg-init", flags);
    }
    fd = lx_fd_high(fd);
    if (fd < 0 || Fill(fd) != 0) {
        lx_fail(err, errno, "cannot make a copy of nscg-init in memory");
        lx_fd_close(&fd);
        return -1;
    }
    return fd;
}
