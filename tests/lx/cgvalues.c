/* The keys, and the texts of groups' files, as kernels write them. */

#include "check.h"
#include "lx.h"

/* -- Keys ----------------------------------------------------------------- */

static void
table(void)
{
    int bad = 0;

    for (const struct lx_key *key = lx_keys; key->name != NULL; key++) {
        bad += lx_key_find(key->name) != key;
        /* In alphabetical order, so none is there twice. */
        bad += key[1].name != NULL && strcmp(key->name, key[1].name) >= 0;
        for (int i = 0; i < 2; i++) {
            bad += (key->way[i] == LX_WAY_NONE) != (key->file[i] == NULL);
        }
        bad += key->way[0] == LX_WAY_NONE && key->way[1] == LX_WAY_NONE;
        /* Version 2's file is the key. */
        bad += key->file[1] != NULL && strcmp(key->file[1], key->name) != 0;
    }
    CHECK_INT(bad, 0);
}

static void
names(void)
{
    static const char *const none[] = {
        "",
        "memory",
        "/",
        ".",
        "..",
        ".x",
        "a/b.c",
        "../memory.max",
        "memory.max\n",
        "tasks"};
    static const char *const files[] = {
        "memory.stat",
        "hugetlb.2MB.current",
        "hugetlb.2.max",
        "hugetlb.max",
        "hugetlb.123456789012345678MB.max",
        "cgroup.procs",
        "x."};
    char name[300];

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        CHECK(lx_key_find(none[i]) == NULL);
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        CHECK(lx_key_find(files[i])->kind == LX_KEY_RAW);
    }
    CHECK_INT(lx_key_find("hugetlb.2MB.max")->controller, LX_CG_HUGETLB);
    CHECK_INT(lx_key_find("hugetlb.64KB.rsvd.max")->kind, LX_KEY_BYTES);
    memset(name, 'a', sizeof(name) - 1);
    name[1] = '.';
    name[sizeof(name) - 1] = '\0';
    CHECK(lx_key_find(name) == NULL);
}

/* -- Files of one value --------------------------------------------------- */

