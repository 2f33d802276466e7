/*
 * What the kernel has counted: the formats, and whole groups as kernels of
 * both versions have written them, in folders of our own.
 */

#include "check.h"
#include "lx.h"

#include "cgrecorded.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- A sink that remembers: "io/8:0/rbytes" -> "4096" ---------------------- */

#define FIGURES 20000

struct figure {
    char path[80];
    char value[40];
};

static struct figure *figures;
static int count, depth, deepest;
static char inside[4][80];

static void
begin(void *arg, const char *key)
{
    (void)arg;
    CHECK(depth < 3);
    snprintf(inside[++depth], sizeof(inside[0]), "%s", key);
    deepest = depth > deepest ? depth : deepest;
}

static void
end(void *arg)
{
    (void)arg;
    CHECK(depth > 0);
    depth--;
}

static void
text(void *arg, const char *key, const char *value)
{
    struct figure *figure = &figures[count < FIGURES ? count++ : 0];
    size_t len = 0;

    (void)arg;
    for (int i = 1; i <= depth; i++) {
        len += (size_t)snprintf(
            figure->path + len, sizeof(figure->path) - len, "%s/", inside[i]);
    }
    snprintf(figure->path + len, sizeof(figure->path) - len, "%s", key);
    snprintf(figure->value, sizeof(figure->value), "%s", value);
}

static void
number(void *arg, const char *key, uint64_t value)
{
    char buf[32];

    snprintf(buf, sizeof(buf), "%llu", (unsigned long long)value);
    text(arg, key, buf);
}

static void
hundredths(void *arg, const char *key, uint64_t value)
{
    char buf[32];

    snprintf(
        buf, sizeof(buf), "%llu.%02d", (unsigned long long)(value / 100),
        (int)(value % 100));
    text(arg, key, buf);
}

static const struct lx_statsink sink = {begin,      end,  number,
                                        hundredths, text, NULL};

/* The last one of that name; "absent". */
static const char *
figure(const char *path)
{
    for (int i = count - 1; i >= 0; i--) {
        if (strcmp(figures[i].path, path) == 0) {
            return figures[i].value;
        }
    }
    return "absent";
}

/* -- The formats ---------------------------------------------------------- */

static const struct lx_statname names[] = {
    {"old", "new", 1, 1},
    {"none", NULL, 1, 1},
    {"nano", "micro", 1, 1000},
    {NULL, NULL, 0, 0}};

/* Whether one line of that format has figures. */
static bool
parse(lx_statparse *parser, const char *name, const char *line)
{
    struct lx_statfile file = {
        .name = name, .parse = parser, .key = "key", .names = names};
    char *copy = strdup(line);
    bool result;

    count = 0;
    result = parser(copy, &file, &sink);
    CHECK_INT(depth, 0);
    free(copy);
    return result;
}

static void
numbers(void)
{
    static const char *const bad[] = {
        "",
        " ",
        "-1",
        "+1",
        "1 ",
        " 1",
        "0x1",
        "1.0",
        "1\n2",
        "\n",
        "max",
        "1e3",
        "18446744073709551616",
        "99999999999999999999999"};
    uint64_t value;

    CHECK(lx_stat_number("0", &value));
    CHECK(value == 0);
    CHECK(lx_stat_number("007\n", &value));
    CHECK(value == 7);
    CHECK(lx_stat_number("18446744073709551615", &value));
    CHECK(value == UINT64_MAX);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!lx_stat_number(bad[i], &value));
    }
}

static void
single(void)
{
    CHECK(parse(lx_stat_single, "f", "18446744073709551615"));
    CHECK_STR(figure("key"), "18446744073709551615");
    CHECK(parse(lx_stat_single, "f", "max"));
    CHECK_STR(figure("key"), "max");
    CHECK(!parse(lx_stat_single, "f", ""));
    CHECK(!parse(lx_stat_single, "f", "-1"));
    CHECK(!parse(lx_stat_single, "f", "12x"));
    CHECK(parse(lx_stat_limit, "f", "9223372036854771712"));
    CHECK_STR(figure("key"), "max"); /* pages of 4 KiB */
    CHECK(parse(lx_stat_limit, "f", "9223372036852678656"));
    CHECK_STR(figure("key"), "max"); /* huge ones of 2 MiB, of 1 GiB */
    CHECK(parse(lx_stat_limit, "f", "9223372035781033984"));
    CHECK_STR(figure("key"), "max");
    CHECK(parse(lx_stat_limit, "f", "1125899906842624"));
    CHECK_STR(figure("key"), "1125899906842624");
    CHECK(parse(lx_stat_nanoseconds, "f", "1999"));
    CHECK_STR(figure("key"), "1");
    CHECK(!parse(lx_stat_nanoseconds, "f", "max"));
}

