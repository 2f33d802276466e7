/*
 * lxTarget.c --
 *
 *      Getting hold of a namespace: this thread's own, a process's, or one
 *      that a path or descriptor names.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lx.h"

#define NSFS_MAGIC_NUMBER 0x6e736673

static int
Unsupported(enum lx_kind kind, struct lx_err *err)
{
    return lx_refuse(
        err, "NS", "UNSUPPORTED", "this kernel has no %s namespaces",
        lx_kinds[kind].name);
}

/*
 * Without /proc nothing here works, and no process is to be called gone.
 */
static bool
NoProc(struct lx_err *err, const char *what)
{
    if (access("/proc/self", F_OK) == 0) {
        return false;
    }
    lx_fail(err, ENOENT, "cannot open %s", what);
    lx_hint(err, "there is no \"/proc\" here: mount new proc /proc");
    return true;
}

static int
OpenOwn(enum lx_kind kind, struct lx_err *err)
{
    char path[64];
    int fd;

    lx_format(
        path, sizeof(path), "/proc/thread-self/ns/%s", lx_kinds[kind].name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && !lx_kind_known(kind)) {
        return Unsupported(kind, err);
    }
    if (fd < 0 && !NoProc(err, "this thread's namespaces")) {
        lx_fail(err, errno, "cannot open %q", path);
    }
    return fd;
}

/*
 * The numbers of this thread's namespaces, from where they stand in the links
 * of /proc: half the cost of opening each. Returns the set of the kinds found.
 */
unsigned
lx_ns_own(uint64_t inodes[LX_KINDS])
{
    unsigned kinds = 0;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        char path[64], text[64], *digits;
        unsigned long number;
        ssize_t len;

        lx_format(
            path, sizeof(path), "/proc/thread-self/ns/%s", lx_kinds[kind].name);
        len = readlink(path, text, sizeof(text) - 1);
        text[len > 0 ? len - 1 : 0] = '\0'; /* uts:[4026531838] */
        digits = strchr(text, '[');
        if (digits != NULL && lx_number(digits + 1, &number)) {
            inodes[kind] = number;
            kinds |= LX_KIND_BIT(kind);
        }
    }
    return kinds;
}

bool
lx_pidfd_ended(int pidfd)
{
    struct pollfd poller = {.fd = pidfd, .events = POLLIN};

    return pidfd >= 0 && poll(&poller, 1, 0) == 1;
}

static int
Exited(pid_t pid, struct lx_err *err)
{
    return lx_refuse(err, "NS", "EXITED", "pid %d has exited", (int)pid);
}

/*
 * From here to the close of *held, the target's pid means the process that it
 * means now.
 */
int
lx_target_hold(struct lx_target *target, int *held, struct lx_err *err)
{
    *held = -1;
    if (target->ended) {
        return Exited(target->pid, err);
    }
    if (target->pid == 0 || target->pidfd >= 0) {
        return 0;
    }
    *held = (int)syscall(SYS_pidfd_open, target->pid, 0);
    if (*held < 0 && errno == ESRCH) {
        return Exited(target->pid, err);
    }
    target->pidfd = *held; /* an old kernel, or a thread's number, has none */
    return 0;
}

