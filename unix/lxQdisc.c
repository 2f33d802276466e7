/*
 * lxQdisc.c --
 *
 *      RTM_NEWQDISC and its kin, made. Always a link's root: what else a
 *      qdisc may hang on is for tc(8).
 */

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lx.h"

/* Below those that the kernel gives. */
#define HANDLE 0x7fff0000u
#define OTHER_HANDLE 0x7ffe0000u
/* The one class of htb: of the root, which is not said. */
#define HTB_CLASS 1u

_Static_assert(
    offsetof(struct tcmsg, tcm_ifindex) + sizeof(struct nlmsghdr)
        == LX_QDISC_INDEX,
    "where the number of the link is");

static uint32_t
Less(int64_t value)
{
    return value > UINT32_MAX ? UINT32_MAX : value < 0 ? 0 : (uint32_t)value;
}

static int64_t
Value(const struct lx_qdisc *qdisc, enum lx_qdiscvalue value)
{
    return qdisc->values[value] >= 0 ? qdisc->values[value] : 0;
}

/* -- What was not said ---------------------------------------------------- */

#define BURST_MIN 10000  /* bytes: more than a large Ethernet frame */
#define PEAK_BURST 2000  /* more than an ordinary one */
#define LATENCY 50000000 /* ns that tbf lets something wait */

static int64_t
Default(struct lx_qdisc *qdisc, enum lx_qdiscvalue value, int64_t def)
{
    if (qdisc->values[value] < 0) {
        qdisc->values[value] = def;
    }
    return qdisc->values[value];
}

/* What passes at a rate in that time. */
static int64_t
Passes(int64_t rate, int64_t ns)
{
    double bytes = (double)rate * (double)ns / 1e9;

    return bytes < INT32_MAX ? (int64_t)bytes : INT32_MAX;
}

static int64_t
Burst(struct lx_qdisc *qdisc, int64_t rate)
{
    int64_t some = Passes(rate, 10000000); /* in 10 ms */

    return Default(qdisc, LX_QDISC_BURST, some > BURST_MIN ? some : BURST_MIN);
}

static void
CompleteTbf(struct lx_qdisc *qdisc)
{
    int64_t rate = Value(qdisc, LX_QDISC_RATE);
    int64_t peak = qdisc->values[LX_QDISC_PEAKRATE];
    int64_t burst = Burst(qdisc, rate), latency, limit, other;

    if (peak >= 0) {
        Default(qdisc, LX_QDISC_MTU, PEAK_BURST);
    }
    if (qdisc->values[LX_QDISC_LIMIT] >= 0) {
        return;
    }
    latency = Default(qdisc, LX_QDISC_LATENCY, LATENCY);
    limit = Passes(rate, latency) + burst;
    if (peak >= 0) {
        other = Passes(peak, latency) + Value(qdisc, LX_QDISC_MTU);
        limit = other < limit ? other : limit;
    }
    qdisc->values[LX_QDISC_LIMIT] = limit;
}

static void
CompleteHtb(struct lx_qdisc *qdisc)
{
    int64_t rate = Value(qdisc, LX_QDISC_RATE);
    int64_t quantum = rate / 10;

    Burst(qdisc, Default(qdisc, LX_QDISC_CEIL, rate));
    /* What the kernel would take, without a warning in its log. */
    quantum = quantum < 1600 ? 1600 : quantum > 60000 ? 60000 : quantum;
    Default(qdisc, LX_QDISC_QUANTUM, quantum);
}

void
lx_qdisc_complete(struct lx_qdisc *qdisc)
{
    switch (qdisc->kind) {
    case LX_TBF:
        CompleteTbf(qdisc);
        break;
    case LX_HTB:
        CompleteHtb(qdisc);
        break;
    case LX_NETEM:
        Default(qdisc, LX_QDISC_LIMIT, 1000);
        break;
    default:
        break;
    }
}

/* -- Options -------------------------------------------------------------- */

/*
 * A link layer that is told, so that the kernel wants no table of times to
 * guess it from. What has no room in 32 bits is said in 64 as well.
 */
static struct tc_ratespec
Rate(int64_t rate)
{
    return (struct tc_ratespec){
        .linklayer = TC_LINKLAYER_ETHERNET, .rate = Less(rate)};
}

static void
PutRate64(struct lx_nlrequest *request, unsigned type, int64_t rate)
{
    if (rate > UINT32_MAX) {
        lx_nl_put(request, type, &rate, sizeof(rate));
    }
}

