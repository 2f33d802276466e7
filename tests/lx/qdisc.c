/*
 * Queueing disciplines: numbers and their units, and messages of rtnetlink. A
 * request has the form of what the kernel tells later, so the one is read as
 * the other; then each is mutilated.
 */

#include "check.h"
#include "guarded.h"
#include "lx.h"

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

/* -- Numbers -------------------------------------------------------------- */

static int64_t
rate_of(const char *text)
{
    int64_t rate;

    return lx_rate_parse(text, &rate) ? rate : -1;
}

static void
rates(void)
{
    CHECK_INT(rate_of("8"), 1);
    CHECK_INT(rate_of("8bit"), 1);
    CHECK_INT(rate_of("800000"), 100000);
    CHECK_INT(rate_of("10mbit"), 1250000);
    CHECK_INT(rate_of("10Mbit"), 1250000);
    CHECK_INT(rate_of("1.5mbit"), 187500);
    CHECK_INT(rate_of("0.1kbit"), 13); /* rounded */
    CHECK_INT(rate_of("500kbit"), 62500);
    CHECK_INT(rate_of("1gbit"), 125000000);
    CHECK_INT(rate_of("100gbit"), 12500000000);
    CHECK_INT(rate_of("1000tbit"), LX_RATE_MAX);
    CHECK_INT(rate_of("1kibit"), 128);
    CHECK_INT(rate_of("1mibit"), 131072);
    CHECK_INT(rate_of("1gibit"), 134217728);
    CHECK_INT(rate_of("1tibit"), 137438953472);
    CHECK_INT(rate_of("7bps"), 7);
    CHECK_INT(rate_of("7kbps"), 7000);
    CHECK_INT(rate_of("7mbps"), 7000000);
    CHECK_INT(rate_of("7gbps"), 7000000000);
    CHECK_INT(rate_of("7tbps"), 7000000000000);
    CHECK_INT(rate_of("7kibps"), 7168);
    CHECK_INT(rate_of("7mibps"), 7340032);
    CHECK_INT(rate_of("7gibps"), 7516192768);
    CHECK_INT(rate_of("7tibps"), 7696581394432);
}

static void
no_rates(void)
{
    static const char *const texts[] = {
        "",
        "0",
        "1",
        "3bit",
        "-8",
        "+8",
        " 8",
        "8 ",
        "x",
        "mbit",
        "10 mbit",
        "10mbits",
        "10mb",
        "0x10",
        "1e6",
        "inf",
        "nan",
        ".",
        "1.",
        "1..5",
        "1.5.1",
        "1001tbit",
        "1000.1tbit",
        "99999999999999999999",
        "1000000000000000000000000tbit",
        "10m",
        "10k"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (rate_of(texts[i]) != -1) {
            printf("\"%s\"\n", texts[i]);
            CHECK(false);
        }
    }
}

static void
times_and_shares(void)
{
    int64_t value;

    CHECK(lx_ms_parse("20", &value) && value == 20000000);
    CHECK(lx_ms_parse("0.5", &value) && value == 500000);
    CHECK(lx_ms_parse("0", &value) && value == 0);
    CHECK(lx_ms_parse("0.000001", &value) && value == 1);
    CHECK(lx_ms_parse("3600000", &value) && value == LX_NS_MAX);
    CHECK(!lx_ms_parse("3600000.1", &value));
    CHECK(!lx_ms_parse("20ms", &value));
    CHECK(!lx_ms_parse("-1", &value));
    CHECK(!lx_ms_parse("", &value));
    CHECK(lx_percent_parse("0", &value) && value == 0);
    CHECK(lx_percent_parse("100", &value) && value == UINT32_MAX);
    CHECK(lx_percent_parse("100%", &value) && value == UINT32_MAX);
    CHECK(lx_percent_parse("50", &value) && value == 0x80000000);
    CHECK(lx_percent_parse("0.05", &value) && value == 2147484);
    CHECK(!lx_percent_parse("100.1", &value));
    CHECK(!lx_percent_parse("-1", &value));
    CHECK(!lx_percent_parse("1%%", &value));
    CHECK(!lx_percent_parse("%", &value));
}

