/*
 * lxUnshare.c --
 *
 *      This thread moves to new namespaces.
 *
 *      What the kernel would refuse or, worse, grant to somebody's surprise is
 *      said before it is tried.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lx.h"

/*
 * Some moves are for a process as a whole, and the kernel makes them only
 * while the process is one thread. what: "cannot ...".
 */
int
lx_refuse_threads(struct lx_err *err, const char *what, const char *instead)
{
    int count = lx_thread_count();

    if (count <= 1) {
        return 0;
    }
    return lx_refuse(
        err, "NS", "THREADED",
        "%s: this process has %d threads, and the kernel allows it to a "
        "process of one thread only (Tcl starts a second, its notifier, at "
        "the first vwait, and so does Expect); a child has one thread: %s",
        what, count, instead);
}

static int
RefusePid(struct lx_err *err)
{
    lx_refuse(
        err, "NS", "FORCE",
        "ns unshare pid would not move this process, but its future "
        "children: the first of them becomes PID 1 of the new namespace, and "
        "when it ends every further exec fails with \"not enough memory\"");
    lx_hint(
        err,
        "threads cannot be started from then on, so that a first vwait "
        "would abort tclsh; \"ns clone -new pid\" puts one child there; "
        "-force 1 does it in place, and starts Tcl's notifier thread "
        "before");
    return -1;
}

static int
RefuseTime(struct lx_err *err)
{
    lx_refuse(
        err, "NS", "FORCE",
        "ns unshare time would not move this process, but its future "
        "children: its own clocks stay as they are, and it can start no "
        "thread from then on");
    lx_hint(
        err,
        "\"ns clone -new time\" puts one child there; -force 1 does it "
        "in place");
    return -1;
}

int
lx_unshare_check(unsigned kinds, bool force, struct lx_err *err)
{
    if ((kinds & LX_KIND_BIT(LX_USER))
        && lx_refuse_threads(err, "cannot unshare user", "ns clone -new user")
            != 0) {
        return -1;
    }
    if (force) {
        return 0;
    }
    if (kinds & LX_KIND_BIT(LX_PID)) {
        return RefusePid(err);
    }
    return kinds & LX_KIND_BIT(LX_TIME) ? RefuseTime(err) : 0;
}

/* ------------------------------------------------------------------------
 * The maps of a new user namespace.
 *
 * Once this process is in it, it has lost its rights outside, and may write
 * one line: itself. A map with more is written by a child that stayed behind,
 * a real fork (there is one thread only).
 */

struct writer {
    pid_t pid; /* -1: none */
    int tell, hear;
};

static bool
WritesItself(const struct lx_idmap *map, uint32_t own)
{
    return map->count == 0
        || (map->count == 1 && map->ranges[0].count == 1
            && map->ranges[0].outside == own);
}

static void
WriterMain(const struct lx_unshare *move, pid_t process, int hear, int tell)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_err err = {.errnum = 0};
    char go;
    int result;

    if (read(hear, &go, 1) != 1) {
        _exit(0); /* the move failed */
    }
    result = lx_idmap_put(
        &kernel, process, &move->uidmap, &move->gidmap, LX_LAUNCH_TIMEOUT,
        &err);
    if (write(tell, &result, sizeof(result)) == (ssize_t)sizeof(result)
        && result != 0) {
        (void)!write(tell, &err, sizeof(err));
    }
    _exit(0);
}

static int
StartWriter(
    const struct lx_unshare *move, struct writer *writer, struct lx_err *err)
{
    pid_t process = getpid();
    int there[2] = {-1, -1}, back[2] = {-1, -1};

    if (lx_proc_check(err) != 0) {
        return -1;
    }
    if (pipe2(there, O_CLOEXEC) == 0 && pipe2(back, O_CLOEXEC) == 0) {
        writer->pid = fork();
    }
    if (writer->pid == 0) {
        close(there[1]);
        close(back[0]);
        WriterMain(move, process, there[0], back[1]);
    }
    if (writer->pid < 0) {
        lx_fail(err, errno, "cannot make a process to write the id maps");
        lx_fork_gate(err);
        lx_fd_close(&there[1]);
        lx_fd_close(&back[0]);
    }
    lx_fd_close(&there[0]);
    lx_fd_close(&back[1]);
    writer->tell = there[1];
    writer->hear = back[0];
    return writer->pid < 0 ? -1 : 0;
}

static void
EndWriter(struct writer *writer)
{
    lx_fd_close(&writer->tell);
    lx_fd_close(&writer->hear);
    if (writer->pid > 0) {
        while (waitpid(writer->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
}

static int
WriteMaps(
    const struct lx_unshare *move, const struct writer *writer,
    struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    int result = -1;

    if (writer->pid < 0) {
        return lx_idmap_write(
            &kernel, 0, &move->uidmap, &move->gidmap, LX_LAUNCH_TIMEOUT, err);
    }
    if (write(writer->tell, "", 1) != 1
        || read(writer->hear, &result, sizeof(result))
            != (ssize_t)sizeof(result)
        || (result != 0
            && read(writer->hear, err, sizeof(*err))
                != (ssize_t)sizeof(*err))) {
        return lx_fail(
            err, EIO, "the process that writes the id maps has ended");
    }
    return result;
}

/* ------------------------------------------------------------------------
 * The move.
 */

/*
 * The kernel makes all of the new namespaces or none.
 */
static int
Unshare(unsigned kinds, struct lx_err *err)
{
    char names[LX_KIND_NAMES];

    if (unshare((int)lx_kind_flags(kinds)) == 0) {
        return 0;
    }
    lx_fail(
        err, errno, "cannot unshare %s",
        lx_kind_names(kinds, names, sizeof(names)));
    lx_ns_gate(err, kinds);
    return -1;
}

static int
Prepare(
    const struct lx_unshare *move, const struct writer *writer,
    struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    unsigned kinds = move->kinds;

    if (kinds & LX_KIND_BIT(LX_USER)) {
        if (WriteMaps(move, writer, err) != 0) {
            return -1;
        }
        if (move->uidmap.count > 0 && lx_become_root(&kernel, err) != 0) {
            return -1;
        }
    }
    if ((kinds & LX_KIND_BIT(LX_NET)) && move->loopback
        && lx_fresh_net(&kernel, err) != 0) {
        return -1;
    }
    if (kinds & LX_KIND_BIT(LX_MNT)) {
        return lx_fresh_mnt(&kernel, move->propagation, err);
    }
    return 0;
}

int
lx_unshare_run(const struct lx_unshare *move, struct lx_err *err)
{
    struct writer writer = {-1, -1, -1};
    struct lx_home home;
    int result;

    if ((move->kinds & LX_KIND_BIT(LX_USER))
        && !(
            WritesItself(&move->uidmap, geteuid())
            && WritesItself(&move->gidmap, getegid()))
        && StartWriter(move, &writer, err) != 0) {
        return -1;
    }
    lx_thread_forget(move->kinds);
    lx_home_open(&home, move->kinds);
    result = Unshare(move->kinds, err);
    if (result == 0) {
        result = Prepare(move, &writer, err);
        if (result != 0) {
            lx_home_lost(err, lx_home_return(&home, move->kinds));
        }
    }
    lx_home_close(&home);
    EndWriter(&writer);
    return result;
}
