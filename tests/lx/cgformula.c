/* The formulae between the two versions of cgroups, over all of their range. */

#include "check.h"
#include "lx.h"

/* As the kernel's version 2 keeps a weight: the shares it has, read back. */
static uint64_t
kernel_weight(uint64_t shares)
{
    return (shares * 100 + 512) / 1024;
}

static void
weights(void)
{
    uint64_t last = 0;
    int bad = 0;

    for (uint64_t weight = 1; weight <= 10000; weight++) {
        uint64_t shares = lx_shares_of_weight(weight);

        bad += shares < 2 || shares > 262144 || shares <= last;
        bad += lx_weight_of_shares(shares) != weight;
        bad += kernel_weight(shares) != weight;
        /* Ratios are kept, but for what is lost by whole numbers. */
        bad += shares * 100 + 50 < weight * 1024
            || shares * 100 > weight * 1024 + 50;
        last = shares;
    }
    CHECK_INT(bad, 0);
    CHECK_INT(lx_shares_of_weight(100), 1024);
    CHECK_INT(lx_shares_of_weight(1), 10);
    CHECK_INT(lx_shares_of_weight(10000), 102400);
    CHECK_INT(lx_shares_of_weight(0), 10);
    CHECK_INT(lx_shares_of_weight(UINT64_MAX), 102400);
}

static void
shares(void)
{
    uint64_t last = 0;
    int bad = 0;

    for (uint64_t share = 0; share <= 262144 + 10; share++) {
        uint64_t weight = lx_weight_of_shares(share);

        bad += weight < 1 || weight > 10000 || weight < last;
        last = weight;
    }
    CHECK_INT(bad, 0);
    CHECK_INT(lx_weight_of_shares(1024), 100);
    CHECK_INT(lx_weight_of_shares(2), 1);
    CHECK_INT(lx_weight_of_shares(262144), 10000);
    CHECK_INT(lx_weight_of_shares(UINT64_MAX), 10000);
}

static void
nices(void)
{
    int bad = 0;

    for (int nice = -20; nice < 20; nice++) {
        uint64_t share = lx_shares_of_nice(nice);

        bad += lx_nice_of_shares(share) != nice;
        bad += share < 2 || share > 262144;
        /* Each is a quarter more than the next, or nearly so. */
        bad += nice < 19
            && (share * 100 < lx_shares_of_nice(nice + 1) * 115
                || share * 100 > lx_shares_of_nice(nice + 1) * 135);
    }
    CHECK_INT(bad, 0);
    CHECK_INT(lx_shares_of_nice(0), 1024);
    CHECK_INT(lx_nice_of_shares(2), 19);
    CHECK_INT(lx_nice_of_shares(UINT64_MAX), -20);
    CHECK_INT(lx_nice_of_shares(1000), 0);
    CHECK_INT(lx_nice_of_shares(900), 1);
}

static void
cores(void)
{
    char text[40];
    uint64_t quota;
    int bad = 0;

    for (uint64_t i = 0; i < 1000000; i += 7) {
        lx_cores_format(i, text, sizeof(text));
        bad += !lx_cores_parse(text, &quota) || quota != i;
        bad += strchr(text, '.') != NULL && text[strlen(text) - 1] == '0';
    }
    CHECK_INT(bad, 0);
    CHECK_STR(lx_cores_format(150000, text, sizeof(text)), "1.5");
    CHECK_STR(lx_cores_format(1000, text, sizeof(text)), "0.01");
    CHECK_STR(lx_cores_format(1, text, sizeof(text)), "0.00001");
    CHECK_STR(lx_cores_format(200000, text, sizeof(text)), "2");
    CHECK_STR(lx_cores_format(0, text, sizeof(text)), "0");
    CHECK_STR(
        lx_cores_format(INT64_MAX, text, sizeof(text)), "92233720368547.75807");
    CHECK(lx_cores_parse("92233720368547.75806", &quota));
    CHECK(quota == INT64_MAX - 1);
}

static void
cores_words(void)
{
    static const struct {
        const char *text;
        long quota;
    } good[] = {
        {"1", 100000},
        {".5", 50000},
        {"2.", 200000},
        {"0.333333333", 33333},
        {"0.000015", 2},
        {"0.000014999", 1},
        {"1.9999999", 200000},
        {"007.25", 725000},
        {"0", 0},
        {"0.1234567890123456789012345", 12346}};
    static const char *const bad[] = {
        "",
        ".",
        "-1",
        "+1",
        "1e3",
        "1.5.5",
        " 1",
        "1 ",
        "max",
        "0x1",
        "1,5",
        "92233720368547.75807",
        "99999999999999999999",
        "1.5x",
        "inf",
        "nan"};
    uint64_t quota = 0;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK(lx_cores_parse(good[i].text, &quota));
        CHECK_INT(quota, good[i].quota);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!lx_cores_parse(bad[i], &quota));
    }
}

static void
bytes(void)
{
    static const char *const bad[] = {
        "",
        "K",
        "1KB",
        "1 K",
        "-1",
        "1.5G",
        "0x10",
        "16777216T",
        "max",
        "18446744073709551616",
        "99999999999999999999999999"};
    uint64_t size = 0;

    CHECK(lx_bytes_parse("0", &size) && size == 0);
    CHECK(lx_bytes_parse("512K", &size) && size == 512 << 10);
    CHECK(lx_bytes_parse("256m", &size) && size == 256 << 20);
    CHECK(lx_bytes_parse("2G", &size) && size == 2ull << 30);
    CHECK(lx_bytes_parse("1T", &size) && size == 1ull << 40);
    CHECK(lx_bytes_parse("18446744073709551615", &size) && size == UINT64_MAX);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!lx_bytes_parse(bad[i], &size));
    }
}

