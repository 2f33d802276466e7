/* Settings of a group in a folder that only looks like version 2: what real
 * kernels do not show, or not on every machine. */

#include "check.h"
#include "lx.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/nscg-unit-XXXXXX";
static struct lx_cgroups cgroups;
static struct lx_group group;

static void
put(const char *file, const char *text)
{
    char path[256];
    int fd;

    lx_format(path, sizeof(path), "%s/%s", top, file);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static void
make(void)
{
    struct lx_err err;
    char path[256];

    CHECK(mkdtemp(top) != NULL);
    lx_format(path, sizeof(path), "%s/g", top);
    CHECK_INT(mkdir(path, 0755), 0);
    lx_cgroups_init(&cgroups);
    cgroups.count = 1;
    cgroups.unified = 0;
    cgroups.list[0].version = 2;
    cgroups.list[0].controllers = LX_CG_ALL;
    cgroups.list[0].label = "unified";
    cgroups.list[0].path = top;
    cgroups.list[0].root = "/";
    cgroups.list[0].own = "";
    CHECK_INT(lx_group_name(&group, &cgroups, "/g", &err), 0);
}

static int
get(const char *name, struct lx_pool *pool, struct lx_keyvalue *value,
    struct lx_err *err)
{
    return lx_group_get(&group, lx_key_find(name), name, pool, value, err);
}

/* Text that no kernel writes is refused, not read as something else. */
static void
format(void)
{
    static const struct {
        const char *name, *text;
    } rows[] = {{"memory.max", "many\n"},     {"memory.max", ""},
                {"cpu.max", "max\n"},         {"pids.max", "-3x\n"},
                {"cpu.weight.nice", "-99\n"}, {"hugetlb.2MB.max", "x\n"},
                {"cpu.idle", "yes\n"}};
    int wrong = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct lx_pool pool = {0};
        struct lx_keyvalue value;
        struct lx_err err;
        char file[64];

        lx_format(file, sizeof(file), "g/%s", rows[i].name);
        put(file, rows[i].text);
        if (get(rows[i].name, &pool, &value, &err) != -1
            || strcmp(err.reason, "FORMAT") != 0
            || strcmp(err.detail, rows[i].name) != 0) {
            printf("%s: %s\n", rows[i].name, rows[i].text);
            wrong++;
        }
        lx_pool_free(&pool);
    }
    CHECK_INT(wrong, 0);
}

/* As long as a file may be: processes, or processors of a large machine. */
static void
long_text(void)
{
    static char text[100001];
    struct lx_pool pool = {0};
    struct lx_keyvalue value;
    struct lx_err err;
    size_t sizes[] = {0, 4094, 4095, 4096, 8190, 8191, 8192, 100000};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memset(text, '7', sizes[i]);
        text[sizes[i]] = '\0';
        put("g/cgroup.procs", text);
        CHECK_INT(get("cgroup.procs", &pool, &value, &err), 0);
        CHECK_INT(strlen(value.text), sizes[i]);
    }
    lx_pool_free(&pool);
}

static void
not_enabled(void)
{
    struct lx_pool pool = {0};
    struct lx_keyvalue value;
    struct lx_err err;
    char hint[256];

    put("g/cgroup.controllers", "cpu pids\n");
    CHECK_INT(get("memory.high", &pool, &value, &err), -1);
    CHECK_STR(err.reason, "NOTENABLED");
    CHECK_STR(err.detail, "memory.high");
    lx_format(
        hint, sizeof(hint),
        "cannot get memory.high of \"/g\": group \"/g\" has no controller "
        "memory: it is not in \"%s/cgroup.subtree_control\"",
        top);
    CHECK_STR(err.what, hint);
    /* It is there, but the kernel does not know the key. */
    put("g/cgroup.controllers", "cpu memory pids\n");
    CHECK_INT(get("memory.high", &pool, &value, &err), -1);
    CHECK_STR(err.reason, "UNSUPPORTED");
    lx_pool_free(&pool);
}

/* A kernel without iocost. */
static void
bfq_alone(void)
{
    struct lx_pool pool = {0};
    struct lx_keyvalue value;
    struct lx_err err;

    put("g/cgroup.controllers", "io\n");
    CHECK_INT(get("io.weight", &pool, &value, &err), -1);
    CHECK_STR(err.reason, "UNSUPPORTED");
    put("g/io.bfq.weight", "default 70\n8:0 300\n");
    CHECK_INT(get("io.weight", &pool, &value, &err), 0);
    CHECK_INT(value.number, 70);
    CHECK_INT(value.count, 1);
    CHECK_STR(value.entries[0].name, "8:0");
    /* With it, what iocost says of a disk comes first. */
    put("g/io.weight", "default 5000\n8:0 2000\n8:16 400\n");
    put("g/io.bfq.weight", "default 1000\n8:0 300\n8:32 9\n");
    CHECK_INT(get("io.weight", &pool, &value, &err), 0);
    CHECK_INT(value.number, 5000);
    CHECK_INT(value.count, 3);
    CHECK_INT(value.entries[0].numbers[0], 2000);
    CHECK_INT(value.entries[1].numbers[0], 400);
    CHECK_INT(value.entries[2].numbers[0], 9);
    lx_pool_free(&pool);
}

/* No other controller's keys, and huge pages of each size. */
static void
everything(void)
{
    struct lx_pool pool = {0};
    struct lx_setting *settings;
    struct lx_err err;
    size_t count;
    int found = 0;

    put("g/pids.max", "7\n");
    put("g/memory.max", "max\n");
    put("g/cpu.max", "max 100000\n");
    put("g/cpu.idle", "0\n");
    put("g/cpu.weight.nice", "3\n");
    put("g/hugetlb.2MB.max", "9223372036854771712\n");
    put("g/hugetlb.64KB.rsvd.max", "max\n");
    put("g/hugetlb.odd.max", "max\n");
    put("g/hugetlb.2MB.current", "0\n");
    CHECK_INT(lx_group_getall(&group, &pool, &settings, &count, &err), 0);
    for (size_t i = 0; i < count; i++) {
        const char *name = settings[i].name;

        found += strcmp(name, "pids.max") == 0
            || strcmp(name, "memory.max") == 0 || strcmp(name, "cpu.max") == 0
            || strcmp(name, "cpu.idle") == 0 || strcmp(name, "io.weight") == 0
            || strcmp(name, "hugetlb.2MB.max") == 0
            || strcmp(name, "hugetlb.64KB.rsvd.max") == 0;
        if (strncmp(name, "hugetlb.", 8) == 0) {
            CHECK(settings[i].value.number == LX_MAX);
        }
    }
    CHECK_INT(count, 7);
    CHECK_INT(found, 7);
    lx_pool_free(&pool);
}

static void
nothing_mounted(void)
{
    struct lx_pool pool = {0};
    struct lx_keyvalue value;
    struct lx_err err;

    cgroups.count = 0;
    CHECK_INT(get("pids.max", &pool, &value, &err), -1);
    CHECK_STR(err.reason, "NOTMOUNTED");
    CHECK_INT(get("pids.foo", &pool, &value, &err), -1);
    CHECK_STR(err.reason, "NOTMOUNTED");
    cgroups.count = 1;
    lx_pool_free(&pool);
}

static void
clear(void)
{
    char command[64];

    lx_format(command, sizeof(command), "rm -r %s", top);
    CHECK_INT(system(command), 0);
}

int
main(void)
{
    RUN(make);
    RUN(format);
    RUN(long_text);
    RUN(not_enabled);
    RUN(bfq_alone);
    RUN(everything);
    RUN(nothing_mounted);
    RUN(clear);
    return check_done();
}
