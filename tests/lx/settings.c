/*
 * The names of the kernel's settings, the names of capabilities, and what the
 * steps that set something of a process record instead of doing it.
 */

#include <limits.h>

#include "check.h"
#include "lx.h"

static void
CheckPath(const char *name, const char *wanted)
{
    char path[64] = "";
    struct lx_err err;

    if (wanted == NULL) {
        CHECK_INT(lx_sysctl_path(path, sizeof(path), name, &err), -1);
        CHECK_STR(err.area, "SYSCTL");
        CHECK_STR(err.reason, "NAME");
    } else {
        CHECK_INT(lx_sysctl_path(path, sizeof(path), name, &err), 0);
        CHECK_STR(path, wanted);
    }
}

static void
SysctlPaths(void)
{
    char longest[80];

    CheckPath("vm", "vm");
    CheckPath("net.ipv4.ip_forward", "net/ipv4/ip_forward");
    CheckPath("net/ipv4/ip_forward", "net/ipv4/ip_forward");
    CheckPath("/proc/sys/vm/swappiness", "vm/swappiness");
    CheckPath("net.ipv4.conf.eth0/1.mtu", "net/ipv4/conf/eth0.1/mtu");
    CheckPath("net/ipv4/conf/eth0.1/mtu", "net/ipv4/conf/eth0.1/mtu");
    CheckPath("a/.b", "a/.b");
    CheckPath("a/...", "a/...");
    CheckPath("", NULL);
    CheckPath(".", NULL);
    CheckPath("/", NULL);
    CheckPath("a..b", NULL);
    CheckPath("a//b", NULL);
    CheckPath("a/..", NULL);
    CheckPath("a/../b", NULL);
    CheckPath("../b", NULL);
    CheckPath("a./", NULL);
    CheckPath("a.//.b", NULL);
    memset(longest, 'x', sizeof(longest));
    longest[64] = '\0';
    CheckPath(longest, NULL);
    longest[63] = '\0';
    CheckPath(longest, longest);
}

static void
SysctlKinds(void)
{
    CHECK_INT(lx_sysctl_kind("net/ipv4/ip_forward"), LX_NET);
    CHECK_INT(lx_sysctl_kind("kernel/shmmax"), LX_IPC);
    CHECK_INT(lx_sysctl_kind("fs/mqueue/msg_max"), LX_IPC);
    CHECK_INT(lx_sysctl_kind("kernel/hostname"), LX_UTS);
    CHECK_INT(lx_sysctl_kind("user/max_net_namespaces"), LX_USER);
    CHECK_INT(lx_sysctl_kind("kernel/panic"), -1);
    CHECK_INT(lx_sysctl_kind("network"), -1);
    CHECK_INT(lx_sysctl_kind("net"), -1);
}

static void
CapabilityNames(void)
{
    char buf[32];

    CHECK_INT(lx_caps_find("cap_chown"), 0);
    CHECK_INT(lx_caps_find("chown"), 0);
    CHECK_INT(lx_caps_find("CAP_Kill"), 5);
    CHECK_INT(lx_caps_find("5"), 5);
    CHECK_INT(lx_caps_find("63"), 63);
    CHECK_INT(lx_caps_find("64"), -1);
    CHECK_INT(lx_caps_find("18446744073709551616"), -1);
    CHECK_INT(lx_caps_find(""), -1);
    CHECK_INT(lx_caps_find("cap_"), -1);
    CHECK_INT(lx_caps_find("cap_cap_chown"), -1);
    CHECK_INT(
        lx_caps_find("cap_chown_and_a_name_longer_than_any_of_them_could_be"),
        -1);
    CHECK_STR(lx_caps_name(0, buf), "cap_chown");
    CHECK_STR(lx_caps_name(63, buf), "63");
}

