/*
 * star.c --
 *
 *      What a star of hosts around a switch costs at the least: the system
 *      calls and messages that it takes, put together by hand, with nothing
 *      checked but that they succeed.
 *
 *      star
 *
 *      Lines of standard input are "create N", a star with N hosts, and
 *      "delete". Each is answered with the microseconds that it took.
 *
 *      What is made is what nscg::lab makes of such a topology: a net namespace
 *      for each host and one for the bridge, the same settings, for each host a
 *      pair of links with hardware address, an IPv4 and an IPv6 address, and
 *      both ends up and settled; and all links are deleted as one group.
 */

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
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

#define GROUP 1
#define ETH0 2 /* the number of the first link that a namespace gets */
#define MOST 4096

struct space {
    int ns, socket;
};

static struct space spaces[MOST + 1]; /* the last one is the bridge's */
static int made;

/* -- Messages ------------------------------------------------------------- */

static void
PutNumber(struct message *message, int type, int number)
{
    Put(message, type, &number, sizeof(number));
}

static void
Must(int fd, struct message *message, const char *what)
{
    if (Ask(fd, message) != 0) {
        Fail(what);
    }
}

/* -- Namespaces ----------------------------------------------------------- */

static void
Set(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, value, strlen(value)) < 0) {
        Fail(path);
    }
    close(fd);
}

static void
SetIf(const char *path, const char *value)
{
    if (access(path, F_OK) == 0) {
        Set(path, value);
    }
}

static void
Up(int fd, const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_UP};

    strcpy(request.ifr_name, name);
    if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) {
        Fail("cannot set a link up");
    }
}

static void
Settle(int fd, const char *name)
{
    struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
    struct ifreq request = {.ifr_data = (char *)&value};

    strcpy(request.ifr_name, name);
    if (ioctl(fd, SIOCETHTOOL, &request) != 0) {
        Fail("cannot settle a link");
    }
}

static void
NewSpace(struct space *space, int home)
{
    if (unshare(CLONE_NEWNET) != 0) {
        Fail("cannot make a namespace");
    }
    space->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    space->socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (space->ns < 0 || space->socket < 0) {
        Fail("cannot hold a namespace");
    }
    Up(space->socket, "lo");
    if (home < 0) {
        Set("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
        SetIf("/proc/sys/net/bridge/bridge-nf-call-iptables", "0");
        SetIf("/proc/sys/net/bridge/bridge-nf-call-ip6tables", "0");
        SetIf("/proc/sys/net/bridge/bridge-nf-call-arptables", "0");
        return;
    }
    Set("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
    Set("/proc/sys/net/ipv6/conf/default/keep_addr_on_down", "1");
}

/* -- Links ---------------------------------------------------------------- */

static void
MakeBridge(int fd)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    struct message message;
    struct rtattr *info;

    Begin(
        &message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &family,
        sizeof(family));
    Put(&message, IFLA_IFNAME, "s", 2);
    PutNumber(&message, IFLA_GROUP, GROUP);
    info = Put(&message, IFLA_LINKINFO, NULL, 0);
    Put(&message, IFLA_INFO_KIND, "bridge", 7);
    Close(&message, info);
    Must(fd, &message, "cannot make a bridge");
}

static void
MakePair(int fd, const char *name, int number, int ns)
{
    const unsigned char mac[6] = {
        2, 0, 0, 0, (unsigned char)(number >> 8), (unsigned char)number};
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    struct message message;
    struct rtattr *info, *data, *peer;

    Begin(
        &message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &family,
        sizeof(family));
    Put(&message, IFLA_IFNAME, name, strlen(name) + 1);
    PutNumber(&message, IFLA_GROUP, GROUP);
    PutNumber(&message, IFLA_MASTER, ETH0);
    info = Put(&message, IFLA_LINKINFO, NULL, 0);
    Put(&message, IFLA_INFO_KIND, "veth", 5);
    data = Put(&message, IFLA_INFO_DATA, NULL, 0);
    peer = Put(&message, VETH_INFO_PEER, NULL, 0);
    Append(&message, &family, sizeof(family));
    Put(&message, IFLA_IFNAME, "eth0", 5);
    Put(&message, IFLA_ADDRESS, mac, 6);
    PutNumber(&message, IFLA_GROUP, GROUP);
    PutNumber(&message, IFLA_NET_NS_FD, ns);
    Close(&message, peer);
    Close(&message, data);
    Close(&message, info);
    Must(fd, &message, "cannot make a pair");
}

static void
AddAddress(int fd, int family, const unsigned char *address, int bits)
{
    struct ifaddrmsg head = {
        .ifa_family = (unsigned char)family,
        .ifa_prefixlen = (unsigned char)bits,
        .ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0,
        .ifa_index = ETH0};
    size_t len = family == AF_INET6 ? 16 : 4;
    struct message message;

    Begin(
        &message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof(head));
    Put(&message, IFA_LOCAL, address, len);
    Put(&message, IFA_ADDRESS, address, len);
    Must(fd, &message, "cannot add an address");
}

static void
MakeHost(int number, int bits)
{
    unsigned char four[4] = {
        10, 0, (unsigned char)(number >> 8), (unsigned char)number};
    unsigned char six[16] = {0xfd};
    int fd = spaces[number - 1].socket, hub = spaces[MOST].socket;
    char name[16];

    snprintf(name, sizeof(name), "h%d", number - 1);
    six[14] = four[2];
    six[15] = four[3];
    MakePair(hub, name, number, spaces[number - 1].ns);
    AddAddress(fd, AF_INET, four, bits);
    AddAddress(fd, AF_INET6, six, 64);
    Up(hub, name);
    Up(fd, "eth0");
    Settle(hub, name);
    Settle(fd, "eth0");
}

/* ------------------------------------------------------------------------ */

static void
Create(int hosts)
{
    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    int bits = 24;

    if (home < 0 || hosts < 1 || hosts > MOST) {
        Fail("star");
    }
    while ((1 << (32 - bits)) < hosts + 2) {
        bits--;
    }
    NewSpace(&spaces[MOST], -1);
    for (made = 0; made < hosts; made++) {
        NewSpace(&spaces[made], home);
    }
    if (setns(home, CLONE_NEWNET) != 0) {
        Fail("cannot come home");
    }
    close(home);
    MakeBridge(spaces[MOST].socket);
    for (int number = 1; number <= hosts; number++) {
        MakeHost(number, bits);
    }
    /* Nothing is forwarded before, and all that the others say when they come
     * would go to all that are there. */
    Up(spaces[MOST].socket, "s");
    Settle(spaces[MOST].socket, "s");
}

static void
Let(struct space *space)
{
    close(space->socket);
    close(space->ns);
}

static void
Delete(void)
{
    const struct ifinfomsg family = {.ifi_family = AF_UNSPEC};
    struct message message;

    Begin(&message, RTM_DELLINK, 0, &family, sizeof(family));
    PutNumber(&message, IFLA_GROUP, GROUP);
    Must(spaces[MOST].socket, &message, "cannot delete the links");
    Let(&spaces[MOST]);
    while (made > 0) {
        Let(&spaces[--made]);
    }
}

int
main(void)
{
    char line[32];
    int hosts;

    while (fgets(line, sizeof(line), stdin) != NULL) {
        double start = Microseconds();

        if (sscanf(line, "create %d", &hosts) == 1) {
            Create(hosts);
        } else {
            Delete();
        }
        printf("%.1f\n", Microseconds() - start);
        fflush(stdout);
    }
    return 0;
}
