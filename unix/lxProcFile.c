/*
 * lxProcFile.c --
 *
 *      A whole file of /proc/PID, of any length, or a line of its status; and
 *      whether /proc/PID is the process of that pid at all.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

static bool
HasExited(int pidfd)
{
    struct pollfd poller = {.fd = pidfd, .events = POLLIN};

    return pidfd >= 0 && poll(&poller, 1, 0) == 1;
}

/*
 * The numbers in /proc are those of the pid namespace that it was mounted
 * for. In another namespace, such as a new one without a /proc of its own,
 * the same number is another process. Returns 0, also where there is no /proc
 * at all: then the open that follows says so.
 */
int
lx_proc_check(struct lx_err *err)
{
    char link[32];
    ssize_t len = readlink("/proc/self", link, sizeof(link) - 1);
    unsigned long number;
    struct stat st;

    if (len < 0 && lstat("/proc/self", &st) != 0) {
        return 0;
    }
    link[len > 0 ? len : 0] = '\0';
    if (lx_number(link, &number) && (pid_t)number == getpid()) {
        return 0;
    }
    lx_refuse(
        err, "PROC", "FOREIGN",
        "\"/proc\" belongs to another pid namespace: its numbers are other "
        "processes than those of this one");
    lx_hint(err, "in a mnt namespace of its own: mount new proc /proc");
    return -1;
}

/*
 * Line by line: the groups of some users fill kilobytes of it.
 */
bool
lx_proc_status(pid_t pid, const char *name, char *value, size_t size)
{
    char path[64], buf[1024], *line;
    size_t len = strlen(name);
    struct lx_lines lines;
    bool found = false;

    if (pid == 0) {
        lx_format(path, sizeof(path), "/proc/thread-self/status");
    } else {
        lx_format(path, sizeof(path), "/proc/%d/status", (int)pid);
    }
    if (lx_lines_open(&lines, path, buf, sizeof(buf)) != 0) {
        return false;
    }
    while (!found && (line = lx_lines_next(&lines)) != NULL) {
        found = strncmp(line, name, len) == 0 && line[len] == ':'
            && line[len + 1] == '\t'
            && lx_format(value, size, "%s", line + len + 2) < size;
    }
    lx_lines_close(&lines);
    return found;
}

/*
 * This thread's folder. /proc/thread-self has not all of the files, but
 * /proc/TID has, though it is not to be seen there.
 */
static void
OwnPath(const char *file, char *path, size_t size)
{
    char link[64];
    ssize_t len = readlink("/proc/thread-self", link, sizeof(link) - 1);
    const char *tid;

    link[len > 0 ? len : 0] = '\0';
    tid = strrchr(link, '/');
    lx_format(
        path, size, "/proc/%s/%s", tid != NULL ? tid + 1 : "thread-self", file);
}

/*
 * A process that has ended and was not waited for still has its folder, but
 * no mounts: the kernel says EINVAL.
 */
char *
lx_proc_text(
    const struct lx_target *target, const char *file, struct lx_err *err)
{
    LX_AUTOCLOSE int fd = -1;
    char path[64];
    char *text;
    int errnum;

    if (target->self) {
        OwnPath(file, path, sizeof(path));
    } else if (target->pid > 0) {
        if (lx_proc_check(err) != 0) {
            return NULL;
        }
        lx_format(path, sizeof(path), "/proc/%d/%s", (int)target->pid, file);
    } else {
        lx_refuse(
            err, "NS", "TARGET",
            "this is known of a process: a pid, a process handle, or self");
        return NULL;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    text = fd >= 0 ? lx_read_all(fd) : NULL;
    errnum = text != NULL ? 0 : errno;
    /* With the pidfd looked at after the open, the number cannot have been
     * given to another process in between. */
    if (!target->self
        && (HasExited(target->pidfd) || errnum == ENOENT || errnum == ESRCH
            || errnum == EINVAL)) {
        free(text);
        lx_refuse(err, "NS", "EXITED", "pid %d has exited", (int)target->pid);
        return NULL;
    }
    if (text == NULL) {
        lx_fail(err, errnum, "cannot read %q", path);
        if (errnum == EACCES || errnum == EPERM) {
            lx_hint(
                err,
                "it takes the right to trace that process: the same "
                "user, or CAP_SYS_PTRACE in its user namespace");
        }
    }
    return text;
}