static void
flat(void)
{
    CHECK(parse(lx_stat_flat, "f", "old 5"));
    CHECK_STR(figure("new"), "5");
    CHECK(parse(lx_stat_flat, "f", "nano 18446744073709551615"));
    CHECK_STR(figure("micro"), "18446744073709551");
    CHECK(parse(lx_stat_flat, "f", "other.key 7"));
    CHECK_STR(figure("other.key"), "7");
    CHECK(!parse(lx_stat_flat, "f", "none 5"));
    CHECK_INT(count, 0);
    CHECK(!parse(lx_stat_flat, "f", "key"));
    CHECK(!parse(lx_stat_flat, "f", "key "));
    CHECK(!parse(lx_stat_flat, "f", " 5"));
    CHECK(!parse(lx_stat_flat, "f", "key five"));
    CHECK(!parse(lx_stat_flat, "f", "key 5 6"));
    CHECK(parse(lx_stat_total, "f", "total_old 6"));
    CHECK_STR(figure("new"), "6");
    CHECK(!parse(lx_stat_total, "f", "old 6"));
    CHECK(!parse(lx_stat_total, "f", "total_ 6"));
}

static void
nested(void)
{
    CHECK(
        parse(lx_stat_nested, "f", "8:0 rbytes=1 cost.vrate=100.07 depth=max"));
    CHECK_STR(figure("8:0/rbytes"), "1");
    CHECK_STR(figure("8:0/cost.vrate"), "100.07");
    CHECK_STR(figure("8:0/depth"), "max");
    /* A device without figures, and the next one in its line. */
    CHECK(parse(lx_stat_nested, "f", "7:0 7:1 8:0 rbytes=1 9:0 wbytes=2"));
    CHECK_INT(count, 2);
    CHECK_STR(figure("8:0/rbytes"), "1");
    CHECK_STR(figure("9:0/wbytes"), "2");
    CHECK(!parse(lx_stat_nested, "f", "8:0 "));
    CHECK(!parse(lx_stat_nested, "f", "8:0"));
    CHECK(!parse(lx_stat_nested, "f", "rbytes=1"));
    CHECK(!parse(lx_stat_nested, "f", " rbytes=1"));
    CHECK(!parse(lx_stat_nested, "f", "8:0 =1"));
    CHECK(parse(lx_stat_nested, "f", "8:0 a= b=-1 c=1.234 d=x=y"));
    CHECK_STR(figure("8:0/a"), "");
    CHECK_STR(figure("8:0/b"), "-1");
    CHECK_STR(figure("8:0/c"), "1.234");
    CHECK_STR(figure("8:0/d"), "x=y");
}

static void
blkio(void)
{
    CHECK(parse(lx_stat_blkio, "f", "8:0 Read 4096"));
    CHECK_STR(figure("8:0/rkey"), "4096");
    CHECK(parse(lx_stat_blkio, "f", "8:0 Write 1"));
    CHECK_STR(figure("8:0/wkey"), "1");
    CHECK(parse(lx_stat_blkio, "f", "8:0 Discard 1"));
    CHECK_STR(figure("8:0/dkey"), "1");
    /* It is there, but is no reason not to look elsewhere. */
    CHECK(!parse(lx_stat_blkio, "f", "8:0 Read 0"));
    CHECK_STR(figure("8:0/rkey"), "0");
    CHECK(!parse(lx_stat_blkio, "f", "8:0 Sync 5"));
    CHECK(!parse(lx_stat_blkio, "f", "8:0 Total 5"));
    CHECK(!parse(lx_stat_blkio, "f", "Total 5"));
    CHECK(!parse(lx_stat_blkio, "f", "8:0 Read"));
    CHECK_INT(count, 0);
}

static void
resources(void)
{
    CHECK(parse(lx_stat_resource, "misc.current", "res_a 3"));
    CHECK_STR(figure("res_a/key"), "3");
    CHECK(parse(lx_stat_resource, "misc.max", "res.b max"));
    CHECK_STR(figure("res.b/key"), "max");
    CHECK(parse(lx_stat_resource, "misc.events", "res.b.max 4"));
    CHECK_STR(figure("res.b/key"), "4");
    CHECK(!parse(lx_stat_resource, "misc.events", "res.b.low 4"));
    CHECK(!parse(lx_stat_resource, "misc.events", "res 4"));
    CHECK(!parse(lx_stat_resource, "misc.events", ".max 4"));
    CHECK(!parse(lx_stat_resource, "misc.current", "res_a"));
    CHECK(!parse(lx_stat_resource, "misc.current", ""));
}

