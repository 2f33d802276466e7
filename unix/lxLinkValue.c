/*
 * lxLinkValue.c --
 *
 *      The attributes of lxLinkKind.c to values and back.
 */

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <string.h>

#include "lx.h"

/* -- Reading -------------------------------------------------------------- */

static bool
ReadIp(
    const struct lx_kindattr *attr, const struct nlattr *const *table,
    struct lx_kindvalue *value)
{
    const void *four = lx_nl_bytes(table[attr->type], 4);
    const void *six = lx_nl_bytes(table[attr->type6], 16);
    struct lx_ip ip;
    char text[LX_IP_TEXT];

    if (four == NULL && six == NULL) {
        return false;
    }
    lx_ip_set(
        &ip, four != NULL ? LX_INET : LX_INET6, four != NULL ? four : six);
    if (lx_ip_any(&ip)) {
        return false; /* as if nothing had been said */
    }
    value->form = LX_VALUE_TEXT;
    lx_format(value->text, sizeof(value->text), "%s", lx_ip_text(&ip, text));
    return true;
}

/*
 * struct ifla_bridge_id: a priority, and a hardware address.
 */
static bool
ReadBridgeId(const struct nlattr *attribute, struct lx_kindvalue *value)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes =
        lx_nl_bytes(attribute, sizeof(struct ifla_bridge_id));
    char *at = value->text;

    if (bytes == NULL) {
        return false;
    }
    for (int i = 0; i < 8; i++) {
        if (i == 2) {
            *at++ = '.';
        }
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    *at = '\0';
    value->form = LX_VALUE_TEXT;
    return true;
}

/*
 * A number that has no name is told as it is.
 */
static bool
ReadWord(const struct lx_kindattr *attr, struct lx_kindvalue *value)
{
    const struct lx_word *word = attr->words;

    while (word->name != NULL && word->value != value->number) {
        word++;
    }
    if (word->name != NULL) {
        value->form = LX_VALUE_TEXT;
        lx_format(value->text, sizeof(value->text), "%s", word->name);
    }
    return true;
}

bool
lx_kind_read(
    const struct lx_kindattr *attr, const struct nlattr *const *table,
    struct lx_kindvalue *value)
{
    const struct nlattr *attribute = table[attr->type];

    if (attr->form == LX_FORM_IP) {
        return ReadIp(attr, table, value);
    }
    if (attr->form == LX_FORM_BRIDGEID) {
        return ReadBridgeId(attribute, value);
    }
    value->form = LX_VALUE_NUMBER;
    value->number = lx_nl_value(attribute, UINT64_MAX);
    if (value->number == UINT64_MAX) {
        return false;
    }
    switch (attr->form) {
    case LX_FORM_BOOL:
    case LX_FORM_BOOL32:
        value->form = LX_VALUE_BOOL;
        return true;
    case LX_FORM_PORT:
        value->number = ntohs((uint16_t)value->number);
        return true;
    case LX_FORM_CENTI:
        value->number *= 10;
        return true;
    case LX_FORM_SECONDS:
        value->number *= 1000;
        return true;
    case LX_FORM_PROTOCOL:
        value->number = ntohs((uint16_t)value->number);
        return ReadWord(attr, value);
    case LX_FORM_WORD8:
    case LX_FORM_WORD16:
    case LX_FORM_WORD32:
        return ReadWord(attr, value);
    case LX_FORM_LINK:
        value->form = LX_VALUE_LINK;
        return value->number != 0;
    case LX_FORM_ID:
        return value->number != UINT32_MAX;
    default:
        return true;
    }
}

/* -- Making --------------------------------------------------------------- */

static size_t
PutIp(
    struct lx_nlrequest *request, const struct lx_kindattr *attr,
    const struct lx_ip *ip)
{
    bool four = ip->family == LX_INET;

    lx_nl_put(
        request, four ? attr->type : attr->type6, ip->bytes, four ? 4 : 16);
    return 0;
}

size_t
lx_kind_put(
    struct lx_nlrequest *request, const struct lx_kindattr *attr,
    const struct lx_kindvalue *value)
{
    uint64_t number = value->number;
    const uint32_t four = (uint32_t)number;
    const uint16_t two = (uint16_t)number, swapped = htons(two);
    const uint8_t one = (uint8_t)number;

    switch (attr->form) {
    case LX_FORM_IP:
        return PutIp(request, attr, &value->ip);
    case LX_FORM_LINK:
        return lx_nl_slot(request, attr->type);
    case LX_FORM_BOOL:
    case LX_FORM_NUMBER8:
    case LX_FORM_WORD8:
        lx_nl_put(request, attr->type, &one, sizeof(one));
        break;
    case LX_FORM_NUMBER16:
    case LX_FORM_WORD16:
        lx_nl_put(request, attr->type, &two, sizeof(two));
        break;
    case LX_FORM_PORT:
    case LX_FORM_PROTOCOL:
        lx_nl_put(request, attr->type, &swapped, sizeof(swapped));
        break;
    case LX_FORM_CENTI:
        lx_nl_number(request, attr->type, (uint32_t)((number + 9) / 10));
        break;
    case LX_FORM_SECONDS:
        lx_nl_number(request, attr->type, (uint32_t)((number + 999) / 1000));
        break;
    default:
        lx_nl_put(request, attr->type, &four, sizeof(four));
        break;
    }
    return 0;
}
