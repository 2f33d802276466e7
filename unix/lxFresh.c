/*
 * lxFresh.c --
 *
 *      What new namespaces need before they are used.
 */

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <linux/sockios.h>

#include "lx.h"

/*
 * The loopback interface of a new net namespace.
 */
int
lx_fresh_net(struct lx_kernel *kernel, struct lx_err *err)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = (int)LX_SYS(
        kernel, socket, "ddd=", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0
        || LX_SYS(kernel, ioctl, "fxp", fd, SIOCSIFFLAGS, &request) != 0) {
        return lx_fail(err, errno, "cannot bring up lo");
    }
    LX_SYS(kernel, close, "f", fd);
    return 0;
}

/*
 * The mounts of a new mnt namespace, all of them: a copy is in the peer groups
 * of what it was copied from.
 */
int
lx_fresh_mnt(
    struct lx_kernel *kernel, enum lx_propagation propagation,
    struct lx_err *err)
{
    static const unsigned long flags[] = {
        [LX_PROPAGATION_PRIVATE] = MS_PRIVATE,
        [LX_PROPAGATION_SLAVE] = MS_SLAVE,
        [LX_PROPAGATION_SHARED] = MS_SHARED};

    if (propagation == LX_PROPAGATION_UNCHANGED
        || LX_SYS(
               kernel, mount, "sssmp", NULL, "/", NULL,
               MS_REC | flags[propagation], NULL)
            == 0) {
        return 0;
    }
    lx_fail(err, errno, "cannot set the propagation of \"/\"");
    if (err->errnum == EINVAL) {
        lx_hint(
            err,
            "\"/\" is not a mount point: this process was put there by "
            "chroot; -propagation unchanged leaves it as it is");
    }
    return -1;
}
