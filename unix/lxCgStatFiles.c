/*
 * lxCgStatFiles.c --
 *
 *      The files in which the kernel counts, of both versions, and what their
 *      figures are called: as version 2 calls them. A count that version 2
 *      calls like a limit (memory.events: "max") has "_events" after it, since
 *      the limits stand beside it.
 */

#include <string.h>

#include "lx.h"

const struct lx_statpartinfo lx_statparts[LX_STAT_PARTS] = {
    [LX_STAT_CPU] = {"cpu", LX_CG_CPU},
    [LX_STAT_MEMORY] = {"memory", LX_CG_MEMORY},
    [LX_STAT_PIDS] = {"pids", LX_CG_PIDS},
    [LX_STAT_IO] = {"io", LX_CG_IO},
    [LX_STAT_HUGETLB] = {"hugetlb", LX_CG_HUGETLB},
    [LX_STAT_RDMA] = {"rdma", LX_CG_RDMA},
    [LX_STAT_MISC] = {"misc", LX_CG_MISC},
    [LX_STAT_PRESSURE] = {"pressure", LX_KEY_CORE}};

int
lx_statpart_find(const char *name)
{
    int controller = lx_controller_find(name);

    if (controller == LX_CG_CPUACCT) {
        return LX_STAT_CPU;
    }
    for (int i = 0; i < LX_STAT_PARTS; i++) {
        if (controller < 0 ? strcmp(lx_statparts[i].name, name) == 0
                           : lx_statparts[i].controller == controller) {
            return i;
        }
    }
    return -1;
}

/* -- Names ---------------------------------------------------------------- */

/* Nanoseconds. */
static const struct lx_statname cpuNames[] = {
    {"throttled_time", "throttled_usec", 1, 1000},
    {"burst_time", "burst_usec", 1, 1000},
    {"wait_sum", "wait_usec", 1, 1000},
    {NULL, NULL, 0, 0}};

static const struct lx_statname cpuacctNames[] = {
    {"user", "user_usec", 1000000, 0},
    {"system", "system_usec", 1000000, 0},
    {NULL, NULL, 0, 0}};

static const struct lx_statname memoryNames[] = {
    {"cache", "file", 1, 1},        {"rss", "anon", 1, 1},
    {"rss_huge", "anon_thp", 1, 1}, {"mapped_file", "file_mapped", 1, 1},
    {"dirty", "file_dirty", 1, 1},  {"writeback", "file_writeback", 1, 1},
    {"swap", "swap_current", 1, 1}, {NULL, NULL, 0, 0}};

static const struct lx_statname eventNames[] = {
    {"low", "low_events", 1, 1},
    {"high", "high_events", 1, 1},
    {"max", "max_events", 1, 1},
    {NULL, NULL, 0, 0}};

static const struct lx_statname swapNames[] = {
    {"high", "swap_high_events", 1, 1},
    {"max", "swap_max_events", 1, 1},
    {"fail", "swap_fail_events", 1, 1},
    {NULL, NULL, 0, 0}};

static const struct lx_statname oomNames[] = {
    {"oom_kill_disable", NULL, 1, 1}, /* a setting */
    {NULL, NULL, 0, 0}};

/* -- Files ---------------------------------------------------------------- */

#define CPU(controller, version, name, parse, key, names, instead) \
    { \
        LX_STAT_CPU, controller, version, name, parse, key, NULL, names, \
            instead, false \
    }
#define MEMORY(version, name, parse, key, names) \
    { \
        LX_STAT_MEMORY, LX_CG_MEMORY, version, name, parse, key, NULL, names, \
            0, false \
    }
#define PIDS(name, parse, key, names) \
    { \
        LX_STAT_PIDS, LX_CG_PIDS, 0, name, parse, key, NULL, names, 0, false \
    }
#define BLKIO(name, key, instead, late) \
    { \
        LX_STAT_IO, LX_CG_IO, 1, name, lx_stat_blkio, key, NULL, NULL, \
            instead, late \
    }
#define HUGETLB(version, name, parse, key, names) \
    { \
        LX_STAT_HUGETLB, LX_CG_HUGETLB, version, name, parse, key, NULL, \
            names, 0, false \
    }
#define MISC(name, key) \
    { \
        LX_STAT_MISC, LX_CG_MISC, 0, name, lx_stat_resource, key, NULL, NULL, \
            0, false \
    }
#define PRESSURE(resource) \
    { \
        LX_STAT_PRESSURE, LX_KEY_CORE, 2, resource ".pressure", \
            lx_stat_nested, NULL, resource, NULL, 0, false \
    }

