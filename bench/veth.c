/*
 * veth.c --
 *
 *      What a pair of links costs at the least: the messages that it takes,
 *      put together by hand, with nothing checked but that they succeed.
 *
 *      veth PID PEERPID
 *
 *      Every line of standard input is a pair, with an end in the net
 *      namespace of each of the two processes, an IPv4 address at each, and
 *      both up. It is answered with the microseconds that this took; then the
 *      pair is removed.
 */

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "messages.h"

/* -- The pair ------------------------------------------------------------- */

static int
SocketIn(int ns)
{
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int fd;

    if (home < 0 || setns(ns, CLONE_NEWNET) != 0) {
        Fail("veth: cannot enter a namespace");
    }
    fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0 || setns(home, CLONE_NEWNET) != 0) {
        Fail("veth: cannot come back");
    }
    close(home);
    return fd;
}

static void
Create(int fd, int peerNs)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    struct message message;
    struct rtattr *info, *data, *peer;

    Begin(
        &message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &family,
        sizeof(family));
    Put(&message, IFLA_IFNAME, "veth0", 6);
    info = Put(&message, IFLA_LINKINFO, NULL, 0);
    Put(&message, IFLA_INFO_KIND, "veth", 5);
    data = Put(&message, IFLA_INFO_DATA, NULL, 0);
    peer = Put(&message, VETH_INFO_PEER, NULL, 0);
    Append(&message, &family, sizeof(family));
    Put(&message, IFLA_IFNAME, "eth0", 5);
    Put(&message, IFLA_NET_NS_FD, &peerNs, sizeof(peerNs));
    Close(&message, peer);
    Close(&message, data);
    Close(&message, info);
    if (Ask(fd, &message) != 0) {
        Fail("veth: cannot create");
    }
}

static void
AddAddress(int fd, const char *name, unsigned char last)
{
    const unsigned char address[4] = {10, 0, 0, last};
    struct ifaddrmsg family = {.ifa_family = AF_INET, .ifa_prefixlen = 24};
    struct message message;
    struct ifreq request;

    memset(&request, 0, sizeof(request));
    strcpy(request.ifr_name, name);
    if (ioctl(fd, SIOCGIFINDEX, &request) != 0) {
        Fail("veth: no link");
    }
    family.ifa_index = (unsigned)request.ifr_ifindex;
    Begin(
        &message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &family,
        sizeof(family));
    Put(&message, IFA_LOCAL, address, 4);
    Put(&message, IFA_ADDRESS, address, 4);
    if (Ask(fd, &message) != 0) {
        Fail("veth: cannot add an address");
    }
}

static void
Change(int fd, int type, const char *name, unsigned flags)
{
    const struct ifinfomsg family = {
        .ifi_family = AF_UNSPEC, .ifi_flags = flags, .ifi_change = flags};
    struct message message;

    Begin(&message, type, 0, &family, sizeof(family));
    Put(&message, IFLA_IFNAME, name, strlen(name) + 1);
    if (Ask(fd, &message) != 0) {
        Fail("veth: cannot change a link");
    }
}

static void
Pair(char **pids)
{
    int ns = OpenNs(pids[0]), peerNs = OpenNs(pids[1]);
    int fd = SocketIn(ns), peer = SocketIn(peerNs);

    Create(fd, peerNs);
    AddAddress(fd, "veth0", 1);
    AddAddress(peer, "eth0", 2);
    Change(fd, RTM_NEWLINK, "veth0", IFF_UP);
    Change(peer, RTM_NEWLINK, "eth0", IFF_UP);
    close(fd);
    close(peer);
    close(ns);
    close(peerNs);
}

static void
Remove(const char *pid)
{
    int ns = OpenNs(pid);
    int fd = SocketIn(ns);

    Change(fd, RTM_DELLINK, "veth0", 0);
    close(fd);
    close(ns);
}

int
main(int argc, char **argv)
{
    char line[16];

    if (argc != 3) {
        fprintf(stderr, "usage: veth PID PEERPID\n");
        return 2;
    }
    while (fgets(line, sizeof(line), stdin) != NULL) {
        double start = Microseconds();

        Pair(argv + 1);
        printf("%.1f\n", Microseconds() - start);
        fflush(stdout);
        Remove(argv[1]);
    }
    return 0;
}
