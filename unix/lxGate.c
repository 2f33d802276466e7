/*
 * lxGate.c --
 *
 *      Which gate refused a namespace, and what opens it. The kernel's errno
 *      says little; the machine's settings, read after the refusal, say more.
 *      A hint is given only where a setting was found that explains the errno:
 *      no hint is better than a wrong one.
 *
 *      Runs in the parent, never in a child that shares memory with it.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

#define CAPABILITY_SYS_ADMIN 21

#define APPARMOR "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
#define USERNS_CLONE "/proc/sys/kernel/unprivileged_userns_clone"

static bool
FileSays(const char *path, const char *value)
{
    char text[64];

    if (lx_read_file(path, text, sizeof(text)) < 0) {
        return false;
    }
    text[strcspn(text, "\n")] = '\0';
    return strcmp(text, value) == 0;
}

/*
 * A number from /proc/thread-self/status, as it stands behind NAME and a tab.
 */
static bool
StatusNumber(const char *name, int base, unsigned long long *value)
{
    char text[32];

    if (!lx_proc_status(0, name, text, sizeof(text))) {
        return false;
    }
    *value = strtoull(text, NULL, base);
    return true;
}

static bool
HasSysAdmin(void)
{
    unsigned long long caps;

    return !StatusNumber("CapEff", 16, &caps)
        || (caps >> CAPABILITY_SYS_ADMIN & 1);
}

static bool
Filtered(void)
{
    unsigned long long mode;

    return StatusNumber("Seccomp", 10, &mode) && mode == 2;
}

/*
 * Is no mount's mount point the root? Then the root is a folder within one:
 * chroot(2). A chroot to a mount point is seen by comparison with PID 1.
 */
static bool
InChroot(void)
{
    char buf[LX_MOUNT_LINE];
    struct lx_lines lines;
    struct lx_mount mount;
    bool rootSeen = false;
    struct stat mine, first;

    if (lx_mounts_open(&lines, buf) != 0) {
        return false;
    }
    while (!rootSeen && lx_mounts_next(&lines, &mount)) {
        rootSeen = strcmp(mount.target, "/") == 0;
    }
    lx_lines_close(&lines);
    if (!rootSeen) {
        return true;
    }
    return stat("/proc/self/ns/mnt", &mine) == 0
        && stat("/proc/1/ns/mnt", &first) == 0 && mine.st_ino == first.st_ino
        && stat("/", &mine) == 0 && stat("/proc/1/root", &first) == 0
        && (mine.st_dev != first.st_dev || mine.st_ino != first.st_ino);
}

static bool
Covers(const char *path, unsigned long id)
{
    FILE *file = fopen(path, "re");
    unsigned long inside, outside, count;
    bool covered = file == NULL;

    while (file != NULL
           && fscanf(file, "%lu %lu %lu", &inside, &outside, &count) == 3) {
        covered |= id >= inside && id - inside < count;
    }
    if (file != NULL) {
        fclose(file);
    }
    return covered;
}

/*
 * AppArmor either refuses the namespace (as in Ubuntu 23.10) or grants it and
 * takes its capabilities away (24.04): then the next step fails.
 */
static bool
AppArmorRestricts(bool privileged)
{
    char label[256];

    if (!FileSays(APPARMOR, "1")) {
        return false;
    }
    return !privileged
        || (lx_read_file("/proc/self/attr/current", label, sizeof(label)) > 0
            && strstr(label, "unprivileged_userns") != NULL);
}

static void
RefusedByFilter(struct lx_err *err)
{
    lx_hint(
        err,
        "a seccomp filter is in force (Seccomp is 2 in "
        "/proc/self/status), as Docker sets one: it is opened from "
        "outside, by docker run --cap-add SYS_ADMIN or --security-opt "
        "seccomp=unconfined");
}

