/*
 * lxRouteText.c --
 *
 *      Numbers that have names, as iproute2 has them.
 */

#include <linux/rtnetlink.h>
#include <string.h>

#include "lx.h"

static const struct lx_word scopes[] = {
    {"global", RT_SCOPE_UNIVERSE}, {"site", RT_SCOPE_SITE},
    {"link", RT_SCOPE_LINK},       {"host", RT_SCOPE_HOST},
    {"nowhere", RT_SCOPE_NOWHERE}, {NULL, 0},
};

static const struct lx_word tables[] = {
    {"main", RT_TABLE_MAIN},
    {"local", RT_TABLE_LOCAL},
    {"default", RT_TABLE_DEFAULT},
    {NULL, 0},
};

static const struct lx_word protocols[] = {
    {"unspec", RTPROT_UNSPEC}, {"redirect", RTPROT_REDIRECT},
    {"kernel", RTPROT_KERNEL}, {"boot", RTPROT_BOOT},
    {"static", RTPROT_STATIC}, {"ra", RTPROT_RA},
    {"dhcp", RTPROT_DHCP},     {"zebra", RTPROT_ZEBRA},
    {"bird", RTPROT_BIRD},     {"bgp", RTPROT_BGP},
    {"isis", RTPROT_ISIS},     {"ospf", RTPROT_OSPF},
    {"rip", RTPROT_RIP},       {NULL, 0},
};

static const struct lx_word types[] = {
    {"unicast", RTN_UNICAST},
    {"local", RTN_LOCAL},
    {"broadcast", RTN_BROADCAST},
    {"anycast", RTN_ANYCAST},
    {"multicast", RTN_MULTICAST},
    {"blackhole", RTN_BLACKHOLE},
    {"unreachable", RTN_UNREACHABLE},
    {"prohibit", RTN_PROHIBIT},
    {"throw", RTN_THROW},
    {NULL, 0},
};

static const struct {
    const struct lx_word *words;
    uint32_t max;
} lists[] = {
    [LX_WORDS_SCOPE] = {scopes, UINT8_MAX},
    [LX_WORDS_TABLE] = {tables, UINT32_MAX},
    [LX_WORDS_PROTOCOL] = {protocols, UINT8_MAX},
    [LX_WORDS_TYPE] = {types, 0}, /* only by name */
};

const char *
lx_word_text(enum lx_words words, uint32_t value, char buf[LX_WORD_TEXT])
{
    for (const struct lx_word *word = lists[words].words; word->name != NULL;
         word++) {
        if (word->value == value) {
            return word->name;
        }
    }
    lx_format(buf, LX_WORD_TEXT, "%u", value);
    return buf;
}

bool
lx_word_find(enum lx_words words, const char *text, uint32_t *value)
{
    unsigned long number;

    for (const struct lx_word *word = lists[words].words; word->name != NULL;
         word++) {
        if (strcmp(word->name, text) == 0) {
            *value = word->value;
            return true;
        }
    }
    if (!lx_number(text, &number) || number > lists[words].max) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

void
lx_word_names(enum lx_words words, char *buf, size_t size)
{
    size_t len = 0;

    for (const struct lx_word *word = lists[words].words; word->name != NULL;
         word++) {
        len =
            lx_append(buf, size, len, "%s%s", len > 0 ? ", " : "", word->name);
    }
    if (lists[words].max > 0) {
        lx_append(buf, size, len, ", or a number up to %u", lists[words].max);
    }
}

const char *
lx_route_flag(unsigned flags, int n)
{
    static const char *const names[LX_ROUTE_FLAGS] = {
        "dead",     "pervasive",  "onlink", "offload",
        "linkdown", "unresolved", "trap"};

    return flags & (1u << n) ? names[n] : NULL;
}