static void
single(void)
{
    static const struct {
        enum lx_keyway way;
        uint64_t unit;
        const char *text;
        uint64_t number;
        const char *written; /* NULL: as it is read, without the newline */
    } rows[] = {
        {LX_WAY_NUMBER, 1, "max\n", LX_MAX, NULL},
        {LX_WAY_NUMBER, 1, "67108864\n", 67108864, NULL},
        {LX_WAY_NUMBER, 1, "0\n", 0, NULL},
        {LX_WAY_NUMBER, 1, "-20\n", (uint64_t)-20, NULL},
        {LX_WAY_LIMIT, 4096, "9223372036854771712\n", LX_MAX, "-1"},
        {LX_WAY_LIMIT, 4096, "4096\n", 4096, NULL},
        {LX_WAY_LIMIT2, 2 << 20, "9223372036854771712\n", LX_MAX, "max"},
        {LX_WAY_LIMIT2, 2 << 20, "max\n", LX_MAX, NULL},
        {LX_WAY_QUOTA, 1, "-1\n", LX_MAX, NULL},
        {LX_WAY_QUOTA, 1, "150000\n", 150000, NULL},
        {LX_WAY_MINUS, 1, "-1\n", LX_MAX, NULL},
        {LX_WAY_SHARES, 1, "1024\n", 100, NULL},
        {LX_WAY_SHARES, 1, "2\n", 1, "10"},
        {LX_WAY_NICE, 1, "1024\n", 0, NULL},
        {LX_WAY_NICE, 1, "15\n", 19, NULL},
        {LX_WAY_NICE, 1, "88761\n", (uint64_t)-20, NULL},
        {LX_WAY_OOM, 1, "oom_kill_disable 1\nunder_oom 0\n", 1, "1"}};
    static const struct {
        enum lx_keyway way;
        const char *text;
    } bad[] = {
        {LX_WAY_NUMBER, ""},     {LX_WAY_NUMBER, "12 34"},
        {LX_WAY_NUMBER, "x"},    {LX_WAY_NUMBER, "-21"},
        {LX_WAY_NUMBER, "--1"},  {LX_WAY_LIMIT, ""},
        {LX_WAY_CPUMAX, "max"},  {LX_WAY_CPUMAX, "max max"},
        {LX_WAY_CPUMAX, ""},     {LX_WAY_CPUMAX, "1 x"},
        {LX_WAY_OOM, "under 1"}, {LX_WAY_OOM, "oom_kill_disable "},
        {LX_WAY_SHARES, "a"},    {LX_WAY_NUMBER, "18446744073709551616"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct lx_keyvalue value = {0};
        char text[64], written[64];

        lx_format(text, sizeof(text), "%s", rows[i].text);
        CHECK(lx_value_parse(rows[i].way, text, rows[i].unit, &value));
        CHECK(value.number == rows[i].number);
        lx_value_format(rows[i].way, &value, written, sizeof(written));
        CHECK_STR(written, rows[i].written != NULL ? rows[i].written : text);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct lx_keyvalue value = {0};
        char text[64];

        lx_format(text, sizeof(text), "%s", bad[i].text);
        CHECK(!lx_value_parse(bad[i].way, text, 1, &value));
    }
}

static void
cpu_max(void)
{
    char limited[] = "50000 200000\n", free[] = "max 100000\n", text[64];
    struct lx_keyvalue value = {0};

    CHECK(lx_value_parse(LX_WAY_CPUMAX, limited, 1, &value));
    CHECK_INT(value.number, 50000);
    CHECK_INT(value.period, 200000);
    lx_value_format(LX_WAY_CPUMAX, &value, text, sizeof(text));
    CHECK_STR(text, "50000 200000");
    CHECK(lx_value_parse(LX_WAY_CPUMAX, free, 1, &value));
    CHECK(value.number == LX_MAX);
    CHECK_INT(value.period, 100000);
    lx_value_format(LX_WAY_CPUMAX, &value, text, sizeof(text));
    CHECK_STR(text, "max 100000");
}

static void
texts(void)
{
    char list[] = "0-3,6\n", empty[] = "\n";
    char partition[] = "root invalid (Cpu list in cpuset.cpus not exclusive)\n";
    struct lx_keyvalue value = {0};

    CHECK(lx_value_parse(LX_WAY_TEXT, list, 1, &value));
    CHECK_STR(value.text, "0-3,6");
    CHECK(lx_value_parse(LX_WAY_TEXT, empty, 1, &value));
    CHECK_STR(value.text, "");
    CHECK(lx_value_parse(LX_WAY_TEXT, partition, 1, &value));
    CHECK_STR(
        value.text, "root invalid (Cpu list in cpuset.cpus not exclusive)");
}

/* -- Files with entries --------------------------------------------------- */

/* All entries of a text, as they would be written, each followed by ";". */
static const char *
entries(enum lx_keykind kind, const char *text, uint64_t *number)
{
    static char buf[1024];
    struct lx_pool pool = {0};
    struct lx_keyvalue value = {0};
    char copy[1024];
    size_t len = 0;

    lx_format(copy, sizeof(copy), "%s", text);
    buf[0] = '\0';
    CHECK_INT(lx_entries_parse(kind, copy, &pool, &value), 0);
    for (size_t i = 0; i < value.count; i++) {
        len += lx_entry_format(
            kind, &value.entries[i], buf + len, sizeof(buf) - len);
        len += lx_format(buf + len, sizeof(buf) - len, ";");
    }
    if (number != NULL) {
        *number = value.number;
    }
    lx_pool_free(&pool);
    return buf;
}

static void
io_max(void)
{
    CHECK_STR(
        entries(
            LX_KEY_IOMAX,
            "8:16 rbps=2097152 wbps=max riops=max wiops=120\n"
            "8:0 rbps=max wbps=1 riops=4294967294 wiops=max\n",
            NULL),
        "8:16 rbps=2097152 wbps=max riops=max wiops=120;"
        "8:0 rbps=max wbps=1 riops=4294967294 wiops=max;");
    CHECK_STR(entries(LX_KEY_IOMAX, "", NULL), "");
    CHECK_STR(entries(LX_KEY_IOMAX, "\n\n", NULL), "");
    /* What nothing is set of is no entry; words yet to come are let be. */
    CHECK_STR(
        entries(
            LX_KEY_IOMAX,
            "8:0 rbps=max wbps=max riops=max wiops=max\n"
            "9:1 rbps=1 novel=2 wiops=3",
            NULL),
        "9:1 rbps=1 wbps=max riops=max wiops=3;");
    CHECK_STR(entries(LX_KEY_IOMAX, "8:0 rbps\n8:1 rbps=x\n8:2", NULL), "");
}

static void
io_latency(void)
{
    CHECK_STR(
        entries(LX_KEY_IOLATENCY, "8:0 target=75\n8:16 target=max\n", NULL),
        "8:0 target=75;");
}

static void
io_weight(void)
{
    uint64_t number = 0;

    CHECK_STR(
        entries(
            LX_KEY_IOWEIGHT, "default 100\n8:16 200\n8:0 default\n", &number),
        "8:16 200;");
    CHECK_INT(number, 100);
    CHECK_STR(entries(LX_KEY_IOWEIGHT, "default 300\n", &number), "");
    CHECK_INT(number, 300);
    CHECK_STR(entries(LX_KEY_IOWEIGHT, "8:16 200 300\n", NULL), "");
}

static void
others(void)
{
    CHECK_STR(
        entries(
            LX_KEY_RDMA,
            "mlx4_0 hca_handle=2 hca_object=2000\n"
            "ocrdma1 hca_handle=3 hca_object=max\n"
            "none hca_handle=max hca_object=max\n",
            NULL),
        "mlx4_0 hca_handle=2 hca_object=2000;"
        "ocrdma1 hca_handle=3 hca_object=max;");
    CHECK_STR(
        entries(LX_KEY_MISC, "sev 3\nsev_es max\nzero 0\n", NULL),
        "sev 3;zero 0;");
    CHECK_STR(
        entries(LX_KEY_PRIOMAP, "lo 0\neth0 5\nwlan0 4294967295\n", NULL),
        "eth0 5;wlan0 4294967295;");
}

static void
many(void)
{
    struct lx_pool pool = {0};
    struct lx_keyvalue value = {0};
    int bad = 0;

    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < 300; i++) {
            struct lx_entry *entry;
            char name[16];

            lx_format(name, sizeof(name), "%d:0", i);
            entry = lx_entry_of(&pool, &value, name);
            bad += turn == 0 ? lx_entry_isset(entry)
                             : entry->numbers[1] != (uint64_t)i;
            entry->numbers[1] = (uint64_t)i;
        }
    }
    CHECK_INT(bad, 0);
    CHECK_INT(value.count, 300);
    lx_pool_free(&pool);
}

static void
devices(void)
{
    static const char *const bad[] = {
        "",
        "8:",
        ":0",
        "8:x",
        "8:0:1",
        "4096:0",
        "8:1048576",
        "99999999999999999999:0",
        "1111111111111111111:1",
        "/dev/null"};
    struct lx_err err;
    char name[64];

    CHECK_INT(lx_device_name("8:1048575", name, sizeof(name), &err), 0);
    CHECK_STR(name, "8:1048575");
    CHECK_INT(lx_device_name("008:00", name, sizeof(name), &err), 0);
    CHECK_STR(name, "8:0");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_INT(lx_device_name(bad[i], name, sizeof(name), &err), -1);
        CHECK(strcmp(err.reason, "VALUE") == 0);
    }
    CHECK_INT(lx_device_name("/dev/nscg-none", name, sizeof(name), &err), -1);
    CHECK(err.errnum != 0);
}

int
main(void)
{
    RUN(table);
    RUN(names);
    RUN(single);
    RUN(cpu_max);
    RUN(texts);
    RUN(io_max);
    RUN(io_latency);
    RUN(io_weight);
    RUN(others);
    RUN(many);
    RUN(devices);
    return check_done();
}
