/*
 * lxQdiscKind.c --
 *
 *      Which values each kind of queueing discipline has, and what they are.
 */

#include "lx.h"

const char *const lx_qdisc_kinds[] = {
    [LX_BFIFO] = "bfifo", [LX_FQ_CODEL] = "fq_codel", [LX_HTB] = "htb",
    [LX_NETEM] = "netem", [LX_NOQUEUE] = "noqueue",   [LX_PFIFO] = "pfifo",
    [LX_TBF] = "tbf",     [LX_QDISCS] = NULL};

#define OF(kind) (1u << (kind))

static const struct {
    const char *key;
    enum lx_qdiscform form;
    unsigned kinds;
} values[LX_QDISC_VALUES] = {
    [LX_QDISC_BURST] = {"burst", LX_QFORM_BYTES, OF(LX_TBF) | OF(LX_HTB)},
    [LX_QDISC_CEIL] = {"ceil", LX_QFORM_RATE, OF(LX_HTB)},
    [LX_QDISC_CORRUPT] = {"corrupt", LX_QFORM_SHARE, OF(LX_NETEM)},
    [LX_QDISC_DELAY] = {"delay", LX_QFORM_MS, OF(LX_NETEM)},
    [LX_QDISC_DUPLICATE] = {"duplicate", LX_QFORM_SHARE, OF(LX_NETEM)},
    [LX_QDISC_ECN] = {"ecn", LX_QFORM_BOOL, OF(LX_FQ_CODEL)},
    [LX_QDISC_FLOWS] = {"flows", LX_QFORM_NUMBER, OF(LX_FQ_CODEL)},
    [LX_QDISC_INTERVAL] = {"interval", LX_QFORM_MS, OF(LX_FQ_CODEL)},
    [LX_QDISC_JITTER] = {"jitter", LX_QFORM_MS, OF(LX_NETEM)},
    [LX_QDISC_LATENCY] = {"latency", LX_QFORM_MS, OF(LX_TBF)},
    [LX_QDISC_LIMIT] =
        {"limit", LX_QFORM_NUMBER,
         OF(LX_TBF) | OF(LX_BFIFO) | OF(LX_PFIFO) | OF(LX_NETEM)
             | OF(LX_FQ_CODEL)},
    [LX_QDISC_LOSS] = {"loss", LX_QFORM_SHARE, OF(LX_NETEM)},
    [LX_QDISC_MTU] = {"mtu", LX_QFORM_BYTES, OF(LX_TBF)},
    [LX_QDISC_PEAKRATE] = {"peakrate", LX_QFORM_RATE, OF(LX_TBF)},
    [LX_QDISC_QUANTUM] =
        {"quantum", LX_QFORM_BYTES, OF(LX_FQ_CODEL) | OF(LX_HTB)},
    [LX_QDISC_RATE] =
        {"rate", LX_QFORM_RATE, OF(LX_TBF) | OF(LX_HTB) | OF(LX_NETEM)},
    [LX_QDISC_REORDER] = {"reorder", LX_QFORM_SHARE, OF(LX_NETEM)},
    [LX_QDISC_TARGET] = {"target", LX_QFORM_MS, OF(LX_FQ_CODEL)},
};

const char *
lx_qdisc_key(enum lx_qdiscvalue value)
{
    return values[value].key;
}

enum lx_qdiscform
lx_qdisc_form(enum lx_qdisckind kind, enum lx_qdiscvalue value)
{
    if (kind == LX_QDISCS || !(values[value].kinds & OF(kind))) {
        return LX_QFORM_NONE;
    }
    if (value == LX_QDISC_LIMIT && (kind == LX_TBF || kind == LX_BFIFO)) {
        return LX_QFORM_BYTES;
    }
    return values[value].form;
}