static void
CapabilityText(void)
{
    struct lx_caps caps;

    CHECK_INT(lx_caps_parse("cap_chown=ep cap_kill+i", &caps), 0);
    CHECK_INT(caps.effective, 1);
    CHECK_INT(caps.permitted, 1);
    CHECK_INT(caps.inheritable, 0x20);
    CHECK_INT(lx_caps_parse("=", &caps), 0);
    CHECK_INT(caps.permitted, 0);
    CHECK_INT(lx_caps_parse("all=p", &caps), 0);
    CHECK(caps.permitted == lx_caps_all());
    CHECK_INT(lx_caps_parse("chown", &caps), -1);
}

/* What a step records, its lines parted by '|'. */
static char recorded[4096];

static void
Record(void *arg, const char *line)
{
    size_t len = strlen(recorded);

    (void)arg;
    lx_format(
        recorded + len, sizeof(recorded) - len, len > 0 ? "|%s" : "%s", line);
}

static void
CheckRecord(lx_run *run, const void *args, const char *wanted)
{
    struct lx_kernel kernel = {Record, NULL, 0};
    struct lx_err err;

    recorded[0] = '\0';
    CHECK_INT(run(&kernel, args, &err), 0);
    CHECK_STR(recorded, wanted);
}

static void
Recordings(void)
{
    const uint32_t groups[] = {7, UINT32_MAX - 1};
    const struct lx_user user = {
        .uid = 1, .gid = 2, .groups = groups, .groupCount = 2};
    const struct lx_user keeping = {
        .uid = 1, .gid = 2, .keepGroups = true, .keepCaps = true};
    const struct lx_mkdir dir = {
        .path = "/a//b/../c/", .mode = 0700, .parents = true};
    const struct lx_device device = {
        .path = "/d", .block = true, .major = 8, .minor = 300, .mode = 0600};
    const struct lx_write file = {
        .path = "/f",
        .data = "a\0\n",
        .len = 3,
        .append = true,
        .mode = LX_MODE_UNSET};

    CheckRecord(
        lx_user_run, &user,
        "setgroups(2, [7, 4294967294])|setresgid(2, 2, 2)|setresuid(1, 1, 1)");
    CheckRecord(
        lx_user_run, &keeping,
        "prctl(PR_SET_KEEPCAPS, 1)|setresgid(2, 2, 2)|setresuid(1, 1, 1)");
    CheckRecord(
        lx_mkdir_run, &dir,
        "mkdirat(AT_FDCWD, \"/a\", 0777)|mkdirat(AT_FDCWD, \"/a//b\", 0777)|"
        "umask(0)|mkdirat(AT_FDCWD, \"/a//b/../c/\", 0700)|umask(...)");
    CheckRecord(
        lx_device_run, &device,
        "umask(0)|mknodat(AT_FDCWD, \"/d\", S_IFBLK|0600, makedev(8, 300))|"
        "umask(...)");
    CheckRecord(
        lx_write_run, &file,
        "openat(AT_FDCWD, \"/f\", "
        "O_WRONLY|O_APPEND|O_NONBLOCK|O_NOCTTY|O_CLOEXEC, 0666) = 3|"
        "write(3, \"a?\\n\", 3)|close(3)");
}

static void
RecordedCapabilities(void)
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_capset set = {.mask = 0x21, .names = lx_caps_names(&pool)};
    char wanted[256];

    lx_format(
        wanted, sizeof(wanted),
        "prctl(PR_CAPBSET_DROP, CAP_CHOWN)|prctl(PR_CAPBSET_DROP, CAP_KILL)|"
        "capget(..., ...)|capset(..., {effective 0x%x, permitted 0x%x, "
        "inheritable 0x0})",
        (unsigned long)(lx_caps_all() & ~set.mask),
        (unsigned long)(lx_caps_all() & ~set.mask));
    CheckRecord(lx_caps_drop_run, &set, wanted);
    lx_pool_free(&pool);
}

int
main(void)
{
    RUN(SysctlPaths);
    RUN(SysctlKinds);
    RUN(CapabilityNames);
    RUN(CapabilityText);
    RUN(Recordings);
    RUN(RecordedCapabilities);
    return check_done();
}