/*
 * Of a controller, the first file is one that every group has which has the
 * controller; but the topmost group has not all of them.
 */
const struct lx_statfile lx_statfiles[] = {
    CPU(LX_CG_CPUACCT, 1, "cpuacct.usage", lx_stat_nanoseconds, "usage_usec",
        NULL, 1),
    CPU(LX_CG_CPUACCT, 1, "cpuacct.stat", lx_stat_flat, NULL, cpuacctNames, 1),
    CPU(LX_KEY_CORE, 2, "cpu.stat", lx_stat_flat, NULL, NULL, 2),
    CPU(LX_CG_CPU, 1, "cpu.stat", lx_stat_flat, NULL, cpuNames, 0),

    MEMORY(2, "memory.current", lx_stat_single, "current", NULL),
    MEMORY(2, "memory.peak", lx_stat_single, "peak", NULL),
    MEMORY(2, "memory.max", lx_stat_single, "max", NULL),
    MEMORY(2, "memory.swap.current", lx_stat_single, "swap_current", NULL),
    MEMORY(2, "memory.stat", lx_stat_flat, NULL, NULL),
    MEMORY(2, "memory.events", lx_stat_flat, NULL, eventNames),
    MEMORY(2, "memory.swap.events", lx_stat_flat, NULL, swapNames),
    MEMORY(1, "memory.usage_in_bytes", lx_stat_single, "current", NULL),
    MEMORY(1, "memory.max_usage_in_bytes", lx_stat_single, "peak", NULL),
    MEMORY(1, "memory.limit_in_bytes", lx_stat_limit, "max", NULL),
    MEMORY(1, "memory.stat", lx_stat_total, NULL, memoryNames),
    MEMORY(1, "memory.kmem.usage_in_bytes", lx_stat_single, "kernel", NULL),
    MEMORY(1, "memory.failcnt", lx_stat_single, "max_events", NULL),
    MEMORY(1, "memory.memsw.failcnt", lx_stat_single, "swap_max_events", NULL),
    MEMORY(1, "memory.oom_control", lx_stat_flat, NULL, oomNames),

    PIDS("pids.current", lx_stat_single, "current", NULL),
    PIDS("pids.max", lx_stat_single, "max", NULL),
    PIDS("pids.peak", lx_stat_single, "peak", NULL),
    PIDS("pids.events", lx_stat_flat, NULL, eventNames),

    {LX_STAT_IO, LX_CG_IO, 2, "io.stat", lx_stat_nested, NULL, NULL, NULL, 0,
     false},
    BLKIO("blkio.throttle.io_service_bytes_recursive", "bytes", 1, false),
    BLKIO("blkio.throttle.io_serviced_recursive", "ios", 1, false),
    BLKIO("blkio.bfq.io_service_bytes_recursive", "bytes", 2, true),
    BLKIO("blkio.bfq.io_serviced_recursive", "ios", 2, true),

    HUGETLB(2, ".current", lx_stat_single, "current", NULL),
    HUGETLB(2, ".max", lx_stat_limit, "max", NULL),
    HUGETLB(2, ".rsvd.current", lx_stat_single, "rsvd_current", NULL),
    HUGETLB(2, ".events", lx_stat_flat, NULL, eventNames),
    HUGETLB(1, ".usage_in_bytes", lx_stat_single, "current", NULL),
    HUGETLB(1, ".limit_in_bytes", lx_stat_limit, "max", NULL),
    HUGETLB(1, ".max_usage_in_bytes", lx_stat_single, "peak", NULL),
    HUGETLB(1, ".rsvd.usage_in_bytes", lx_stat_single, "rsvd_current", NULL),
    HUGETLB(1, ".failcnt", lx_stat_single, "max_events", NULL),

    {LX_STAT_RDMA, LX_CG_RDMA, 0, "rdma.current", lx_stat_nested, NULL, NULL,
     NULL, 0, false},

    MISC("misc.current", "current"),
    MISC("misc.max", "max"),
    MISC("misc.peak", "peak"),
    MISC("misc.events", "max_events"),

    PRESSURE("cpu"),
    PRESSURE("memory"),
    PRESSURE("io"),
    PRESSURE("irq"),
    {LX_STAT_PARTS, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, false}};

_Static_assert(
    sizeof(lx_statfiles) / sizeof(lx_statfiles[0]) <= LX_STATFILES,
    "lx_statcache has a bit for each");