static int
OpenOfProcess(
    const struct lx_target *target, enum lx_kind kind, struct lx_err *err)
{
    char path[64];
    int fd, errnum;

    if (target->ended) {
        return Exited(target->pid, err);
    }
    if (lx_proc_check(err) != 0) {
        return -1;
    }
    lx_format(
        path, sizeof(path), "/proc/%d/ns/%s", (int)target->pid,
        lx_kinds[kind].name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    errnum = errno;
    /* With the pidfd looked at after the open, the number cannot have been
     * given to another process in between. */
    if (lx_pidfd_ended(target->pidfd)
        || (fd < 0 && kill(target->pid, 0) != 0 && errno == ESRCH)) {
        lx_fd_close(&fd);
        return Exited(target->pid, err);
    }
    if (fd < 0 && NoProc(err, "a process's namespaces")) {
        return -1;
    }
    if (fd < 0 && errnum == ENOENT) { /* a zombie has no namespaces */
        return lx_kind_known(kind) ? Exited(target->pid, err)
                                   : Unsupported(kind, err);
    }
    if (fd < 0) {
        lx_fail(
            err, errnum, "cannot open the %s namespace of pid %d",
            lx_kinds[kind].name, (int)target->pid);
        if (errnum == EACCES || errnum == EPERM) {
            lx_hint(
                err,
                "it takes the right to trace that process: the same "
                "user, or CAP_SYS_PTRACE in its user namespace");
        }
        return -1;
    }
    return fd;
}

static int
CannotOpen(const char *path, int errnum, struct lx_err *err)
{
    int pid;

    if (errnum == ENOENT && sscanf(path, "/proc/%d/ns/", &pid) == 1
        && access("/proc/self", F_OK) == 0) {
        char folder[32];

        lx_format(folder, sizeof(folder), "/proc/%d", pid);
        if (access(folder, F_OK) != 0) {
            return Exited(pid, err);
        }
    }
    return lx_fail(err, errnum, "cannot open namespace %q", path);
}

static int
NotNamespace(const char *path, const struct stat *st, struct lx_err *err)
{
    const char *what = S_ISREG(st->st_mode) ? "plain file"
        : S_ISDIR(st->st_mode)              ? "folder"
        : S_ISLNK(st->st_mode)              ? "symbolic link"
                                            : "special file";

    lx_refuse(err, "NS", "NOTNS", "%q is a %s, not a namespace", path, what);
    if (S_ISREG(st->st_mode) && st->st_size == 0) {
        lx_hint(
            err,
            "a namespace may have been pinned there in another mnt "
            "namespace, or before a crash or reboot");
    }
    return -1;
}

/*
 * Looked at first, without opening: an open has effects on a FIFO or device.
 */
int
lx_ns_look(const char *path, int flags, struct lx_err *err)
{
    LX_AUTOCLOSE int fd = open(path, O_PATH | O_CLOEXEC | flags);
    struct statfs fs;
    struct stat st;

    if (fd < 0) {
        return CannotOpen(path, errno, err);
    }
    if (fstatfs(fd, &fs) != 0 || fstat(fd, &st) != 0) {
        return lx_fail(err, errno, "cannot look at %q", path);
    }
    return fs.f_type == NSFS_MAGIC_NUMBER ? 0 : NotNamespace(path, &st, err);
}

static int
OpenPath(const char *path, int *kind, struct lx_err *err)
{
    LX_AUTOCLOSE int fd = -1;
    int result;

    if (lx_ns_look(path, 0, err) != 0) {
        return -1;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return CannotOpen(path, errno, err);
    }
    *kind = lx_ns_kind(fd);
    if (*kind < 0) { /* of a kind that is newer than nscg */
        return lx_refuse(
            err, "NS", "NOTNS", "%q is not a namespace that nscg knows", path);
    }
    result = fd;
    fd = -1;
    return result;
}

static int
OpenOfPath(const char *path, enum lx_kind kind, struct lx_err *err)
{
    int found = -1;
    int fd = OpenPath(path, &found, err);

    if (fd >= 0 && found != (int)kind) {
        lx_fd_close(&fd);
        return lx_refuse(
            err, "NS", "KIND", "%q is a %s namespace, not a %s namespace", path,
            lx_kinds[found].name, lx_kinds[kind].name);
    }
    return fd;
}

/*
 * The kinds that a target has: one if it is a namespace, else all that this
 * kernel knows.
 */
int
lx_target_kinds(
    const struct lx_target *target, unsigned *kinds, struct lx_err *err)
{
    *kinds = 0;
    if (target->fd >= 0 || target->path != NULL) {
        LX_AUTOCLOSE int fd = -1;
        int kind = -1;

        if (target->fd >= 0) {
            kind = lx_ns_kind(target->fd);
        } else if ((fd = OpenPath(target->path, &kind, err)) < 0) {
            return -1;
        }
        if (kind < 0) {
            return lx_refuse(
                err, "NS", "NOTNS", "the handle holds no namespace");
        }
        *kinds = LX_KIND_BIT(kind);
        return 0;
    }
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (lx_kind_known((enum lx_kind)kind)) {
            *kinds |= LX_KIND_BIT(kind);
        }
    }
    return 0;
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
                found < 0 ? "strange" : lx_kinds[found].name,
                lx_kinds[kind].name);
        }
        fd = fcntl(target->fd, F_DUPFD_CLOEXEC, 3);
        return fd >= 0 ? fd : lx_fail(err, errno, "cannot copy a descriptor");
    }
    if (target->self) {
        return OpenOwn(kind, err);
    }
    if (target->path != NULL) {
        return OpenOfPath(target->path, kind, err);
    }
    return OpenOfProcess(target, kind, err);
}