/* What is set in percent is read back, to six digits. */
static void
percent(void)
{
    char text[32];

    for (long n = 0; n <= 100000000; n += 999) {
        int64_t share;
        double back;

        snprintf(text, sizeof(text), "%ld.%06ld", n / 1000000, n % 1000000);
        CHECK(lx_percent_parse(text, &share));
        back = lx_percent(share);
        if (back != (double)n / 1e6) {
            printf("%s is %.9f\n", text, back);
            CHECK(false);
            return;
        }
    }
}

static void
ticks(void)
{
    /* As tc(8) and the kernel say it: 15.625 ticks for a microsecond. */
    CHECK_INT(lx_ticks_of(12500, 1250000), 156250);
    CHECK_INT(lx_ticks_bytes(156250, 1250000), 12500);
    CHECK_INT(lx_ticks_of(0, 1250000), 1);
    CHECK_INT(lx_ticks_of(1, 0), 1);
    CHECK_INT(lx_ticks_of(INT32_MAX, 1), UINT32_MAX);
    CHECK_INT(lx_ticks_bytes(0, 1250000), 0);
    CHECK_INT(lx_ticks_bytes(UINT32_MAX, INT64_MAX), INT64_MAX);
    for (int64_t rate = 125; rate <= 12500000; rate = rate * 10 + 3) {
        for (int64_t size = 1; size < 100000; size = size * 3 + 1) {
            if (size * 1000000000 / rate / 64 < UINT32_MAX) {
                CHECK_INT(lx_ticks_bytes(lx_ticks_of(size, rate), rate), size);
            }
        }
    }
    /* At 10 gbit a tick is 80 bytes. */
    CHECK_INT(lx_ticks_bytes(lx_ticks_of(99, 1250000000), 1250000000), 80);
}

/* -- Messages ------------------------------------------------------------- */

static struct lx_nlrequest made;
static struct lx_qdiscinfo got;
static bool seen;

static void
see(void *arg, const struct nlmsghdr *message)
{
    (void)arg;
    seen = lx_qdisc_read(message, &got);
}

static void
read_message(const void *data, size_t len)
{
    char text[16];
    struct lx_nlreader reader = {.text = text, .textSize = sizeof(text)};

    seen = false;
    lx_nl_read(&reader, guarded(data, len), len, see, NULL);
}

static void
mutilate(void)
{
    static const unsigned char values[] = {0, 1, 3, 4, 5, 7, 8, 16, 127, 255};
    static char copy[LX_NL_REQUEST];
    size_t len = made.len;

    memcpy(copy, made.data, len);
    for (size_t n = 0; n < len; n++) {
        struct nlmsghdr *head = (void *)copy;

        read_message(made.data, n);
        CHECK(!seen);
        head->nlmsg_len = (uint32_t)n; /* one that says so */
        read_message(copy, n);
        head->nlmsg_len = (uint32_t)len;
    }
    for (size_t at = 0; at < len; at++) {
        char kept = copy[at];

        for (size_t i = 0; i < sizeof(values); i++) {
            copy[at] = (char)values[i];
            read_message(copy, len);
        }
        copy[at] = kept;
    }
}

static struct lx_qdisc
qdisc_of(enum lx_qdisckind kind)
{
    struct lx_qdisc qdisc = {.kind = kind};

    for (int i = 0; i < LX_QDISC_VALUES; i++) {
        qdisc.values[i] = -1;
    }
    return qdisc;
}