static bool
UserNamespaceRefused(struct lx_err *err, bool privileged)
{
    if (InChroot()) {
        lx_hint(
            err,
            "this process is in a chroot, and there the kernel makes no "
            "user namespace: start outside of it, or enter that root "
            "with pivot_root instead (mount pivot)");
    } else if (
        !Covers("/proc/self/uid_map", geteuid())
        || !Covers("/proc/self/gid_map", getegid())) {
        lx_hint(
            err,
            "the present user namespace has no number for uid %u and gid "
            "%u of this process: its uid_map and gid_map must be "
            "written first",
            (unsigned)geteuid(), (unsigned)getegid());
    } else if (AppArmorRestricts(privileged)) {
        lx_hint(
            err,
            "AppArmor keeps user namespaces from ordinary users: "
            "kernel.apparmor_restrict_unprivileged_userns is 1; \"sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0\" opens it, "
            "or an AppArmor profile of this program that allows userns");
    } else if (!privileged && FileSays(USERNS_CLONE, "0")) {
        lx_hint(
            err,
            "kernel.unprivileged_userns_clone is 0: \"sysctl "
            "kernel.unprivileged_userns_clone=1\" opens user namespaces "
            "to ordinary users");
    } else if (Filtered()) {
        RefusedByFilter(err);
    } else {
        return false;
    }
    return true;
}

static void
Refused(struct lx_err *err, unsigned kinds)
{
    bool privileged = HasSysAdmin();

    if (kinds & LX_KIND_BIT(LX_USER)) {
        UserNamespaceRefused(err, privileged);
    } else if (privileged && AppArmorRestricts(true)) {
        UserNamespaceRefused(err, true);
    } else if (!privileged && geteuid() == 0) {
        lx_hint(
            err,
            "it takes CAP_SYS_ADMIN, and uid 0 has lost it here, as in "
            "most containers: docker run --cap-add SYS_ADMIN opens it; "
            "or a new user namespace along with it (user among the "
            "kinds)");
    } else if (!privileged) {
        lx_hint(
            err,
            "it takes CAP_SYS_ADMIN, which uid %u has not: a new user "
            "namespace along with it (user among the kinds) gives it, "
            "or root",
            (unsigned)geteuid());
    } else if (Filtered()) {
        RefusedByFilter(err);
    }
}

/*
 * A limit counts per user and per user namespace, and those further out count
 * too, which cannot be read from here; so a limit is named as the culprit
 * only where it is 0.
 */
static void
NoRoom(struct lx_err *err, unsigned kinds)
{
    char text[512] = "";
    size_t len = 0;
    bool nests = kinds & (LX_KIND_BIT(LX_USER) | LX_KIND_BIT(LX_PID));

    for (int kind = 0; kind < LX_KINDS; kind++) {
        char path[80];
        unsigned long limit;

        lx_format(
            path, sizeof(path), "/proc/sys/user/%s", lx_kinds[kind].limit);
        if (!(kinds & LX_KIND_BIT(kind)) || !lx_file_number(path, &limit)) {
            continue;
        }
        if (limit == 0) {
            lx_hint(
                err, "user.%s is 0: \"sysctl user.%s=1000\" opens it",
                lx_kinds[kind].limit, lx_kinds[kind].limit);
            return;
        }
        len = lx_append(
            text, sizeof(text), len, "%suser.%s (%l)", len > 0 ? ", " : "",
            lx_kinds[kind].limit, (long)limit);
    }
    lx_hint(
        err,
        "not disk space: a limit on namespaces is reached, %s%s, here "
        "or in a user namespace further out",
        text[0] != '\0' ? text : "one of /proc/sys/user",
        nests ? ", or 32, the depth to which they nest" : "");
}

static void
NotKnown(struct lx_err *err, unsigned kinds)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if ((kinds & LX_KIND_BIT(kind)) && !lx_kind_known((enum lx_kind)kind)) {
            lx_hint(
                err, "this kernel has no %s namespaces", lx_kinds[kind].name);
            return;
        }
    }
}

/*
 * Names the gate for a namespace of those kinds, which the kernel refused to
 * make with err->errnum; where it finds none, err is left as it is.
 */
void
lx_ns_gate(struct lx_err *err, unsigned kinds)
{
    switch (err->errnum) {
    case EPERM:
    case EACCES:
        Refused(err, kinds);
        break;
    case ENOSPC:
    case EUSERS: /* user namespaces before Linux 4.9 */
        NoRoom(err, kinds);
        break;
    case EINVAL:
        NotKnown(err, kinds);
        break;
    case EAGAIN:
    case ENOMEM:
        lx_fork_gate(err);
        break;
    default:
        break;
    }
}
