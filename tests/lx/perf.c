/* Counters: the list of processors, and what did not run all the time. */

#include "check.h"
#include "lx.h"

static void
cpus(void)
{
    static const char *const bad[] = {
        "",
        "\n",
        ",",
        "1,",
        "-1",
        "1-",
        "2-1",
        "1-2-3",
        "a",
        "1 2",
        "0-3x",
        "0\n1",
        "99999999999999999999",
        "0-16",
        "0-9999999"};
    int list[16];

    CHECK_INT(lx_perf_cpus("0\n", list, 16), 1);
    CHECK_INT(list[0], 0);
    CHECK_INT(lx_perf_cpus("0-1\n", list, 16), 2);
    CHECK_INT(list[1], 1);
    CHECK_INT(lx_perf_cpus("1,3-5,8-8,127", list, 16), 6);
    CHECK_INT(list[0], 1);
    CHECK_INT(list[3], 5);
    CHECK_INT(list[4], 8);
    CHECK_INT(list[5], 127);
    CHECK_INT(lx_perf_cpus("0-15", list, 16), 16);
    CHECK_INT(lx_perf_cpus("0-14,20,21", list, 16), -1);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_INT(lx_perf_cpus(bad[i], list, 16), -1);
    }
}

static void
scaled(void)
{
    struct lx_perfvalue sum = {0, 0, 0};
    const struct lx_perfvalue all = {100, 1000, 1000}, none = {0, 500, 0};
    const struct lx_perfvalue half = {50, 1000, 500};
    const struct lx_perfvalue large = {1ull << 60, 1ull << 50, 1ull << 49};

    lx_perf_add(&sum, &all);
    CHECK_INT(sum.count, 100);
    lx_perf_add(&sum, &half);
    CHECK_INT(sum.count, 200);
    CHECK_INT(sum.enabled, 2000);
    CHECK_INT(sum.running, 1500);
    lx_perf_add(&sum, &none);
    CHECK_INT(sum.count, 200);
    CHECK_INT(sum.enabled, 2500);
    sum.count = 0;
    lx_perf_add(&sum, &large);
    CHECK_INT(sum.count, 1ull << 61);
}

static void
table(void)
{
    for (const struct lx_perfcounter *at = lx_perfcounters; at[1].name != NULL;
         at++) {
        CHECK(strcmp(at[0].name, at[1].name) < 0);
    }
}

int
main(void)
{
    RUN(cpus);
    RUN(scaled);
    RUN(table);
    return check_done();
}