/* All that the kind has. */
static struct lx_qdisc
full(enum lx_qdisckind kind)
{
    static const int64_t values[LX_QDISC_VALUES] = {
        [LX_QDISC_BURST] = 12500,        [LX_QDISC_CEIL] = 2500000,
        [LX_QDISC_CORRUPT] = 1,          [LX_QDISC_DELAY] = 20500064,
        [LX_QDISC_DUPLICATE] = 7,        [LX_QDISC_ECN] = 1,
        [LX_QDISC_FLOWS] = 64,           [LX_QDISC_INTERVAL] = 80000000,
        [LX_QDISC_JITTER] = 3000000,     [LX_QDISC_LATENCY] = 13120000,
        [LX_QDISC_LIMIT] = 22500,        [LX_QDISC_LOSS] = UINT32_MAX,
        [LX_QDISC_MTU] = 2000,           [LX_QDISC_PEAKRATE] = 1562500,
        [LX_QDISC_QUANTUM] = 1600,       [LX_QDISC_RATE] = 1250000,
        [LX_QDISC_REORDER] = 2147483648, [LX_QDISC_TARGET] = 4000000,
    };
    struct lx_qdisc qdisc = qdisc_of(kind);

    for (int i = 0; i < LX_QDISC_VALUES; i++) {
        if (lx_qdisc_form(kind, i) != LX_QFORM_NONE) {
            qdisc.values[i] = values[i];
        }
    }
    return qdisc;
}

static void
same(const struct lx_qdisc *qdisc)
{
    CHECK(seen);
    CHECK_INT(got.qdisc.kind, qdisc->kind);
    for (int i = 0; i < LX_QDISC_VALUES; i++) {
        if (got.qdisc.values[i] != qdisc->values[i]) {
            printf("%s: %s\n", got.kind, lx_qdisc_key(i));
            CHECK_INT(got.qdisc.values[i], qdisc->values[i]);
        }
    }
}

static void
all_kinds(void)
{
    static const enum lx_qdisckind kinds[] = {
        LX_BFIFO, LX_PFIFO, LX_NETEM, LX_TBF, LX_NOQUEUE, LX_FQ_CODEL};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct lx_qdisc qdisc = full(kinds[i]);

        lx_qdisc_set(&made, &qdisc, false);
        CHECK(!made.full);
        read_message(made.data, made.len);
        if (kinds[i] == LX_FQ_CODEL) {
            /* The kernel makes of these what was said. */
            qdisc.values[LX_QDISC_TARGET] = 4001000;
        }
        same(&qdisc);
        CHECK_STR(got.kind, lx_qdisc_kinds[kinds[i]]);
        CHECK_INT(got.parent, TC_H_ROOT);
        CHECK(!got.isClass);
        CHECK(!got.counted[LX_QCOUNT_BYTES]);
        mutilate();
    }
}

static void
htb(void)
{
    struct lx_qdisc qdisc = full(LX_HTB), none = qdisc_of(LX_HTB);

    lx_qdisc_set(&made, &qdisc, false);
    read_message(made.data, made.len);
    same(&none);
    mutilate();
    lx_qdisc_class(&made, &qdisc);
    read_message(made.data, made.len);
    same(&qdisc);
    CHECK(got.isClass);
    CHECK_INT(got.handle, 1);
    mutilate();
}

/* More than 32 bits. */
static void
fast(void)
{
    static const enum lx_qdisckind kinds[] = {LX_TBF, LX_NETEM};
    const int64_t rate = 12500000000;

    for (size_t i = 0; i < 2; i++) {
        struct lx_qdisc qdisc = qdisc_of(kinds[i]);

        qdisc.values[LX_QDISC_RATE] = rate;
        qdisc.values[LX_QDISC_LIMIT] = 1000;
        lx_qdisc_set(&made, &qdisc, false);
        read_message(made.data, made.len);
        CHECK_INT(got.qdisc.values[LX_QDISC_RATE], rate);
    }
}