static void
PutTbf(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    int64_t rate = Value(qdisc, LX_QDISC_RATE);
    int64_t peak = Value(qdisc, LX_QDISC_PEAKRATE);
    uint32_t burst = Less(Value(qdisc, LX_QDISC_BURST));
    uint32_t mtu = Less(Value(qdisc, LX_QDISC_MTU));
    struct tc_tbf_qopt parms = {
        .rate = Rate(rate),
        .limit = Less(Value(qdisc, LX_QDISC_LIMIT)),
        .buffer = lx_ticks_of(burst, rate)};

    if (peak > 0) {
        parms.peakrate = Rate(peak);
        parms.mtu = lx_ticks_of(mtu, peak);
    }
    lx_nl_put(request, TCA_TBF_PARMS, &parms, sizeof(parms));
    lx_nl_number(request, TCA_TBF_BURST, burst);
    PutRate64(request, TCA_TBF_RATE64, rate);
    if (peak > 0) {
        lx_nl_number(request, TCA_TBF_PBURST, mtu);
        PutRate64(request, TCA_TBF_PRATE64, peak);
    }
}

/*
 * What is in no class is in the one that there is.
 */
static void
PutHtb(struct lx_nlrequest *request)
{
    const struct tc_htb_glob init = {
        .version = 3, .rate2quantum = 10, .defcls = HTB_CLASS};

    lx_nl_put(request, TCA_HTB_INIT, &init, sizeof(init));
}

static void
PutHtbClass(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    int64_t rate = Value(qdisc, LX_QDISC_RATE);
    int64_t ceiling = Value(qdisc, LX_QDISC_CEIL);
    int64_t burst = Value(qdisc, LX_QDISC_BURST);
    const struct tc_htb_opt parms = {
        .rate = Rate(rate),
        .ceil = Rate(ceiling),
        .buffer = lx_ticks_of(burst, rate),
        .cbuffer = lx_ticks_of(burst, ceiling),
        .quantum = Less(Value(qdisc, LX_QDISC_QUANTUM))};

    lx_nl_put(request, TCA_HTB_PARMS, &parms, sizeof(parms));
    PutRate64(request, TCA_HTB_RATE64, rate);
    PutRate64(request, TCA_HTB_CEIL64, ceiling);
}

/*
 * All that there is, also what is 0: of a netem that is there already the rest
 * would stay as it is.
 */
static void
PutNetem(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    int64_t rate = Value(qdisc, LX_QDISC_RATE);
    int64_t delay = Value(qdisc, LX_QDISC_DELAY);
    int64_t jitter = Value(qdisc, LX_QDISC_JITTER);
    uint32_t reorder = Less(Value(qdisc, LX_QDISC_REORDER));
    const struct tc_netem_qopt options = {
        .latency = Less(delay / 64),
        .limit = Less(Value(qdisc, LX_QDISC_LIMIT)),
        .loss = Less(Value(qdisc, LX_QDISC_LOSS)),
        .gap = reorder > 0,
        .duplicate = Less(Value(qdisc, LX_QDISC_DUPLICATE)),
        .jitter = Less(jitter / 64)};
    const struct tc_netem_corr correlation = {.delay_corr = 0};
    const struct tc_netem_reorder order = {.probability = reorder};
    const struct tc_netem_corrupt corrupt = {
        .probability = Less(Value(qdisc, LX_QDISC_CORRUPT))};
    const struct tc_netem_rate speed = {.rate = Less(rate)};
    const struct tc_netem_slot slot = {.min_delay = 0};

    lx_nl_raw(request, &options, sizeof(options));
    lx_nl_put(request, TCA_NETEM_CORR, &correlation, sizeof(correlation));
    lx_nl_put(request, TCA_NETEM_REORDER, &order, sizeof(order));
    lx_nl_put(request, TCA_NETEM_CORRUPT, &corrupt, sizeof(corrupt));
    PutRate64(request, TCA_NETEM_RATE64, rate);
    lx_nl_put(request, TCA_NETEM_RATE, &speed, sizeof(speed));
    lx_nl_put(request, TCA_NETEM_LATENCY64, &delay, sizeof(delay));
    lx_nl_put(request, TCA_NETEM_JITTER64, &jitter, sizeof(jitter));
    lx_nl_put(request, TCA_NETEM_SLOT, &slot, sizeof(slot));
}

/*
 * To the kernel a microsecond is one of 1024 ns, and the rest is left out: with
 * one more, what was set is what it tells.
 */
static uint32_t
Microseconds(int64_t ns)
{
    int64_t units = (ns + 1023) / 1024;

    return Less((units * 1024 + 999) / 1000);
}