/* -- Groups of our own ---------------------------------------------------- */

static char top[64];
static struct lx_cgroups cgroups;
static struct lx_statcache *cache;
static struct lx_group group;
static struct lx_err err;

static void
write_file(const char *name, const char *data, size_t len)
{
    char path[256];
    int fd;

    snprintf(path, sizeof(path), "%s/g/%s", top, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    CHECK(fd >= 0 && write(fd, data, len) == (ssize_t)len);
    close(fd);
}

/* One hierarchy of that version, with all controllers, and the group /g. */
static void
make_group(int version)
{
    char path[80];

    strcpy(top, "/tmp/nscg-stats-XXXXXX");
    CHECK(mkdtemp(top) != NULL);
    snprintf(path, sizeof(path), "%s/g", top);
    CHECK_INT(mkdir(path, 0755), 0);
    lx_cgroups_init(&cgroups);
    cgroups.count = 1;
    cgroups.unified = version == 2 ? 0 : -1;
    cgroups.list[0] = (struct lx_hierarchy){
        .version = version,
        .controllers = LX_CG_ALL,
        .label = "label",
        .path = top,
        .root = "/",
        .own = ""};
    CHECK_INT(lx_group_name(&group, &cgroups, "/g", &err), 0);
    cgroups.trees = lx_cgtrees_new();
    cache = lx_statcache_of(&cgroups);
    CHECK(cache != NULL);
    strcpy(cache->size[0], "2MB");
    cache->sizes = 1;
}

static void
remove_group(void)
{
    char command[128];

    lx_cgroups_free(&cgroups);
    snprintf(command, sizeof(command), "rm -rf %s", top);
    CHECK_INT(system(command), 0);
}

static int
stats(void)
{
    count = 0;
    return lx_group_stats(&group, ~0u, false, cache, &sink, &err);
}

static void
make_recorded(const char *kernel, int version)
{
    make_group(version);
    for (const struct recorded *file = recorded; file->kernel != NULL; file++) {
        if (strcmp(file->kernel, kernel) == 0 && file->version == version) {
            write_file(file->file, file->text, strlen(file->text));
        }
    }
}

#define IS(path, value) CHECK_STR(figure(path), value)

/* What every kernel counts, whatever the version. */
static void
same_keys(void)
{
    static const char *const keys[] = {
        "cpu/usage_usec",  "cpu/user_usec",       "cpu/system_usec",
        "cpu/nr_periods",  "cpu/nr_throttled",    "cpu/throttled_usec",
        "memory/current",  "memory/max",          "memory/anon",
        "memory/file",     "memory/shmem",        "memory/file_mapped",
        "memory/pgfault",  "memory/oom_kill",     "memory/max_events",
        "memory/anon_thp", "memory/swap_current", "pids/current",
        "pids/max",        "pids/max_events"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(figure(keys[i]), "absent") == 0) {
            printf("no %s\n", keys[i]);
            CHECK(false);
        }
    }
}

static void
v1_618(void)
{
    make_recorded("6.18", 1);
    CHECK_INT(stats(), 0);
    same_keys();
    IS("cpu/usage_usec", "377546");
    IS("cpu/user_usec", "310000");
    IS("cpu/throttled_usec", "660932");
    IS("memory/current", "42758144");
    IS("memory/max", "67108864");
    IS("memory/anon", "21057536");
    IS("memory/file", "20000768");
    IS("memory/kernel", "1470464");
    IS("memory/under_oom", "0");
    IS("memory/oom_kill_disable", "absent");
    IS("memory/hierarchical_memory_limit", "absent");
    IS("memory/rss", "absent");
    IS("pids/max_events", "4");
    IS("io/254:0/wbytes", "81920");
    IS("io/254:0/wios", "21");
    IS("io/254:0/dios", "0");
    IS("pressure/cpu/some/total", "absent");
    IS("hugetlb/2MB/current", "absent");
    remove_group();
}

static void
v1_61(void)
{
    make_recorded("6.1", 1);
    CHECK_INT(stats(), 0);
    same_keys();
    IS("cpu/user_usec", "4400000");
    IS("memory/max", "67108864");
    IS("hugetlb/2MB/max", "max");
    IS("hugetlb/2MB/peak", "0");
    IS("hugetlb/2MB/rsvd_current", "0");
    remove_group();
}

