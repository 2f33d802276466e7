/*
 * lxCgKeyTable.c --
 *
 *      The keys: what each is, and how either version has it.
 */

#include <string.h>

#include "lx.h"

#define NUMBERS(min, max) min, max, false
#define OR_MAX(min, max) min, max, true
#define NONE 0, 0, false
#define BYTES OR_MAX(0, INT64_MAX)

/* {file, how} of version 1, then of version 2, then the hints. */
#define BOTH(file1, way1, file2, way2) \
    {file1, file2}, {way1, way2}, \
    { \
        NULL, NULL \
    }
#define ONLY2(file, way, hint) \
    {NULL, file}, {LX_WAY_NONE, way}, \
    { \
        hint, NULL \
    }
#define ONLY1(file, way, hint) \
    {file, NULL}, {way, LX_WAY_NONE}, \
    { \
        NULL, hint \
    }

#define SOFT \
    "version 1 has memory.soft_limit_in_bytes: what is above it is taken " \
    "back first when memory is short"
#define OOM \
    "version 1 ends one process; cgroup watch NAME oomkill tells of it, and " \
    "cgroup kill ends the rest"

const struct lx_key lx_keys[] = {
    {"cgroup.max.depth", LX_KEY_CORE, LX_KEY_COUNT, OR_MAX(0, INT32_MAX - 1),
     ONLY2("cgroup.max.depth", LX_WAY_NUMBER, NULL)},
    {"cgroup.max.descendants", LX_KEY_CORE, LX_KEY_COUNT,
     OR_MAX(0, INT32_MAX - 1),
     ONLY2("cgroup.max.descendants", LX_WAY_NUMBER, NULL)},
    {"cgroup.type", LX_KEY_CORE, LX_KEY_TYPE, NONE,
     ONLY2("cgroup.type", LX_WAY_TEXT, NULL)},
    {"cpu.idle", LX_CG_CPU, LX_KEY_BOOL, NUMBERS(0, 1),
     BOTH("cpu.idle", LX_WAY_NUMBER, "cpu.idle", LX_WAY_NUMBER)},
    {"cpu.max", LX_CG_CPU, LX_KEY_CPUMAX, OR_MAX(1000, INT64_MAX),
     BOTH("cpu.cfs_quota_us", LX_WAY_QUOTA, "cpu.max", LX_WAY_CPUMAX)},
    {"cpu.max.burst", LX_CG_CPU, LX_KEY_COUNT, NUMBERS(0, INT64_MAX),
     BOTH("cpu.cfs_burst_us", LX_WAY_NUMBER, "cpu.max.burst", LX_WAY_NUMBER)},
    {"cpu.rt_period_us", LX_CG_CPU, LX_KEY_COUNT, NUMBERS(1, INT32_MAX),
     ONLY1(
         "cpu.rt_period_us", LX_WAY_NUMBER,
         "version 2 does not share out real time")},
    {"cpu.rt_runtime_us", LX_CG_CPU, LX_KEY_COUNT, OR_MAX(0, INT32_MAX - 1),
     ONLY1(
         "cpu.rt_runtime_us", LX_WAY_MINUS,
         "version 2 does not share out real time")},
    {"cpu.weight", LX_CG_CPU, LX_KEY_COUNT, NUMBERS(1, 10000),
     BOTH("cpu.shares", LX_WAY_SHARES, "cpu.weight", LX_WAY_NUMBER)},
    {"cpu.weight.nice", LX_CG_CPU, LX_KEY_NICE, NONE,
     BOTH("cpu.shares", LX_WAY_NICE, "cpu.weight.nice", LX_WAY_NUMBER)},
    {"cpuset.cpus", LX_CG_CPUSET, LX_KEY_LIST, NONE,
     BOTH("cpuset.cpus", LX_WAY_TEXT, "cpuset.cpus", LX_WAY_TEXT)},
    {"cpuset.cpus.partition", LX_CG_CPUSET, LX_KEY_PARTITION, NONE,
     ONLY2(
         "cpuset.cpus.partition", LX_WAY_TEXT,
         "version 1 has cpuset.cpu_exclusive and cpuset.sched_load_balance")},
    {"cpuset.mems", LX_CG_CPUSET, LX_KEY_LIST, NONE,
     BOTH("cpuset.mems", LX_WAY_TEXT, "cpuset.mems", LX_WAY_TEXT)},
    {"io.latency", LX_CG_IO, LX_KEY_IOLATENCY, OR_MAX(1, INT64_MAX / 1000),
     ONLY2(
         "io.latency", LX_WAY_ENTRIES,
         "version 1 protects nobody's latency; io.max limits the others")},
    {"io.max", LX_CG_IO, LX_KEY_IOMAX, OR_MAX(2, INT64_MAX),
     BOTH(
         "blkio.throttle.read_bps_device", LX_WAY_THROTTLE, "io.max",
         LX_WAY_ENTRIES)},
    {"io.weight", LX_CG_IO, LX_KEY_IOWEIGHT, NUMBERS(1, 10000),
     BOTH("blkio.bfq.weight", LX_WAY_WEIGHT, "io.weight", LX_WAY_WEIGHT)},
    {"memory.high", LX_CG_MEMORY, LX_KEY_BYTES, BYTES,
     ONLY2("memory.high", LX_WAY_NUMBER, SOFT)},
    {"memory.low", LX_CG_MEMORY, LX_KEY_BYTES, BYTES,
     ONLY2("memory.low", LX_WAY_NUMBER, SOFT)},
    {"memory.max", LX_CG_MEMORY, LX_KEY_BYTES, BYTES,
     BOTH("memory.limit_in_bytes", LX_WAY_MEMORY, "memory.max", LX_WAY_NUMBER)},
    {"memory.min", LX_CG_MEMORY, LX_KEY_BYTES, BYTES,
     ONLY2("memory.min", LX_WAY_NUMBER, "version 1 keeps nobody's memory")},
    {"memory.oom.group", LX_CG_MEMORY, LX_KEY_BOOL, NUMBERS(0, 1),
     ONLY2("memory.oom.group", LX_WAY_NUMBER, OOM)},
    {"memory.oom_control", LX_CG_MEMORY, LX_KEY_BOOL, NUMBERS(0, 1),
     ONLY1(
         "memory.oom_control", LX_WAY_OOM,
         "version 2 cannot let processes wait for memory; memory.high slows "
         "them down")},
    {"memory.swap.high", LX_CG_MEMORY, LX_KEY_BYTES, BYTES,
     ONLY2(
         "memory.swap.high", LX_WAY_NUMBER,
         "version 1 has memory.swap.max and memory.swappiness")},
    {"memory.swap.max", LX_CG_MEMORY, LX_KEY_BYTES, BYTES,
     BOTH(
         "memory.memsw.limit_in_bytes", LX_WAY_SWAP, "memory.swap.max",
         LX_WAY_NUMBER)},
    {"memory.swappiness", LX_CG_MEMORY, LX_KEY_COUNT, NUMBERS(0, 200),
     ONLY1(
         "memory.swappiness", LX_WAY_NUMBER,
         "version 2 has memory.swap.max, and vm.swappiness for all")},
    {"misc.max", LX_CG_MISC, LX_KEY_MISC, OR_MAX(0, INT64_MAX),
     BOTH("misc.max", LX_WAY_ENTRIES, "misc.max", LX_WAY_ENTRIES)},
    {"net_cls.classid", LX_CG_NET_CLS, LX_KEY_CLASSID, NONE,
     ONLY1("net_cls.classid", LX_WAY_NUMBER, NULL)},
    {"net_prio.ifpriomap", LX_CG_NET_PRIO, LX_KEY_PRIOMAP,
     NUMBERS(0, UINT32_MAX), ONLY1("net_prio.ifpriomap", LX_WAY_ENTRIES, NULL)},
    {"pids.max", LX_CG_PIDS, LX_KEY_COUNT, OR_MAX(0, 4194304),
     BOTH("pids.max", LX_WAY_NUMBER, "pids.max", LX_WAY_NUMBER)},
    {"rdma.max", LX_CG_RDMA, LX_KEY_RDMA, OR_MAX(0, INT32_MAX - 1),
     BOTH("rdma.max", LX_WAY_ENTRIES, "rdma.max", LX_WAY_ENTRIES)},
    {NULL, 0, LX_KEY_RAW, NONE, BOTH(NULL, LX_WAY_NONE, NULL, LX_WAY_NONE)}};

