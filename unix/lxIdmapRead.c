/*
 * lxIdmapRead.c --
 *
 *      The id maps of a user namespace that exists. The kernel shows them in
 *      the folder of a process that is in it: of a namespace that a path or
 *      handle holds, such a process is looked for, or made for the moment.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lx.h"

static int
ReadMap(
    const char *folder, bool group, char *text, size_t size, struct lx_err *err)
{
    char path[64];

    lx_format(
        path, sizeof(path), "/proc/%s/%s", folder,
        group ? "gid_map" : "uid_map");
    return lx_read_file(path, text, size) >= 0
        ? 0
        : lx_fail(err, errno, "cannot read %q", path);
}

static int
ReadMapOf(pid_t pid, bool group, char *text, size_t size, struct lx_err *err)
{
    char folder[16];

    if (lx_proc_check(err) != 0) {
        return -1;
    }
    lx_format(folder, sizeof(folder), "%d", (int)pid);
    return ReadMap(folder, group, text, size, err);
}

/*
 * A process in the namespace, to be seen from here; it lives until tell is
 * closed. A real fork, so that it has the one thread which setns(2) asks for.
 */
static void
Visit(int fd, int hear, int tell)
{
    int errnum = setns(fd, CLONE_NEWUSER) == 0 ? 0 : errno;
    char end;

    if (write(tell, &errnum, sizeof(errnum)) == (ssize_t)sizeof(errnum)) {
        while (read(hear, &end, 1) < 0 && errno == EINTR) {
        }
    }
    _exit(0);
}

static int
ReadByVisit(int fd, bool group, char *text, size_t size, struct lx_err *err)
{
    int toChild[2] = {-1, -1}, toParent[2] = {-1, -1};
    int errnum = 0, result = -1;
    pid_t child = -1;

    if (pipe2(toChild, O_CLOEXEC) == 0 && pipe2(toParent, O_CLOEXEC) == 0) {
        child = fork();
    }
    if (child == 0) {
        close(toChild[1]);
        close(toParent[0]);
        Visit(fd, toChild[0], toParent[1]);
    }
    lx_fd_close(&toParent[1]);
    lx_fd_close(&toChild[0]);
    if (child < 0) {
        lx_fail(err, errno, "cannot make a process to read the map");
        lx_fork_gate(err);
    } else if (
        read(toParent[0], &errnum, sizeof(errnum)) != (ssize_t)sizeof(errnum)) {
        lx_fail(err, EIO, "the process that reads the map has ended");
    } else if (errnum != 0) {
        lx_fail(
            err, errnum,
            "no process is seen in the user namespace, and "
            "entering it to read the map failed");
    } else {
        result = ReadMapOf(child, group, text, size, err);
    }
    lx_fd_close(&toChild[1]);
    lx_fd_close(&toParent[0]);
    if (child > 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    return result;
}

static int
ReadOfNamespace(int fd, bool group, char *text, size_t size, struct lx_err *err)
{
    struct lx_nsscan scan;
    const struct lx_nsinfo *item;
    uint64_t inode;
    int result;

    if (lx_ns_mine(fd, LX_USER)) {
        return ReadMap("thread-self", group, text, size, err);
    }
    if (lx_ns_inode(fd, &inode) != 0) {
        return lx_fail(err, errno, "cannot look at a user namespace");
    }
    result = lx_nsscan_run(&scan, LX_KIND_BIT(LX_USER), err);
    if (result == 0) {
        item = lx_nsscan_find(&scan, inode);
        result = item != NULL && item->processes.count > 0
                && ReadMapOf(item->processes.pids[0], group, text, size, err)
                    == 0
            ? 0
            : ReadByVisit(fd, group, text, size, err);
    }
    lx_nsscan_free(&scan);
    return result;
}

/*
 * The lines of the map, as the kernel shows them to this process: what is
 * outside is so with respect to its own user namespace, or, if that is the
 * one, to the namespace around it.
 */
int
lx_idmap_read(
    const struct lx_target *target, bool group, char *text, size_t size,
    struct lx_err *err)
{
    LX_AUTOCLOSE int held = -1;
    LX_AUTOCLOSE int fd = -1;
    struct lx_target copy = *target;

    if (target->self) {
        return ReadMap("thread-self", group, text, size, err);
    }
    if (target->path != NULL || target->fd >= 0) {
        fd = lx_ns_open(target, LX_USER, err);
        return fd < 0 ? -1 : ReadOfNamespace(fd, group, text, size, err);
    }
    if (lx_target_hold(&copy, &held, err) != 0) {
        return -1;
    }
    if (ReadMapOf(target->pid, group, text, size, err) == 0
        && !lx_pidfd_ended(copy.pidfd)) {
        return 0;
    }
    if (lx_pidfd_ended(copy.pidfd) || err->errnum == ENOENT) {
        lx_refuse(err, "NS", "EXITED", "pid %d has exited", (int)target->pid);
    }
    return -1;
}