/* What the kernel's counters of pages say when there is no limit. */
static void
limits(void)
{
    static const struct {
        const char *text;
        uint64_t unit;
    } unlimited[] = {
        {"9223372036854771712", 4096},
        {"9223372036854775807", 4096},
        {"9223372036854710272", 65536},
        {"9223372036852678656", 2 << 20},
        {"9223372035781033984", 1 << 30},
        {"-1", 4096},
        {"max", 4096},
        {"18446744073709551615", 4096},
        {"9223372036854775807", 1}};
    uint64_t number = 0;

    for (size_t i = 0; i < sizeof(unlimited) / sizeof(unlimited[0]); i++) {
        CHECK(lx_limit1_parse(unlimited[i].text, unlimited[i].unit, &number));
        CHECK(number == LX_MAX);
    }
    CHECK(lx_limit1_parse("9223372036854767616", 4096, &number));
    CHECK(number == 9223372036854767616ull);
    CHECK(lx_limit1_parse("0", 4096, &number) && number == 0);
    CHECK(!lx_limit1_parse("", 4096, &number));
    CHECK(!lx_limit1_parse("-2", 4096, &number));
    CHECK(!lx_limit1_parse("12 ", 4096, &number));
    CHECK_INT(lx_pagesize_parse("2MB"), 2 << 20);
    CHECK_INT(lx_pagesize_parse("64KB"), 64 << 10);
    CHECK_INT(lx_pagesize_parse("16GB"), 16ll << 30);
    CHECK_INT(lx_pagesize_parse("2M"), 0);
    CHECK_INT(lx_pagesize_parse("B"), 0);
    CHECK_INT(lx_pagesize_parse("2"), 0);
    CHECK_INT(lx_pagesize_parse("2B"), 0);
    CHECK_INT(lx_pagesize_parse("12345678901234567MB"), 0);
}

/* Every step from one pair of limits to another is one that the kernel takes,
 * forth and back, and what is read is what was asked for. */
static const uint64_t values[] = {0, 1, 2, 5, LX_MAX};
#define VALUES (sizeof(values) / sizeof(values[0]))

static int
step(const struct lx_memory1 *old, const uint64_t *max, const uint64_t *swap)
{
    struct lx_memory1 wanted, between = *old;
    uint64_t room = swap != NULL ? *swap : lx_swap_of_sum(old);
    uint64_t limit = max != NULL ? *max : old->limit;
    enum lx_memory1_result result = lx_memory1_plan(old, max, swap, &wanted);

    if (room != LX_MAX && limit == LX_MAX) {
        return result != LX_MEMORY1_NOLIMIT;
    }
    if (result != LX_MEMORY1_OK) {
        return 1;
    }
    if (lx_memory1_sumfirst(old, &wanted)) {
        between.sum = wanted.sum;
    } else {
        between.limit = wanted.limit;
    }
    return between.limit > between.sum || wanted.limit > wanted.sum
        || wanted.limit != limit || lx_swap_of_sum(&wanted) != room;
}

static void
memory_and_swap(void)
{
    int bad = 0, steps = 0;

    for (size_t i = 0; i < VALUES * VALUES; i++) {
        struct lx_memory1 old = {values[i / VALUES], LX_MAX};
        uint64_t room = values[i % VALUES];

        if (room != LX_MAX && old.limit == LX_MAX) {
            continue;
        }
        old.sum = room == LX_MAX ? LX_MAX : old.limit + room;
        for (size_t j = 0; j < VALUES; j++) {
            bad += step(&old, &values[j], NULL);
            bad += step(&old, NULL, &values[j]);
            for (size_t k = 0; k < VALUES; k++, steps++) {
                bad += step(&old, &values[j], &values[k]);
            }
        }
    }
    CHECK_INT(bad, 0);
    CHECK_INT(steps, 21 * 25);
}

static void
memory_ends(void)
{
    struct lx_memory1 old = {LX_MAX, LX_MAX}, wanted;
    uint64_t large = INT64_MAX - 10, small = 10, more = 11;

    CHECK_INT(lx_memory1_plan(&old, &large, &small, &wanted), LX_MEMORY1_OK);
    CHECK_INT(
        lx_memory1_plan(&old, &large, &more, &wanted), LX_MEMORY1_TOOMUCH);
    /* A sum below the limit cannot be; it is no swap then. */
    old = (struct lx_memory1){10, 5};
    CHECK_INT(lx_swap_of_sum(&old), 0);
}

static void
classids(void)
{
    static const struct {
        const char *text;
        uint32_t classid;
    } good[] = {
        {"0", 0},
        {"1048577", 0x100001},
        {"0x100001", 0x100001},
        {"10:1", 0x100001},
        {"ffff:FFFF", UINT32_MAX},
        {"4294967295", UINT32_MAX},
        {"0xffffffff", UINT32_MAX},
        {"1:", 0x10000},
        {"0:0", 0}};
    static const char *const bad[] = {
        "",      ":",    ":1",         "10000:1",     "1:10000",
        "0x",    "0x1g", "4294967296", "0x100000000", "-1",
        "1:2:3", "g:1",  "1 :2",       "0x1:2"};
    uint32_t classid = 0;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK(lx_classid_parse(good[i].text, &classid));
        CHECK_INT(classid, good[i].classid);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!lx_classid_parse(bad[i], &classid));
    }
}

int
main(void)
{
    RUN(weights);
    RUN(shares);
    RUN(nices);
    RUN(cores);
    RUN(cores_words);
    RUN(bytes);
    RUN(limits);
    RUN(memory_and_swap);
    RUN(memory_ends);
    RUN(classids);
    return check_done();
}
