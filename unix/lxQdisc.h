/*
 * lxQdisc.h --
 *
 *      Queueing disciplines: how a link queues what it sends. A part of lx.h.
 */

#ifndef LX_QDISC_H
#define LX_QDISC_H

#include "lxNetlink.h"

/* ------------------------------------------------------------------------
 * lxQdiscText.c: numbers and their units. false: no such number.
 */

#define LX_RATE_MAX 125000000000000 /* bytes per second: 1000 tbit */
#define LX_NS_MAX 3600000000000     /* one hour */

/* As tc writes it: 10mbit, 1.5gbit, 800000; bytes per second. */
bool lx_rate_parse(const char *text, int64_t *rate);
/* Milliseconds, such as 20 or 0.5; in nanoseconds. */
bool lx_ms_parse(const char *text, int64_t *ns);
/* 0 to 100, with or without "%"; UINT32_MAX is all. */
bool lx_percent_parse(const char *text, int64_t *share);
double lx_percent(int64_t share);

/* The kernel keeps a bucket's size as the time in which it is filled, in ticks
 * of 64 ns. */
uint32_t lx_ticks_of(int64_t bytes, int64_t rate);
int64_t lx_ticks_bytes(uint32_t ticks, int64_t rate);

/* ------------------------------------------------------------------------
 * lxQdiscKind.c: what each kind of them has.
 */

enum lx_qdisckind {
    LX_BFIFO,
    LX_FQ_CODEL,
    LX_HTB,
    LX_NETEM,
    LX_NOQUEUE,
    LX_PFIFO,
    LX_TBF,
    LX_QDISCS /* another */
};

enum lx_qdiscvalue {
    LX_QDISC_BURST,
    LX_QDISC_CEIL,
    LX_QDISC_CORRUPT,
    LX_QDISC_DELAY,
    LX_QDISC_DUPLICATE,
    LX_QDISC_ECN,
    LX_QDISC_FLOWS,
    LX_QDISC_INTERVAL,
    LX_QDISC_JITTER,
    LX_QDISC_LATENCY,
    LX_QDISC_LIMIT,
    LX_QDISC_LOSS,
    LX_QDISC_MTU,
    LX_QDISC_PEAKRATE,
    LX_QDISC_QUANTUM,
    LX_QDISC_RATE,
    LX_QDISC_REORDER,
    LX_QDISC_TARGET,
    LX_QDISC_VALUES
};

enum lx_qdiscform {
    LX_QFORM_NONE, /* this kind has no such value */
    LX_QFORM_RATE, /* bytes per second <-> bits per second */
    LX_QFORM_BYTES,
    LX_QFORM_NUMBER,
    LX_QFORM_MS,    /* ns <-> ms */
    LX_QFORM_SHARE, /* of UINT32_MAX <-> percent */
    LX_QFORM_BOOL
};

extern const char *const lx_qdisc_kinds[]; /* by enum lx_qdisckind */
const char *lx_qdisc_key(enum lx_qdiscvalue value);
enum lx_qdiscform
lx_qdisc_form(enum lx_qdisckind kind, enum lx_qdiscvalue value);

/* ------------------------------------------------------------------------
 * lxQdisc.c: requests.
 */

struct lx_qdisc {
    enum lx_qdisckind kind;
    int64_t values[LX_QDISC_VALUES]; /* -1: not set */
};

/* The link's number goes to LX_QDISC_INDEX. */
#define LX_QDISC_INDEX 20
/* What was not said is given a value. */
void lx_qdisc_complete(struct lx_qdisc *qdisc);
/* One that is there of that kind is changed, and not replaced. */
bool lx_qdisc_changed(const struct lx_qdisc *qdisc);
/* other: with its other number, for where one has the first. */
void lx_qdisc_set(
    struct lx_nlrequest *request, const struct lx_qdisc *qdisc, bool other);
/* The one class of htb, after the same of its qdisc. */
void lx_qdisc_class(struct lx_nlrequest *request, const struct lx_qdisc *qdisc);
void lx_qdisc_remove(struct lx_nlrequest *request);
void lx_qdisc_ask(struct lx_nlrequest *request);
void lx_qdisc_ask_classes(struct lx_nlrequest *request, int index);

/* ------------------------------------------------------------------------
 * lxQdiscRead.c: one, or a class of one, as the kernel tells of it.
 */

enum lx_qdisccount {
    LX_QCOUNT_BYTES,
    LX_QCOUNT_PACKETS,
    LX_QCOUNT_DROPS,
    LX_QCOUNT_OVERLIMITS,
    LX_QCOUNT_REQUEUES,
    LX_QCOUNT_BACKLOG,
    LX_QCOUNT_QUEUED,
    LX_QCOUNTS
};

struct lx_qdiscinfo {
    struct lx_qdisc qdisc;
    const char *kind; /* its name, in the message */
    int index;        /* of its link */
    uint32_t handle, parent;
    bool isClass;
    bool counted[LX_QCOUNTS];
    uint64_t counts[LX_QCOUNTS];
};

/* false: neither, or mutilated. */
bool lx_qdisc_read(const struct nlmsghdr *message, struct lx_qdiscinfo *info);
const char *lx_qdisc_count(enum lx_qdisccount count); /* its name */
/* As tc writes it: 8001:, 1:1, root, ingress. */
#define LX_QDISC_TEXT 16
char *lx_qdisc_handle(uint32_t handle, char buf[LX_QDISC_TEXT]);

#endif /* LX_QDISC_H */