static void
v2_612(void)
{
    make_recorded("6.12", 2);
    CHECK_INT(stats(), 0);
    same_keys();
    IS("cpu/usage_usec", "4978418");
    IS("cpu/nice_usec", "0");
    IS("cpu/nr_bursts", "0");
    IS("memory/peak", "42778624");
    IS("memory/kernel", "741376");
    IS("memory/thp_fault_alloc", "9");
    IS("memory/max", "67108864");
    IS("memory/max_events", "0");
    IS("memory/oom_group_kill", "0");
    IS("memory/swap_fail_events", "0");
    IS("pids/peak", "9");
    IS("io/254:0/rbytes", "196608");
    IS("io/254:0/wios", "5");
    IS("pressure/cpu/some/avg10", "84.77");
    IS("pressure/cpu/full/total", "21004947");
    IS("pressure/irq/full/total", "absent");
    IS("hugetlb/2MB/max_events", "0");
    IS("hugetlb/2MB/max", "max");
    CHECK_INT(deepest, 3);
    remove_group();
}

static void
v2_61(void)
{
    make_recorded("6.1", 2);
    CHECK_INT(stats(), 0);
    same_keys();
    IS("cpu/usage_usec", "5169400");
    IS("memory/peak", "42737664");
    IS("io/254:0/rios", "3");
    remove_group();
}

/* The version 2 tree of a machine that has the controllers on version 1. */
static void
hybrid(void)
{
    make_recorded("6.18", 2);
    CHECK_INT(stats(), 0);
    IS("pressure/cpu/some/total", "1308084");
    IS("pressure/memory/full/avg300", "0.00");
    IS("memory/current", "absent");
    IS("hugetlb/2MB/max", "max");
    remove_group();
}

static void
older(void)
{
    make_recorded("5.4", 2);
    CHECK_INT(stats(), 0);
    same_keys();
    IS("memory/peak", "absent");
    IS("memory/kernel", "absent");
    IS("memory/workingset_refault", "3");
    IS("memory/high_events", "4");
    IS("memory/max", "max");
    IS("memory/swap_max_events", "0");
    IS("io/8:16/rbytes", "1459200");
    IS("io/8:0/dbytes", "50331648");
    IS("pressure/cpu/some/avg10", "1.50");
    IS("pressure/cpu/full/avg10", "absent");
    IS("rdma/mlx4_0/hca_object", "2000");
    IS("rdma/ocrdma1/hca_object", "max");
    remove_group();
    make_recorded("5.4", 1);
    CHECK_INT(stats(), 0);
    same_keys();
    IS("cpu/usage_usec", "1234567");
    IS("cpu/throttled_usec", "250000");
    IS("cpu/nr_bursts", "absent");
    IS("memory/anon", "2097152"); /* with what is in it */
    IS("memory/max", "max");
    IS("memory/max_events", "12");
    IS("io/8:0/wbytes", "8192");
    IS("io/8:16/dios", "1");
    remove_group();
}

static void
misc(void)
{
    make_recorded("6.12 documentation", 2);
    CHECK_INT(stats(), 0);
    IS("misc/res_a/current", "3");
    IS("misc/res_a/max", "max");
    IS("misc/res_a/peak", "10");
    IS("misc/res_a/max_events", "7");
    IS("misc/res_b/max", "4");
    remove_group();
}

/* The scheduler's counts, where nothing was throttled. */
static void
bfq(void)
{
    static const char zeros[] = "8:0 Read 0\n8:0 Write 0\nTotal 0\n";
    static const char bytes[] = "8:0 Read 512\nTotal 512\n";

    make_group(1);
    write_file(
        "blkio.throttle.io_service_bytes_recursive", zeros, strlen(zeros));
    write_file("blkio.bfq.io_service_bytes_recursive", bytes, strlen(bytes));
    CHECK_INT(stats(), 0);
    IS("io/8:0/rbytes", "512");
    IS("io/8:0/wbytes", "0");
    write_file("blkio.throttle.io_service_bytes_recursive", "8:0 Read 9\n", 11);
    CHECK_INT(stats(), 0);
    IS("io/8:0/rbytes", "9");
    remove_group();
}

/* -- Files of any size ---------------------------------------------------- */

/* Much more than a buffer, lines that lie across its end, and one that does
 * not fit at all. */
