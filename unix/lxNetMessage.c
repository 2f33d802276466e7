/*
 * lxNetMessage.c --
 *
 *      rtnetlink: requests are put together, and answers taken apart.
 *
 *      libmnl puts bytes in their places; it gets a buffer and allocates
 *      nothing.
 */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <string.h>

#include "lx.h"

/* -- Requests ------------------------------------------------------------- */

static struct nlmsghdr *
Header(struct lx_nlrequest *request)
{
    return (struct nlmsghdr *)(void *)request->data;
}

void
lx_nl_begin(
    struct lx_nlrequest *request, unsigned type, unsigned flags,
    const void *family, size_t len)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(request->data);

    header->nlmsg_type = (uint16_t)type;
    header->nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST);
    memcpy(mnl_nlmsg_put_extra_header(header, len), family, len);
    request->full = false;
    request->len = header->nlmsg_len;
}

void
lx_nl_put(
    struct lx_nlrequest *request, unsigned type, const void *data, size_t len)
{
    if (len > UINT16_MAX - MNL_ATTR_HDRLEN
        || !mnl_attr_put_check(
            Header(request), sizeof(request->data), (uint16_t)type, len,
            data)) {
        request->full = true;
    } else {
        /* libmnl leaves what fills up to four bytes as it was. */
        memset(
            request->data + Header(request)->nlmsg_len - (MNL_ALIGN(len) - len),
            0, MNL_ALIGN(len) - len);
    }
    request->len = Header(request)->nlmsg_len;
}

void
lx_nl_text(struct lx_nlrequest *request, unsigned type, const char *text)
{
    lx_nl_put(request, type, text, strlen(text) + 1);
}

void
lx_nl_number(struct lx_nlrequest *request, unsigned type, uint32_t value)
{
    lx_nl_put(request, type, &value, sizeof(value));
}

size_t
lx_nl_slot(struct lx_nlrequest *request, unsigned type)
{
    lx_nl_number(request, type, 0);
    return request->full ? 0 : request->len - sizeof(uint32_t);
}

void
lx_nl_raw(struct lx_nlrequest *request, const void *data, size_t len)
{
    struct nlmsghdr *header = Header(request);
    size_t room = MNL_ALIGN(len);

    if (room > sizeof(request->data) - header->nlmsg_len) {
        request->full = true;
        return;
    }
    memcpy(request->data + header->nlmsg_len, data, len);
    header->nlmsg_len += (uint32_t)room;
    request->len = header->nlmsg_len;
}

size_t
lx_nl_nest(struct lx_nlrequest *request, unsigned type)
{
    size_t at = Header(request)->nlmsg_len;

    lx_nl_put(request, type | NLA_F_NESTED, "", 0);
    return request->full ? 0 : at;
}

void
lx_nl_close(struct lx_nlrequest *request, size_t nest)
{
    if (nest != 0 && !request->full) {
        mnl_attr_nest_end(
            Header(request), (struct nlattr *)(void *)(request->data + nest));
    }
    request->len = Header(request)->nlmsg_len;
}

/* -- Answers -------------------------------------------------------------- */

struct table {
    const struct nlattr **entries;
    size_t count;
};

static int
Enter(const struct nlattr *attribute, void *arg)
{
    const struct table *table = arg;
    uint16_t type = mnl_attr_get_type(attribute);

    if (type < table->count) {
        table->entries[type] = attribute;
    }
    return MNL_CB_OK;
}

/*
 * Not mnl_attr_parse(), which rounds a message's length up.
 */
void
lx_nl_within(
    const void *data, size_t len, const struct nlattr **table, size_t count)
{
    struct table entries = {table, count};

    for (size_t i = 0; i < count; i++) {
        table[i] = NULL;
    }
    mnl_attr_parse_payload(data, len, Enter, &entries);
}

void
lx_nl_attributes(
    const struct nlmsghdr *message, size_t family, const struct nlattr **table,
    size_t count)
{
    size_t skip = MNL_NLMSG_HDRLEN + MNL_ALIGN(family);
    bool more = message->nlmsg_len > skip;

    lx_nl_within(
        (const char *)message + (more ? skip : 0),
        more ? message->nlmsg_len - skip : 0, table, count);
}

