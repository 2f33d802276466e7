/*
 * lxLinkSettle.c --
 *
 *      A link that gets or loses its carrier is only noted: that IPv6 gives
 *      it an address, that a bridge forwards to it, the kernel does later, when
 *      its notes are worked off, which can be a second. To ask for the
 *      state of a cable (ethtool) works off the link's own at once, since
 *      Linux 6.8; before, it does no harm.
 */

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/syscall.h>

#include "lx.h"

/*
 * A link that knows no such question has nothing to settle.
 */
void
lx_link_settle(struct lx_netlink *netlink, const char *name)
{
    struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
    struct ifreq request;
    int saved = errno;

    memset(&request, 0, sizeof(request));
    lx_format(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    request.ifr_data = (char *)&value;
    LX_SYS(netlink->kernel, ioctl, "fIE", netlink->fd, SIOCETHTOOL, &request);
    errno = saved;
}
