/*
 * lxNs.c --
 *
 *      Namespaces: their kinds, and what a descriptor of one tells.
 */

#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lx.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif
#define NSFS_MAGIC_NUMBER 0x6e736673

/* In the order of enum lx_kind. */
const struct lx_kindinfo lx_kinds[LX_KINDS] = {
    {"cgroup", NULL, "max_cgroup_namespaces", CLONE_NEWCGROUP},
    {"ipc", NULL, "max_ipc_namespaces", CLONE_NEWIPC},
    {"mnt", "mount", "max_mnt_namespaces", CLONE_NEWNS},
    {"net", "network", "max_net_namespaces", CLONE_NEWNET},
    {"pid", NULL, "max_pid_namespaces", CLONE_NEWPID},
    {"time", NULL, "max_time_namespaces", CLONE_NEWTIME},
    {"user", NULL, "max_user_namespaces", CLONE_NEWUSER},
    {"uts", NULL, "max_uts_namespaces", CLONE_NEWUTS}};

unsigned
lx_kind_flags(unsigned kinds)
{
    unsigned flags = 0;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (kinds & LX_KIND_BIT(kind)) {
            flags |= lx_kinds[kind].flag;
        }
    }
    return flags;
}

int
lx_kind_find(const char *name)
{
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (strcmp(name, lx_kinds[kind].name) == 0
            || (lx_kinds[kind].alias != NULL
                && strcmp(name, lx_kinds[kind].alias) == 0)) {
            return kind;
        }
    }
    return -1;
}

/*
 * A set of kinds as a list in words: "mnt, net and uts". Returns buf.
 */
char *
lx_kind_names(unsigned kinds, char *buf, size_t size)
{
    size_t len = 0;

    buf[0] = '\0';
    for (int kind = 0; kind < LX_KINDS; kind++) {
        unsigned later = kinds & ~(LX_KIND_BIT(kind + 1) - 1);

        if (kinds & LX_KIND_BIT(kind)) {
            len = lx_append(
                buf, size, len, "%s%s", lx_kinds[kind].name,
                later == 0                ? ""
                    : later & (later - 1) ? ", "
                                          : " and ");
        }
    }
    return buf;
}

/*
 * -1 for what is no namespace at all; the check of the file system comes
 * first, because the ioctl's number means other things to other files.
 */
int
lx_ns_kind(int fd)
{
    struct statfs fs;
    int flag;

    if (fstatfs(fd, &fs) != 0 || fs.f_type != NSFS_MAGIC_NUMBER) {
        return -1;
    }
    flag = ioctl(fd, NS_GET_NSTYPE);
    for (int kind = 0; flag > 0 && kind < LX_KINDS; kind++) {
        if (lx_kinds[kind].flag == (unsigned)flag) {
            return kind;
        }
    }
    return -1;
}

int
lx_ns_inode(int fd, uint64_t *inode)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return -1;
    }
    *inode = st.st_ino;
    return 0;
}

bool
lx_kind_known(enum lx_kind kind)
{
    char path[64];

    lx_format(path, sizeof(path), "/proc/self/ns/%s", lx_kinds[kind].name);
    return access(path, F_OK) == 0 || access("/proc/self/ns", F_OK) != 0;
}

/*
 * A namespace's inode number is its identity: see namespaces(7). What counts
 * for pid is where this thread's children go, which setns(2) changes; for
 * time, both.
 */
static bool
IsOwn(const char *name, const struct stat *other)
{
    char path[64];
    struct stat mine;

    lx_format(path, sizeof(path), "/proc/thread-self/ns/%s", name);
    return stat(path, &mine) == 0 && mine.st_ino == other->st_ino
        && mine.st_dev == other->st_dev;
}

bool
lx_ns_mine(int fd, enum lx_kind kind)
{
    struct stat other;

    if (fstat(fd, &other) != 0) {
        return false;
    }
    if (kind == LX_PID) {
        return IsOwn("pid_for_children", &other);
    }
    return IsOwn(lx_kinds[kind].name, &other)
        && (kind != LX_TIME || IsOwn("time_for_children", &other));
}

/*
 * The folder has a link more for each thread.
 */
int
lx_thread_count(void)
{
    struct stat st;

    return stat("/proc/self/task", &st) == 0 ? (int)st.st_nlink - 2 : -1;
}