void
lx_nl_nested(
    const struct nlattr *nest, const struct nlattr **table, size_t count)
{
    lx_nl_within(
        nest != NULL ? mnl_attr_get_payload(nest) : "",
        nest != NULL ? mnl_attr_get_payload_len(nest) : 0, table, count);
}

const void *
lx_nl_bytes(const struct nlattr *attribute, size_t len)
{
    return attribute != NULL && mnl_attr_get_payload_len(attribute) >= len
        ? mnl_attr_get_payload(attribute)
        : NULL;
}

uint64_t
lx_nl_value(const struct nlattr *attribute, uint64_t def)
{
    uint64_t eight;
    uint32_t four;
    uint16_t two;

    if (attribute == NULL) {
        return def;
    }
    switch (mnl_attr_get_payload_len(attribute)) {
    case 1:
        return *(const uint8_t *)mnl_attr_get_payload(attribute);
    case 2:
        memcpy(&two, mnl_attr_get_payload(attribute), 2);
        return two;
    case 4:
        memcpy(&four, mnl_attr_get_payload(attribute), 4);
        return four;
    case 8:
        memcpy(&eight, mnl_attr_get_payload(attribute), 8);
        return eight;
    default:
        return def;
    }
}

const char *
lx_nl_string(const struct nlattr *attribute, const char *def)
{
    return attribute != NULL
            && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0
        ? mnl_attr_get_str(attribute)
        : def;
}

/*
 * An error, or the acknowledgement, which is the error 0. The kernel's words
 * stand in attributes behind what it repeats of the request: all of it, or
 * (NLM_F_CAPPED) its header.
 */
static void
ReadError(struct lx_nlreader *reader, const struct nlmsghdr *message)
{
    const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
    const struct nlattr *table[NLMSGERR_ATTR_MAX + 1];
    size_t skip = sizeof(*error);

    reader->done = true;
    if (mnl_nlmsg_get_payload_len(message) < sizeof(*error)) {
        reader->errnum = EBADMSG;
        return;
    }
    reader->errnum = error->error < 0 ? -error->error : 0;
    if (!(message->nlmsg_flags & NLM_F_ACK_TLVS)) {
        return;
    }
    if (!(message->nlmsg_flags & NLM_F_CAPPED)
        && error->msg.nlmsg_len > MNL_NLMSG_HDRLEN) {
        skip += MNL_ALIGN(error->msg.nlmsg_len) - MNL_NLMSG_HDRLEN;
    }
    lx_nl_attributes(message, skip, table, NLMSGERR_ATTR_MAX + 1);
    lx_format(
        reader->text, reader->textSize, "%s",
        lx_nl_string(table[NLMSGERR_ATTR_MSG], ""));
}

/*
 * The end of a list, or of what there is of it: then it says why.
 */
static void
ReadDone(struct lx_nlreader *reader, const struct nlmsghdr *message)
{
    int32_t value = 0;

    reader->done = true;
    if (mnl_nlmsg_get_payload_len(message) >= sizeof(value)) {
        memcpy(&value, mnl_nlmsg_get_payload(message), sizeof(value));
    }
    if (value < 0) {
        reader->errnum = -value;
    }
}

/*
 * Not mnl_nlmsg_ok(), to which a length of more than 2^31 is one below zero,
 * and right.
 */
static bool
IsWhole(const struct nlmsghdr *message, size_t left)
{
    return left >= sizeof(*message) && message->nlmsg_len >= sizeof(*message)
        && message->nlmsg_len <= left;
}

void
lx_nl_read(
    struct lx_nlreader *reader, const void *data, size_t len, lx_nl_each *each,
    void *arg)
{
    const struct nlmsghdr *message = data;
    size_t left = len, step = 0;

    for (; !reader->done && IsWhole(message, left);
         message = (const void *)((const char *)message + step)) {
        step = MNL_ALIGN((size_t)message->nlmsg_len);
        step = step < left ? step : left;
        left -= step;
        if (message->nlmsg_seq != reader->sequence) {
            continue; /* the rest of something that was given up */
        }
        reader->again =
            reader->again || (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
        switch (message->nlmsg_type) {
        case NLMSG_ERROR:
            ReadError(reader, message);
            break;
        case NLMSG_DONE:
            ReadDone(reader, message);
            break;
        case NLMSG_NOOP:
            break;
        default:
            if (each != NULL) {
                each(arg, message);
            }
        }
    }
}
