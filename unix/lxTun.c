/*
 * lxTun.c --
 *
 *      tun and tap links: rtnetlink cannot make them, their device does. They
 *      are persistent: they stay when the device is closed.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "lx.h"

static int
Open(struct lx_kernel *kernel, const struct lx_tun *tun, struct lx_err *err)
{
    int fd = tun->fd;

    if (fd < 0) {
        fd = (int)LX_SYS(
            kernel, openat, "fsO=", AT_FDCWD, LX_TUN_DEVICE,
            O_RDWR | O_CLOEXEC);
    }
    if (fd < 0) {
        lx_fail(err, errno, "cannot open %q", LX_TUN_DEVICE);
        if (err->errnum == ENOENT) {
            lx_hint(
                err,
                "this root has no such device: "
                "{device /dev/net/tun c 10 200 0666} makes it");
        } else if (err->errnum == EACCES) {
            lx_hint(
                err,
                "it takes the right to read and write that file; mode 0666 "
                "gives it to all");
        }
    }
    return fd;
}

/*
 * The kernel says EBUSY of a name that is taken, as of a link that another
 * process has open: for a script it is the same as for any other link.
 */
static int
Set(struct lx_kernel *kernel, int fd, const struct lx_tun *tun)
{
    struct ifreq request;
    int flags = IFF_TUN_EXCL | (tun->tap ? IFF_TAP : IFF_TUN);

    flags |= tun->packetInfo ? 0 : IFF_NO_PI;
    flags |= tun->vnetHeader ? IFF_VNET_HDR : 0;
    flags |= tun->multiQueue ? IFF_MULTI_QUEUE : 0;
    memset(&request, 0, sizeof(request));
    lx_format(request.ifr_name, sizeof(request.ifr_name), "%s", tun->name);
    request.ifr_flags = (short)flags;
    if (LX_SYS(kernel, ioctl, "fIE", fd, TUNSETIFF, &request) != 0) {
        errno = errno == EBUSY ? EEXIST : errno;
        return -1;
    }
    if ((tun->uid != LX_TUN_NOBODY
         && LX_SYS(kernel, ioctl, "fId", fd, TUNSETOWNER, tun->uid) != 0)
        || (tun->gid != LX_TUN_NOBODY
            && LX_SYS(kernel, ioctl, "fId", fd, TUNSETGROUP, tun->gid) != 0)
        || LX_SYS(kernel, ioctl, "fId", fd, TUNSETPERSIST, 1) != 0) {
        return -1;
    }
    return 0;
}

/*
 * The message is completed by the caller.
 */
int
lx_tun_make(
    struct lx_kernel *kernel, const struct lx_tun *tun, struct lx_err *err)
{
    int fd = Open(kernel, tun, err);
    int result;

    if (fd < 0) {
        return -1;
    }
    result = Set(kernel, fd, tun);
    if (result != 0) {
        lx_fail(err, errno, "%s", "");
    }
    if (tun->fd < 0) {
        LX_SYS(kernel, close, "f", fd);
    }
    return result;
}