/* What is not said. */
static void
defaults(void)
{
    struct lx_qdisc qdisc = qdisc_of(LX_TBF);

    qdisc.values[LX_QDISC_RATE] = 1250000;
    lx_qdisc_complete(&qdisc);
    CHECK_INT(qdisc.values[LX_QDISC_BURST], 12500);
    CHECK_INT(qdisc.values[LX_QDISC_LIMIT], 75000);
    qdisc = qdisc_of(LX_TBF);
    qdisc.values[LX_QDISC_RATE] = 1;
    lx_qdisc_complete(&qdisc);
    CHECK_INT(qdisc.values[LX_QDISC_BURST], 10000);
    CHECK_INT(qdisc.values[LX_QDISC_LIMIT], 10000);
    qdisc = qdisc_of(LX_TBF);
    qdisc.values[LX_QDISC_RATE] = LX_RATE_MAX;
    lx_qdisc_complete(&qdisc);
    CHECK_INT(qdisc.values[LX_QDISC_BURST], INT32_MAX);
    CHECK(qdisc.values[LX_QDISC_LIMIT] <= UINT32_MAX);
    /* The peak lets less in. */
    qdisc = qdisc_of(LX_TBF);
    qdisc.values[LX_QDISC_RATE] = 1250000;
    qdisc.values[LX_QDISC_PEAKRATE] = 1250100;
    lx_qdisc_complete(&qdisc);
    CHECK_INT(qdisc.values[LX_QDISC_MTU], 2000);
    CHECK_INT(qdisc.values[LX_QDISC_LIMIT], 62505 + 2000);
    qdisc = qdisc_of(LX_HTB);
    qdisc.values[LX_QDISC_RATE] = 1250000;
    lx_qdisc_complete(&qdisc);
    CHECK_INT(qdisc.values[LX_QDISC_CEIL], 1250000);
    CHECK_INT(qdisc.values[LX_QDISC_QUANTUM], 60000);
}

static void
put_counts(size_t basic)
{
    static const struct tcmsg family = {
        .tcm_ifindex = 7, .tcm_handle = 0x50000};
    struct {
        uint64_t bytes;
        uint32_t packets, pad;
    } first = {1ULL << 40, 77, 0};
    const struct gnet_stats_queue queue = {1, 2, 3, 4, 5};
    size_t nest;

    lx_nl_begin(&made, RTM_NEWQDISC, 0, &family, sizeof(family));
    lx_nl_text(&made, TCA_KIND, "cake");
    nest = lx_nl_nest(&made, TCA_STATS2);
    lx_nl_put(&made, TCA_STATS_BASIC, &first, basic);
    lx_nl_put(&made, TCA_STATS_QUEUE, &queue, sizeof(queue));
    lx_nl_close(&made, nest);
}

static void
counts(void)
{
    put_counts(16);
    read_message(made.data, made.len);
    CHECK(seen);
    CHECK_INT(got.qdisc.kind, LX_QDISCS);
    CHECK_STR(got.kind, "cake");
    CHECK_INT(got.index, 7);
    CHECK_INT(got.counts[LX_QCOUNT_BYTES], 1LL << 40);
    CHECK_INT(got.counts[LX_QCOUNT_PACKETS], 77);
    CHECK_INT(got.counts[LX_QCOUNT_QUEUED], 1);
    CHECK_INT(got.counts[LX_QCOUNT_BACKLOG], 2);
    CHECK_INT(got.counts[LX_QCOUNT_DROPS], 3);
    CHECK_INT(got.counts[LX_QCOUNT_REQUEUES], 4);
    CHECK_INT(got.counts[LX_QCOUNT_OVERLIMITS], 5);
    mutilate();
    put_counts(12); /* without what a compiler adds */
    read_message(made.data, made.len);
    CHECK_INT(got.counts[LX_QCOUNT_PACKETS], 77);
    put_counts(8);
    read_message(made.data, made.len);
    CHECK(!got.counted[LX_QCOUNT_PACKETS]);
}

static void
handles(void)
{
    char text[LX_QDISC_TEXT];

    CHECK_STR(lx_qdisc_handle(0x80010000, text), "8001:");
    CHECK_STR(lx_qdisc_handle(0x00010001, text), "1:1");
    CHECK_STR(lx_qdisc_handle(0xfffeffff, text), "fffe:ffff");
    CHECK_STR(lx_qdisc_handle(0, text), "0:");
    CHECK_STR(lx_qdisc_handle(TC_H_ROOT, text), "root");
    CHECK_STR(lx_qdisc_handle(TC_H_INGRESS, text), "ingress");
}

int
main(void)
{
    RUN(rates);
    RUN(no_rates);
    RUN(times_and_shares);
    RUN(percent);
    RUN(ticks);
    RUN(all_kinds);
    RUN(htb);
    RUN(fast);
    RUN(defaults);
    RUN(counts);
    RUN(handles);
    return check_done();
}
