/*
 * lxLinkText.c --
 *
 *      Hardware addresses, and the names that iproute2 uses as well.
 */

#include <linux/if.h>
#include <linux/if_arp.h>
#include <string.h>

#include "lx.h"

static int
Digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
lx_mac_parse(
    const char *text, bool group, unsigned char mac[6], struct lx_err *err)
{
    bool good = strlen(text) == 17;

    for (int i = 0; good && i < 6; i++) {
        int high = Digit(text[3 * i]), low = Digit(text[3 * i + 1]);

        good = high >= 0 && low >= 0 && (i == 5 || text[3 * i + 2] == ':');
        mac[i] = (unsigned char)(high * 16 + low);
    }
    if (!good) {
        return lx_refuse(
            err, "NET", "MAC",
            "bad hardware address %q: must be like 02:00:5e:10:00:01", text);
    }
    if (!group && (mac[0] & 1)) {
        return lx_refuse(
            err, "NET", "MAC",
            "bad hardware address %q: the lowest bit of its first byte marks a "
            "group",
            text);
    }
    return 0;
}

char *
lx_mac_text(const void *mac, size_t len, char buf[LX_MAC_TEXT])
{
    const unsigned char *bytes = mac;
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < len && used + 4 < LX_MAC_TEXT; i++) {
        static const char digits[] = "0123456789abcdef";

        used += lx_format(
            buf + used, LX_MAC_TEXT - used, "%s%c%c", i > 0 ? ":" : "",
            digits[bytes[i] >> 4], digits[bytes[i] & 15]);
    }
    return buf;
}

const char *
lx_link_type(unsigned type)
{
    switch (type) {
    case ARPHRD_ETHER:
        return "ether";
    case ARPHRD_LOOPBACK:
        return "loopback";
    case ARPHRD_NONE:
        return "none";
    case ARPHRD_TUNNEL:
        return "ipip";
    case ARPHRD_TUNNEL6:
        return "tunnel6";
    case ARPHRD_SIT:
        return "sit";
    case ARPHRD_IPGRE:
        return "gre";
    case ARPHRD_IP6GRE:
        return "gre6";
    case ARPHRD_PPP:
        return "ppp";
    default:
        return NULL;
    }
}

const char *
lx_link_state(unsigned state)
{
    static const char *const names[] = {
        "unknown", "notpresent", "down", "lowerlayerdown",
        "testing", "dormant",    "up"};

    return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

const char *const lx_link_addrgens[] = {
    "eui64", "none", "stableprivacy", "random", NULL};

const char *
lx_link_addrgen(unsigned mode)
{
    return mode < 4 ? lx_link_addrgens[mode] : NULL;
}

const char *
lx_link_flag(unsigned flags, int n)
{
    static const char *const names[LX_LINK_FLAGS] = {
        "up",         "broadcast", "debug",     "loopback", "pointopoint",
        "notrailers", "running",   "noarp",     "promisc",  "allmulti",
        "master",     "slave",     "multicast", "portsel",  "automedia",
        "dynamic",    "lower_up",  "dormant",   "echo"};

    return n >= 0 && n < LX_LINK_FLAGS && (flags & (1u << n)) ? names[n] : NULL;
}
