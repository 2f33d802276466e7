/*
 * lxNs.c --
 *
 *      Namespaces: their kinds, and getting hold of one.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
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

static int
OpenOwn(enum lx_kind kind, struct lx_err *err)
{
    char path[64];
    int fd;

    lx_format(
        path, sizeof(path), "/proc/thread-self/ns/%s", lx_kinds[kind].name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? fd : lx_fail(err, errno, "cannot open %q", path);
}

/*
 * A namespace's inode number is its identity: see namespaces(7).
 */
bool
lx_ns_mine(int fd, enum lx_kind kind)
{
    struct lx_err ignored;
    LX_AUTOCLOSE int own = OpenOwn(kind, &ignored);
    struct stat mine, other;

    return own >= 0 && fstat(own, &mine) == 0 && fstat(fd, &other) == 0
        && mine.st_ino == other.st_ino && mine.st_dev == other.st_dev;
}

static bool
HasExited(int pidfd)
{
    struct pollfd poller = {.fd = pidfd, .events = POLLIN};

    return pidfd >= 0 && poll(&poller, 1, 0) == 1;
}

static int
OpenOfProcess(
    const struct lx_target *target, enum lx_kind kind, struct lx_err *err)
{
    char path[64];
    int fd, errnum;

    lx_format(
        path, sizeof(path), "/proc/%d/ns/%s", (int)target->pid,
        lx_kinds[kind].name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    errnum = errno;
    /* With the pidfd looked at after the open, the number cannot have been
     * given to another process in between. */
    if (HasExited(target->pidfd)
        || (fd < 0 && kill(target->pid, 0) != 0 && errno == ESRCH)) {
        lx_fd_close(&fd);
        return lx_refuse(
            err, "NS", "EXITED", "pid %d has exited", (int)target->pid);
    }
    if (fd < 0 && errnum == ENOENT) {
        char status[64];

        lx_format(status, sizeof(status), "/proc/%d", (int)target->pid);
        if (access(status, F_OK) == 0
            && access("/proc/self/ns", F_OK) == 0) {
            return lx_refuse(
                err, "NS", "EXITED",
                "pid %d has exited, or this kernel has no %s namespaces",
                (int)target->pid, lx_kinds[kind].name);
        }
    }
    if (fd < 0) {
        lx_fail(
            err, errnum, "cannot open the %s namespace of pid %d",
            lx_kinds[kind].name, (int)target->pid);
        if (errnum == EACCES || errnum == EPERM) {
            lx_hint(
                err, "it takes the right to trace that process: the same "
                     "user, or CAP_SYS_PTRACE in its user namespace");
        }
        return -1;
    }
    return fd;
}

static int
OpenOfPath(const char *path, enum lx_kind kind, struct lx_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int found;
    int pid;

    if (fd < 0) {
        if (errno == ENOENT && sscanf(path, "/proc/%d/", &pid) == 1) {
            return lx_refuse(
                err, "NS", "EXITED", "pid %d has exited", pid);
        }
        return lx_fail(err, errno, "cannot open namespace %q", path);
    }
    found = lx_ns_kind(fd);
    if (found < 0) {
        struct stat st;
        const char *what = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
            ? "plain file"
            : "file of another sort";

        lx_fd_close(&fd);
        return lx_refuse(
            err, "NS", "NOTNS", "%q is a %s, not a namespace", path, what);
    }
    if (found != (int)kind) {
        lx_fd_close(&fd);
        return lx_refuse(
            err, "NS", "KIND", "%q is a %s namespace, not a %s namespace",
            path, lx_kinds[found].name, lx_kinds[kind].name);
    }
    return fd;
}

/*
 * A new descriptor of the target's namespace of that kind.
 */
int
lx_ns_open(
    const struct lx_target *target, enum lx_kind kind, struct lx_err *err)
{
    if (target->fd >= 0) {
        int found = lx_ns_kind(target->fd);
        int fd;

        if (found != (int)kind) {
            return lx_refuse(
                err, "NS", "KIND",
                "the handle holds a %s namespace, not a %s namespace",
                found < 0 ? "closed" : lx_kinds[found].name,
                lx_kinds[kind].name);
        }
        fd = fcntl(target->fd, F_DUPFD_CLOEXEC, 3);
        return fd >= 0 ? fd
                       : lx_fail(err, errno, "cannot copy a descriptor");
    }
    if (target->self) {
        return OpenOwn(kind, err);
    }
    if (target->path != NULL) {
        return OpenOfPath(target->path, kind, err);
    }
    return OpenOfProcess(target, kind, err);
}

int
lx_thread_count(void)
{
    char text[4096];
    const char *line;
    unsigned long count = 0;
    size_t digits;

    if (lx_read_file("/proc/self/status", text, sizeof(text)) < 0) {
        return -1;
    }
    line = strstr(text, "\nThreads:\t");
    if (line == NULL) {
        return -1;
    }
    line += strlen("\nThreads:\t");
    digits = strcspn(line, "\n");
    for (size_t i = 0; i < digits; i++) {
        count = count * 10 + (unsigned long)(line[i] - '0');
    }
    return (int)count;
}