static void
PutFqCodel(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    static const struct {
        enum lx_qdiscvalue value;
        unsigned type;
        bool time;
    } rows[] = {
        {LX_QDISC_LIMIT, TCA_FQ_CODEL_LIMIT, false},
        {LX_QDISC_FLOWS, TCA_FQ_CODEL_FLOWS, false},
        {LX_QDISC_QUANTUM, TCA_FQ_CODEL_QUANTUM, false},
        {LX_QDISC_TARGET, TCA_FQ_CODEL_TARGET, true},
        {LX_QDISC_INTERVAL, TCA_FQ_CODEL_INTERVAL, true},
        {LX_QDISC_ECN, TCA_FQ_CODEL_ECN, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t value = qdisc->values[rows[i].value];

        if (value >= 0) {
            lx_nl_number(
                request, rows[i].type,
                rows[i].time ? Microseconds(value) : Less(value));
        }
    }
}

static void
PutFifo(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    const struct tc_fifo_qopt options = {
        .limit = Less(qdisc->values[LX_QDISC_LIMIT])};

    if (qdisc->values[LX_QDISC_LIMIT] >= 0) {
        lx_nl_put(request, TCA_OPTIONS, &options, sizeof(options));
    }
}

static void
PutOptions(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    size_t nest;

    if (qdisc->kind == LX_NOQUEUE) {
        return;
    }
    if (qdisc->kind == LX_BFIFO || qdisc->kind == LX_PFIFO) {
        PutFifo(request, qdisc);
        return;
    }
    nest = lx_nl_nest(request, TCA_OPTIONS);
    switch (qdisc->kind) {
    case LX_TBF:
        PutTbf(request, qdisc);
        break;
    case LX_HTB:
        PutHtb(request);
        break;
    case LX_NETEM:
        PutNetem(request, qdisc);
        break;
    default:
        PutFqCodel(request, qdisc);
        break;
    }
    lx_nl_close(request, nest);
}

/* -- Requests ------------------------------------------------------------- */

bool
lx_qdisc_changed(const struct lx_qdisc *qdisc)
{
    return qdisc->kind == LX_TBF || qdisc->kind == LX_NETEM;
}

/*
 * What is there is replaced if it is of another kind, or has another number;
 * else it is changed where it stands, and keeps what is in its queue. That is
 * for kinds of which all is said: the others have a number, and must be new.
 */
void
lx_qdisc_set(
    struct lx_nlrequest *request, const struct lx_qdisc *qdisc, bool other)
{
    bool changed = lx_qdisc_changed(qdisc);
    const struct tcmsg header = {
        .tcm_family = AF_UNSPEC,
        .tcm_parent = TC_H_ROOT,
        .tcm_handle = changed ? 0
            : other           ? OTHER_HANDLE
                              : HANDLE};

    lx_nl_begin(
        request, RTM_NEWQDISC,
        NLM_F_CREATE | NLM_F_REPLACE | (changed ? 0 : NLM_F_EXCL), &header,
        sizeof(header));
    lx_nl_text(request, TCA_KIND, lx_qdisc_kinds[qdisc->kind]);
    PutOptions(request, qdisc);
}

void
lx_qdisc_class(struct lx_nlrequest *request, const struct lx_qdisc *qdisc)
{
    const struct tcmsg header = {
        .tcm_family = AF_UNSPEC,
        .tcm_parent = TC_H_ROOT,
        .tcm_handle = HTB_CLASS};
    size_t nest;

    lx_nl_begin(
        request, RTM_NEWTCLASS, NLM_F_CREATE | NLM_F_EXCL, &header,
        sizeof(header));
    lx_nl_text(request, TCA_KIND, lx_qdisc_kinds[LX_HTB]);
    nest = lx_nl_nest(request, TCA_OPTIONS);
    PutHtbClass(request, qdisc);
    lx_nl_close(request, nest);
}

void
lx_qdisc_remove(struct lx_nlrequest *request)
{
    const struct tcmsg header = {
        .tcm_family = AF_UNSPEC, .tcm_parent = TC_H_ROOT};

    lx_nl_begin(request, RTM_DELQDISC, 0, &header, sizeof(header));
}

void
lx_qdisc_ask(struct lx_nlrequest *request)
{
    const struct tcmsg header = {.tcm_family = AF_UNSPEC};

    lx_nl_begin(request, RTM_GETQDISC, NLM_F_DUMP, &header, sizeof(header));
}

void
lx_qdisc_ask_classes(struct lx_nlrequest *request, int index)
{
    const struct tcmsg header = {.tcm_family = AF_UNSPEC, .tcm_ifindex = index};

    lx_nl_begin(request, RTM_GETTCLASS, NLM_F_DUMP, &header, sizeof(header));
}
