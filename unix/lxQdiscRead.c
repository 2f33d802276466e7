/*
 * lxQdiscRead.c --
 *
 *      RTM_NEWQDISC and RTM_NEWTCLASS, taken apart.
 */

#include <libmnl/libmnl.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "lx.h"

#ifndef TCA_STATS_PKT64
#define TCA_STATS_PKT64 8
#endif

/* -- Options -------------------------------------------------------------- */

static int64_t
Signed(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* The rate, or what stands for it where it has no room in 32 bits. */
static int64_t
Rate(const struct tc_ratespec *rate, const struct nlattr *rate64)
{
    return Signed(lx_nl_value(rate64, rate->rate));
}

/* How long the last of what has room waits; -1: it is all sent at once. */
static int64_t
Wait(uint32_t limit, int64_t burst, int64_t rate)
{
    return rate > 0 && limit >= burst
        ? (int64_t)((double)(limit - burst) * 1e9 / (double)rate)
        : -1;
}

static void
ReadTbf(const struct nlattr *options, int64_t *values)
{
    const struct nlattr *table[TCA_TBF_MAX + 1];
    struct tc_tbf_qopt parms;
    const void *data;
    int64_t rate, burst, peak;

    lx_nl_nested(options, table, TCA_TBF_MAX + 1);
    data = lx_nl_bytes(table[TCA_TBF_PARMS], sizeof(parms));
    if (data == NULL) {
        return;
    }
    memcpy(&parms, data, sizeof(parms));
    rate = Rate(&parms.rate, table[TCA_TBF_RATE64]);
    burst = lx_ticks_bytes(parms.buffer, rate);
    peak = Rate(&parms.peakrate, table[TCA_TBF_PRATE64]);
    values[LX_QDISC_RATE] = rate;
    values[LX_QDISC_BURST] = burst;
    values[LX_QDISC_LIMIT] = parms.limit;
    values[LX_QDISC_LATENCY] = Wait(parms.limit, burst, rate);
    if (peak > 0) {
        int64_t mtu = lx_ticks_bytes(parms.mtu, peak);
        int64_t wait = Wait(parms.limit, mtu, peak);

        values[LX_QDISC_PEAKRATE] = peak;
        values[LX_QDISC_MTU] = mtu;
        if (wait > values[LX_QDISC_LATENCY]) {
            values[LX_QDISC_LATENCY] = wait;
        }
    }
}

static void
ReadHtbClass(const struct nlattr *options, int64_t *values)
{
    const struct nlattr *table[TCA_HTB_MAX + 1];
    struct tc_htb_opt parms;
    const void *data;

    lx_nl_nested(options, table, TCA_HTB_MAX + 1);
    data = lx_nl_bytes(table[TCA_HTB_PARMS], sizeof(parms));
    if (data == NULL) {
        return;
    }
    memcpy(&parms, data, sizeof(parms));
    values[LX_QDISC_RATE] = Rate(&parms.rate, table[TCA_HTB_RATE64]);
    values[LX_QDISC_CEIL] = Rate(&parms.ceil, table[TCA_HTB_CEIL64]);
    values[LX_QDISC_BURST] =
        lx_ticks_bytes(parms.buffer, values[LX_QDISC_RATE]);
    values[LX_QDISC_QUANTUM] = parms.quantum;
}

/* -1: there is none of it. */
static int64_t
Share(uint32_t share)
{
    return share > 0 ? (int64_t)share : -1;
}

/* A time that is told in nanoseconds, or else in ticks. */
static int64_t
Time(const struct nlattr *ns, uint32_t ticks)
{
    int64_t time = Signed(lx_nl_value(ns, (uint64_t)ticks * 64));

    return time > 0 ? time : -1;
}

/*
 * Attributes stand behind a struct here; it is left out as the family's header
 * of a message is.
 */
static void
ReadNetem(const struct nlattr *options, int64_t *values)
{
    const struct nlattr *table[TCA_NETEM_MAX + 1] = {NULL}, *attr;
    struct tc_netem_qopt parms;
    struct tc_netem_rate rate;
    const void *bytes = lx_nl_bytes(options, sizeof(parms));

    if (bytes == NULL) {
        return;
    }
    memcpy(&parms, bytes, sizeof(parms));
    mnl_attr_for_each_payload(
        (const void *)((const char *)bytes + sizeof(parms)),
        mnl_attr_get_payload_len(options) - sizeof(parms))
    {
        if (mnl_attr_get_type(attr) <= TCA_NETEM_MAX) {
            table[mnl_attr_get_type(attr)] = attr;
        }
    }
    values[LX_QDISC_LIMIT] = parms.limit;
    values[LX_QDISC_LOSS] = Share(parms.loss);
    values[LX_QDISC_DUPLICATE] = Share(parms.duplicate);
    values[LX_QDISC_DELAY] = Time(table[TCA_NETEM_LATENCY64], parms.latency);
    values[LX_QDISC_JITTER] = Time(table[TCA_NETEM_JITTER64], parms.jitter);
    bytes =
        lx_nl_bytes(table[TCA_NETEM_REORDER], sizeof(struct tc_netem_reorder));
    if (bytes != NULL) {
        values[LX_QDISC_REORDER] =
            Share(((const struct tc_netem_reorder *)bytes)->probability);
    }
    bytes =
        lx_nl_bytes(table[TCA_NETEM_CORRUPT], sizeof(struct tc_netem_corrupt));
    if (bytes != NULL) {
        values[LX_QDISC_CORRUPT] =
            Share(((const struct tc_netem_corrupt *)bytes)->probability);
    }
    bytes = lx_nl_bytes(table[TCA_NETEM_RATE], sizeof(rate));
    if (bytes != NULL) {
        int64_t wide;

        memcpy(&rate, bytes, sizeof(rate));
        wide = Signed(lx_nl_value(table[TCA_NETEM_RATE64], rate.rate));
        values[LX_QDISC_RATE] = wide > 0 ? wide : -1;
    }
}

static void
ReadFqCodel(const struct nlattr *options, int64_t *values)
{
    static const struct {
        enum lx_qdiscvalue value;
        unsigned type;
        int64_t unit;
    } rows[] = {
        {LX_QDISC_LIMIT, TCA_FQ_CODEL_LIMIT, 1},
        {LX_QDISC_FLOWS, TCA_FQ_CODEL_FLOWS, 1},
        {LX_QDISC_QUANTUM, TCA_FQ_CODEL_QUANTUM, 1},
        {LX_QDISC_TARGET, TCA_FQ_CODEL_TARGET, 1000},
        {LX_QDISC_INTERVAL, TCA_FQ_CODEL_INTERVAL, 1000},
        {LX_QDISC_ECN, TCA_FQ_CODEL_ECN, 1},
    };
    const struct nlattr *table[TCA_FQ_CODEL_MAX + 1];

    lx_nl_nested(options, table, TCA_FQ_CODEL_MAX + 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct nlattr *attr = table[rows[i].type];

        if (lx_nl_bytes(attr, sizeof(uint32_t)) != NULL) {
            values[rows[i].value] =
                (int64_t)(uint32_t)lx_nl_value(attr, 0) * rows[i].unit;
        }
    }
}

static void
ReadOptions(
    const struct nlattr *options, enum lx_qdisckind kind, bool isClass,
    int64_t *values)
{
    const void *fifo;
    uint32_t limit;

    if (options == NULL || isClass != (kind == LX_HTB)) {
        return;
    }
    switch (kind) {
    case LX_TBF:
        ReadTbf(options, values);
        break;
    case LX_HTB:
        ReadHtbClass(options, values);
        break;
    case LX_NETEM:
        ReadNetem(options, values);
        break;
    case LX_FQ_CODEL:
        ReadFqCodel(options, values);
        break;
    case LX_BFIFO:
    case LX_PFIFO:
        fifo = lx_nl_bytes(options, sizeof(limit));
        if (fifo != NULL) {
            memcpy(&limit, fifo, sizeof(limit));
            values[LX_QDISC_LIMIT] = limit;
        }
        break;
    default:
        break;
    }
}

/* -- Counts --------------------------------------------------------------- */

const char *
lx_qdisc_count(enum lx_qdisccount count)
{
    static const char *const names[LX_QCOUNTS] = {
        [LX_QCOUNT_BYTES] = "bytes",
        [LX_QCOUNT_PACKETS] = "packets",
        [LX_QCOUNT_DROPS] = "drops",
        [LX_QCOUNT_OVERLIMITS] = "overlimits",
        [LX_QCOUNT_REQUEUES] = "requeues",
        [LX_QCOUNT_BACKLOG] = "backlog",
        [LX_QCOUNT_QUEUED] = "queued",
    };

    return names[count];
}

static void
Count(struct lx_qdiscinfo *info, enum lx_qdisccount count, uint64_t value)
{
    info->counts[count] = value;
    info->counted[count] = true;
}

/*
 * The kernel's struct of bytes and packets ends in four bytes that a compiler
 * adds and the kernel may leave out.
 */
static void
ReadCounts(const struct nlattr *stats, struct lx_qdiscinfo *info)
{
    const struct nlattr *table[TCA_STATS_PKT64 + 1];
    const char *basic, *queue;
    struct gnet_stats_queue counts;
    uint64_t bytes;
    uint32_t packets;

    lx_nl_nested(stats, table, TCA_STATS_PKT64 + 1);
    basic =
        lx_nl_bytes(table[TCA_STATS_BASIC], sizeof(bytes) + sizeof(packets));
    if (basic != NULL) {
        memcpy(&bytes, basic, sizeof(bytes));
        memcpy(&packets, basic + sizeof(bytes), sizeof(packets));
        Count(info, LX_QCOUNT_BYTES, bytes);
        Count(
            info, LX_QCOUNT_PACKETS,
            lx_nl_value(table[TCA_STATS_PKT64], packets));
    }
    queue = lx_nl_bytes(table[TCA_STATS_QUEUE], sizeof(counts));
    if (queue != NULL) {
        memcpy(&counts, queue, sizeof(counts));
        Count(info, LX_QCOUNT_DROPS, counts.drops);
        Count(info, LX_QCOUNT_OVERLIMITS, counts.overlimits);
        Count(info, LX_QCOUNT_REQUEUES, counts.requeues);
        Count(info, LX_QCOUNT_BACKLOG, counts.backlog);
        Count(info, LX_QCOUNT_QUEUED, counts.qlen);
    }
}

/* ------------------------------------------------------------------------ */

static enum lx_qdisckind
Kind(const char *name)
{
    int kind = 0;

    while (kind < LX_QDISCS && strcmp(lx_qdisc_kinds[kind], name) != 0) {
        kind++;
    }
    return (enum lx_qdisckind)kind;
}

bool
lx_qdisc_read(const struct nlmsghdr *message, struct lx_qdiscinfo *info)
{
    const struct nlattr *table[TCA_MAX + 1];
    const struct tcmsg *header = mnl_nlmsg_get_payload(message);

    memset(info, 0, sizeof(*info));
    if ((message->nlmsg_type != RTM_NEWQDISC
         && message->nlmsg_type != RTM_NEWTCLASS)
        || mnl_nlmsg_get_payload_len(message) < sizeof(*header)) {
        return false;
    }
    lx_nl_attributes(message, sizeof(*header), table, TCA_MAX + 1);
    info->kind = lx_nl_string(table[TCA_KIND], NULL);
    if (info->kind == NULL) {
        return false;
    }
    info->index = header->tcm_ifindex;
    info->handle = header->tcm_handle;
    info->parent = header->tcm_parent;
    info->isClass = message->nlmsg_type == RTM_NEWTCLASS;
    info->qdisc.kind = Kind(info->kind);
    for (int i = 0; i < LX_QDISC_VALUES; i++) {
        info->qdisc.values[i] = -1;
    }
    ReadOptions(
        table[TCA_OPTIONS], info->qdisc.kind, info->isClass,
        info->qdisc.values);
    ReadCounts(table[TCA_STATS2], info);
    return true;
}

char *
lx_qdisc_handle(uint32_t handle, char buf[LX_QDISC_TEXT])
{
    unsigned long major = handle >> 16, minor = handle & 0xffff;
    size_t len;

    switch (handle) {
    case TC_H_ROOT:
        lx_format(buf, LX_QDISC_TEXT, "root");
        return buf;
    case TC_H_INGRESS:
        lx_format(buf, LX_QDISC_TEXT, "ingress");
        return buf;
    default:
        len = lx_format(buf, LX_QDISC_TEXT, "%x:", major);
        if (minor != 0) {
            lx_format(buf + len, LX_QDISC_TEXT - len, "%x", minor);
        }
        return buf;
    }
}
