/*
 * lxIp.c --
 *
 *      IPv4 and IPv6 addresses, alone and with the length of their network.
 */

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

_Static_assert(LX_INET == AF_INET && LX_INET6 == AF_INET6, "families");

size_t
lx_ip_size(const struct lx_ip *ip)
{
    return ip->family == AF_INET6 ? 16 : 4;
}

void
lx_ip_set(struct lx_ip *ip, int family, const void *bytes)
{
    *ip = (struct lx_ip){.family = family};
    memcpy(ip->bytes, bytes, lx_ip_size(ip));
    ip->bits = (int)lx_ip_size(ip) * 8;
}

bool
lx_ip_any(const struct lx_ip *ip)
{
    static const unsigned char zero[16];

    return memcmp(ip->bytes, zero, lx_ip_size(ip)) == 0;
}

static bool
Parse(const char *text, struct lx_ip *ip)
{
    int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
    unsigned char bytes[16];

    if (inet_pton(family, text, bytes) != 1) {
        return false;
    }
    lx_ip_set(ip, family, bytes);
    return true;
}

int
lx_ip_parse(const char *text, struct lx_ip *ip, struct lx_err *err)
{
    if (Parse(text, ip)) {
        return 0;
    }
    return lx_refuse(
        err, "NET", "ADDRESS",
        "bad address %q: must be like 10.0.0.1 or fd00::1", text);
}

int
lx_cidr_parse(const char *text, struct lx_ip *ip, struct lx_err *err)
{
    const char *slash = strchr(text, '/');
    size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
    char address[LX_IP_TEXT];
    unsigned long bits;

    if (len < sizeof(address)) {
        memcpy(address, text, len);
        address[len] = '\0';
    }
    if (len >= sizeof(address) || !Parse(address, ip)) {
        return lx_refuse(
            err, "NET", "ADDRESS",
            "bad address %q: must be like 10.0.0.1/24 or fd00::1/64", text);
    }
    if (slash == NULL) {
        return 0;
    }
    if (!lx_number(slash + 1, &bits) || bits > (unsigned long)ip->bits) {
        return lx_refuse(
            err, "NET", "ADDRESS",
            "bad address %q: what is behind \"/\" must be a number from 0 to "
            "%d",
            text, ip->bits);
    }
    ip->bits = (int)bits;
    ip->hasBits = true;
    return 0;
}

/*
 * Only the bits of the network remain: true if there were others.
 */
static bool
Mask(struct lx_ip *ip)
{
    bool others = false;

    for (int i = 0; i < (int)lx_ip_size(ip); i++) {
        int bits = ip->bits - 8 * i;
        unsigned char mask = bits >= 8 ? 0xff
            : bits <= 0                ? 0
                                       : (unsigned char)(0xff << (8 - bits));

        others = others || (ip->bytes[i] & ~mask) != 0;
        ip->bytes[i] &= mask;
    }
    return others;
}

int
lx_network_parse(
    const char *text, int family, struct lx_ip *ip, struct lx_err *err)
{
    char right[LX_IP_TEXT];

    if (strcmp(text, "default") == 0) {
        *ip = (struct lx_ip){.family = family == AF_INET6 ? AF_INET6 : AF_INET};
        ip->hasBits = true;
        return 0;
    }
    if (lx_cidr_parse(text, ip, err) != 0) {
        return -1;
    }
    if (Mask(ip)) {
        return lx_refuse(
            err, "NET", "ADDRESS",
            "bad network %q: it has bits beyond its %d; the network is %s",
            text, ip->bits, lx_cidr_text(ip, right));
    }
    return 0;
}

void
lx_ip_put(struct lx_nlrequest *request, unsigned type, const struct lx_ip *ip)
{
    if (ip->family != 0) {
        lx_nl_put(request, type, ip->bytes, lx_ip_size(ip));
    }
}

bool
lx_ip_read(const struct nlattr *attribute, int family, struct lx_ip *ip)
{
    const void *bytes;

    *ip = (struct lx_ip){.family = family};
    bytes = lx_nl_bytes(attribute, lx_ip_size(ip));
    if (bytes == NULL) {
        ip->family = 0;
        return false;
    }
    lx_ip_set(ip, family, bytes);
    return true;
}

char *
lx_ip_text(const struct lx_ip *ip, char buf[LX_IP_TEXT])
{
    if (inet_ntop(ip->family, ip->bytes, buf, LX_IP_TEXT) == NULL) {
        buf[0] = '\0';
    }
    return buf;
}

char *
lx_cidr_text(const struct lx_ip *ip, char buf[LX_IP_TEXT])
{
    size_t len = strlen(lx_ip_text(ip, buf));

    lx_format(buf + len, LX_IP_TEXT - len, "/%d", ip->bits);
    return buf;
}

const char *
lx_family_name(int family)
{
    return family == AF_INET6 ? "inet6" : "inet";
}