/* The files' names are the key's own, with another ending on version 1. */
static const struct lx_key hugetlbKey = {
    "hugetlb.SIZE.max", LX_CG_HUGETLB, LX_KEY_BYTES, BYTES,
    BOTH(".limit_in_bytes", LX_WAY_LIMIT, ".max", LX_WAY_LIMIT2)};

/* Any other file of a group's folder. */
static const struct lx_key rawKey = {
    "", LX_KEY_CORE, LX_KEY_RAW, NONE,
    BOTH(NULL, LX_WAY_TEXT, NULL, LX_WAY_TEXT)};

/*
 * hugetlb.2MB.max, and hugetlb.2MB.rsvd.max.
 */
static bool
IsHugetlb(const char *name)
{
    const char *ending;
    char size[16];
    size_t len;

    if (strncmp(name, "hugetlb.", 8) != 0) {
        return false;
    }
    name += 8;
    len = strcspn(name, ".");
    ending = name + len;
    if (len >= sizeof(size)
        || (strcmp(ending, ".max") != 0 && strcmp(ending, ".rsvd.max") != 0)) {
        return false;
    }
    memcpy(size, name, len);
    size[len] = '\0';
    return lx_pagesize_parse(size) > 0;
}

const struct lx_key *
lx_key_find(const char *name)
{
    for (const struct lx_key *key = lx_keys; key->name != NULL; key++) {
        if (strcmp(key->name, name) == 0) {
            return key;
        }
    }
    if (IsHugetlb(name)) {
        return &hugetlbKey;
    }
    return name[0] != '.' && strchr(name, '.') != NULL
            && strchr(name, '/') == NULL && strchr(name, '\n') == NULL
            && strlen(name) < LX_NAME_SIZE
        ? &rawKey
        : NULL;
}

/*
 * Files of version 1 that commands of their own have.
 */
static const char *
CommandOf(const char *name)
{
    static const struct {
        const char *file, *command;
    } files[] = {
        {"notify_on_release", "cgroup release"},
        {"release_agent", "cgroup releaseagent"},
        {"tasks", "cgroup threads, or cgroup attach -thread"}};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(name, files[i].file) == 0) {
            return files[i].command;
        }
    }
    return NULL;
}

int
lx_key_bad(const char *name, struct lx_err *err)
{
    const char *command = CommandOf(name);

    if (command != NULL) {
        lx_refuse(err, "CGROUP", "KEY", "bad key %q: it is no setting", name);
        lx_hint(err, "%s does that", command);
        lx_detail(err, name);
        return -1;
    }
    lx_refuse(
        err, "CGROUP", "KEY",
        "bad key %q: must be a key such as memory.max, or the name of a file "
        "in the group's folder",
        name);
    lx_detail(err, name);
    return -1;
}