static void
long_files(void)
{
    enum { DEVICES = 2000 };
    size_t size = DEVICES * 64 + 20000, len = 0;
    char *data = malloc(size), path[32], wanted[32];

    make_group(2);
    for (int i = 0; i < DEVICES; i++) {
        len += (size_t)snprintf(
            data + len, size - len, "8:%d rbytes=%d wbytes=0 rios=7\n", i,
            i * 3);
        if (i == DEVICES / 2) {
            memset(data + len, 'x', 15000);
            len += 15000;
            data[len++] = '\n';
        }
    }
    write_file("io.stat", data, len);
    CHECK_INT(stats(), 0);
    CHECK_INT(count, DEVICES * 3);
    for (int i = 0; i < DEVICES; i += 37) {
        snprintf(path, sizeof(path), "io/8:%d/rbytes", i);
        snprintf(wanted, sizeof(wanted), "%d", i * 3);
        IS(path, wanted);
    }
    /* The last line need not end. */
    write_file("io.stat", "8:0 rbytes=5", 12);
    CHECK_INT(stats(), 0);
    IS("io/8:0/rbytes", "5");
    write_file("io.stat", "", 0);
    CHECK_INT(stats(), 0);
    CHECK_INT(count, 0);
    write_file("io.stat", "8:0 rbytes=5\0\n8:1 rbytes=6\n", 27);
    CHECK_INT(stats(), 0);
    IS("io/8:1/rbytes", "6");
    free(data);
    remove_group();
}

/* -- What is not there, and what stays open ------------------------------- */

static int
descriptors(void)
{
    int found = 0;

    for (int fd = 0; fd < 1024; fd++) {
        found += lx_fd_isopen(fd);
    }
    return found;
}

static void
gone(void)
{
    char old[96], new[96];
    int before;

    make_recorded("6.12", 2);
    before = descriptors();
    CHECK_INT(stats(), 0);
    CHECK_INT(descriptors() - before, 0); /* asked for once */
    CHECK_INT(stats(), 0);
    CHECK(descriptors() - before > 10 || lx_cgtrees_fd(&cgroups, 0) < 0);
    CHECK_INT(stats(), 0);
    IS("cpu/usage_usec", "4978418");
    /* Another group with that name. */
    snprintf(old, sizeof(old), "%s/g", top);
    snprintf(new, sizeof(new), "%s/h", top);
    CHECK_INT(rename(old, new), 0);
    CHECK_INT(stats(), -1);
    CHECK_INT(err.errnum, ENOENT);
    CHECK_INT(mkdir(old, 0755), 0);
    write_file("cpu.stat", "usage_usec 1\n", 13);
    CHECK_INT(stats(), 0);
    IS("cpu/usage_usec", "1");
    IS("memory/current", "absent");
    CHECK_INT(stats(), 0);
    IS("cpu/usage_usec", "1");
    lx_statcache_clear(cache);
    lx_cgtrees_close(cgroups.trees);
    CHECK_INT(descriptors() - before, 0);
    remove_group();
}

static void
alone(void)
{
    make_recorded("6.12", 2);
    count = 0;
    CHECK_INT(
        lx_group_stats(&group, 1u << LX_STAT_PIDS, true, cache, &sink, &err),
        0);
    IS("current", "9");
    IS("pids/current", "absent");
    remove_group();
    make_group(2);
    CHECK_INT(
        lx_group_stats(&group, 1u << LX_STAT_PIDS, true, cache, &sink, &err),
        -1);
    CHECK_STR(err.reason, "NOTENABLED");
    CHECK_STR(err.detail, "pids");
    remove_group();
}

/* A file that this kernel lacks is not looked for again; one that may come
 * later, or whose controller the group has not, is. */
static void
lacking(void)
{
    make_group(2);
    CHECK_INT(stats(), 0);
    CHECK(cache->lacking == 0);
    write_file("memory.current", "1\n", 2);
    CHECK_INT(stats(), 0);
    CHECK(cache->lacking != 0);
    write_file("memory.peak", "2\n", 2);
    CHECK_INT(stats(), 0);
    IS("memory/current", "1");
    IS("memory/peak", "absent");
    write_file("pids.current", "3\n", 2);
    CHECK_INT(stats(), 0);
    IS("pids/current", "3");
    lx_statcache_clear(cache);
    CHECK_INT(stats(), 0);
    IS("memory/peak", "2");
    remove_group();
}

int
main(void)
{
    figures = calloc(FIGURES, sizeof(*figures));
    RUN(numbers);
    RUN(single);
    RUN(flat);
    RUN(nested);
    RUN(blkio);
    RUN(resources);
    RUN(v1_618);
    RUN(v1_61);
    RUN(v2_612);
    RUN(v2_61);
    RUN(hybrid);
    RUN(older);
    RUN(misc);
    RUN(bfq);
    RUN(long_files);
    RUN(gone);
    RUN(alone);
    RUN(lacking);
    free(figures);
    return check_done();
}
