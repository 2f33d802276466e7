/*
 * lxCgAttach.c --
 *
 *      Processes, or single threads, come into a group, in each hierarchy in
 *      which it is. One that is refused sends all of them back to where they
 *      were.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

/* One of those that move. */
struct mover {
    struct lx_target target;
    int held;       /* its pidfd, if it is ours to close */
    char *before;   /* /proc/PID/cgroup */
    unsigned moved; /* hierarchies in which it is in the group by now */
};

struct attaching {
    struct lx_group *group;
    unsigned where;            /* hierarchies in which the group is */
    int files[LX_HIERARCHIES]; /* where a number is written; or -errno */
    bool thread;
    struct mover *movers;
    size_t count;
};

static const char *
File(const struct attaching *attaching, int index)
{
    if (!attaching->thread) {
        return "cgroup.procs";
    }
    return attaching->group->cgroups->list[index].version == 2
        ? "cgroup.threads"
        : "tasks";
}

/*
 * Its number in this pid namespace.
 */
static pid_t
Number(const struct attaching *attaching, const struct mover *mover)
{
    if (!mover->target.self) {
        return mover->target.pid;
    }
    return attaching->thread ? (pid_t)syscall(SYS_gettid) : getpid();
}

/* -- Back ----------------------------------------------------------------- */

/*
 * The group that it was in, below the hierarchy's folder; NULL: not to be
 * seen from here. In `buf`.
 */
static const char *
Before(
    const struct mover *mover, const struct lx_hierarchy *hierarchy, char *buf,
    size_t size)
{
    const char *path =
        lx_cgline_path(mover->before, hierarchy->label, buf, size);

    return path != NULL ? lx_hierarchy_below(hierarchy, path) : NULL;
}

/*
 * Bits of the hierarchies in which it could not be moved back.
 */
static unsigned
MoveBack(const struct attaching *attaching, const struct mover *mover)
{
    char buf[LX_GROUP_PATH], path[2 * LX_GROUP_PATH], number[24];
    unsigned lost = 0;

    lx_format(number, sizeof(number), "%d", (int)Number(attaching, mover));
    for (int i = 0; i < attaching->group->cgroups->count; i++) {
        const struct lx_hierarchy *hierarchy =
            &attaching->group->cgroups->list[i];
        const char *group;

        if (!(mover->moved & (1u << i))) {
            continue;
        }
        group = Before(mover, hierarchy, buf, sizeof(buf));
        if (group != NULL) {
            lx_format(
                path, sizeof(path), "%s/%s%s%s", hierarchy->path, group,
                group[0] != '\0' ? "/" : "", File(attaching, i));
        }
        if (group == NULL
            || (lx_write_file(path, number) != 0 && errno != ESRCH)) {
            lost |= 1u << i;
        }
    }
    return lost;
}

/*
 * The message must not hide it. It happens where the group that the process
 * came from is not to be seen from here, or has gone or filled meanwhile.
 */
static void
SayLost(
    const struct attaching *attaching, const struct mover *mover, unsigned lost,
    struct lx_err *err)
{
    char text[sizeof(err->hint)];
    size_t len = lx_append(
        text, sizeof(text), 0, "%s%spid %d could not be moved back in",
        err->hint, err->hint[0] != '\0' ? "; " : "",
        (int)Number(attaching, mover));

    for (int i = 0; i < attaching->group->cgroups->count; i++) {
        if (lost & (1u << i)) {
            len = lx_append(
                text, sizeof(text), len, " %s",
                attaching->group->cgroups->list[i].label);
        }
    }
    lx_hint(err, "%s", text);
}

static void
End(struct attaching *attaching, bool back, struct lx_err *err)
{
    for (size_t i = attaching->count; i > 0; i--) {
        struct mover *mover = &attaching->movers[i - 1];
        unsigned lost =
            back && mover->moved != 0 ? MoveBack(attaching, mover) : 0;

        if (lost != 0) {
            SayLost(attaching, mover, lost, err);
        }
        lx_fd_close(&mover->held);
        free(mover->before);
    }
}

/* -- There ---------------------------------------------------------------- */

static int
Exited(pid_t pid, struct lx_err *err)
{
    return lx_refuse(err, "NS", "EXITED", "pid %d has exited", (int)pid);
}

/*
 * What is about the process, and not about the group.
 */
static void
WhyProcess(
    struct attaching *attaching, const struct mover *mover, int index,
    struct lx_err *err)
{
    const struct lx_hierarchy *hierarchy =
        &attaching->group->cgroups->list[index];
    char buf[LX_GROUP_PATH], path[64];
    const char *before = Before(mover, hierarchy, buf, sizeof(buf));
    struct stat st;

    if (err->errnum == EINVAL) {
        lx_hint(
            err,
            "kernel threads stay in the topmost group, and processes with a "
            "real-time policy may stay out of groups with the controller cpu");
    } else if (err->errnum == EACCES && hierarchy->version == 2) {
        lx_hint(
            err,
            "it is in group \"/%s\": to move it takes the right to write to "
            "cgroup.procs of the group that both groups are in; a user has it "
            "below a group that was handed to him, as systemd-run --user "
            "--scope -p Delegate=yes does, or, for a process that is in it "
            "already, cgroup delegate -user",
            before != NULL ? before : "...");
    } else if (err->errnum == EACCES) {
        lx_format(
            path, sizeof(path), "/proc/%d", (int)Number(attaching, mover));
        if (stat(path, &st) == 0 && st.st_uid != geteuid()) {
            lx_hint(err, "it is a process of uid %u", (unsigned)st.st_uid);
        }
    }
}

static int
Refused(
    struct attaching *attaching, const struct mover *mover, int index,
    struct lx_err *err)
{
    pid_t pid = Number(attaching, mover);
    char name[64];

    if (errno == ESRCH) {
        return Exited(pid, err);
    }
    if (!lx_proc_name(pid, name)) {
        name[0] = '\0';
    }
    lx_fail(
        err, errno, "cannot move %s %d (%s) to %q",
        attaching->thread ? "thread" : "pid", (int)pid, name,
        lx_group_full(attaching->group, index, NULL));
    lx_group_why(attaching->group, index, File(attaching, index), err);
    if (err->hint[0] == '\0') {
        WhyProcess(attaching, mover, index, err);
    }
    return -1;
}

static int
Write(int file, const char *number)
{
    ssize_t len;

    if (file < 0) {
        errno = -file;
        return -1;
    }
    do {
        len = write(file, number, strlen(number));
    } while (len < 0 && errno == EINTR);
    return len < 0 ? -1 : 0;
}

static int
MoveOne(struct attaching *attaching, struct mover *mover, struct lx_err *err)
{
    char number[24];

    lx_format(number, sizeof(number), "%d", (int)Number(attaching, mover));
    for (int i = 0; i < attaching->group->cgroups->count; i++) {
        if (!(attaching->where & (1u << i))) {
            continue;
        }
        if (Write(attaching->files[i], number) != 0) {
            return Refused(attaching, mover, i, err);
        }
        mover->moved |= 1u << i;
    }
    /* The kernel moves no one who has ended, and says nothing. */
    return lx_pidfd_ended(mover->target.pidfd) ? Exited(mover->target.pid, err)
                                               : 0;
}

/*
 * From here to the end its number is this process's.
 */
static int
Hold(struct mover *mover, struct lx_err *err)
{
    if (mover->target.pid == 0 && !mover->target.self) {
        return lx_refuse(
            err, "NS", "TARGET",
            "only a process can be in a group: a pid, a process handle, or "
            "self");
    }
    if (lx_target_hold(&mover->target, &mover->held, err) != 0) {
        return -1;
    }
    mover->before = lx_proc_text(&mover->target, "cgroup", err);
    return mover->before != NULL ? 0 : -1;
}

/*
 * A single thread may leave its process's group on version 2 only for a
 * threaded one. Where the group is there for other reasons, and version 1 has
 * its controllers, the thread stays in its process's group of version 2.
 */
static unsigned
ForThreads(struct lx_group *group, unsigned where)
{
    const int unified = group->cgroups->unified;
    char type[32];

    if (unified < 0 || (where & ~(1u << unified)) == 0
        || !(where & (1u << unified))
        || lx_group_read(group, unified, "cgroup.type", type, sizeof(type)) < 0
        || strncmp(type, "threaded", 8) == 0) {
        return where;
    }
    return where & ~(1u << unified);
}

/*
 * That the files are there says where the group is. One that may not be opened
 * is a matter of the first who is moved.
 */
static int
OpenFiles(struct attaching *attaching, struct lx_err *err)
{
    struct lx_group *group = attaching->group;
    unsigned where;

    for (int i = 0; i < group->cgroups->count; i++) {
        int fd = lx_group_open(group, i, File(attaching, i), O_WRONLY);

        attaching->files[i] = fd >= 0 ? fd : -errno;
        if (fd >= 0 || (errno != ENOENT && errno != EXDEV)) {
            attaching->where |= 1u << i;
        }
    }
    if (attaching->where == 0) {
        return lx_group_need(group, &where, err) != 0
            ? -1
            : lx_fail(err, ENOENT, "cannot move processes to %q", group->name);
    }
    if (attaching->thread) {
        attaching->where = ForThreads(group, attaching->where);
    }
    return 0;
}

static void
CloseFiles(struct attaching *attaching)
{
    for (int i = 0; i < attaching->group->cgroups->count; i++) {
        if (attaching->files[i] >= 0) {
            lx_fd_close(&attaching->files[i]);
        }
    }
}

static int
Attach(
    struct attaching *attaching, const struct lx_target *targets, size_t count,
    struct lx_err *err)
{
    int result = OpenFiles(attaching, err);

    for (size_t i = 0; result == 0 && i < count; i++) {
        attaching->movers[i].target = targets[i];
        attaching->movers[i].held = -1;
        attaching->count++;
        result = Hold(&attaching->movers[i], err);
    }
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = MoveOne(attaching, &attaching->movers[i], err);
    }
    CloseFiles(attaching);
    End(attaching, result != 0, err);
    return result;
}

int
lx_group_attach(
    struct lx_group *group, const struct lx_target *targets, size_t count,
    bool thread, struct lx_err *err)
{
    struct attaching attaching = {
        .group = group,
        .thread = thread,
        .movers = calloc(count > 0 ? count : 1, sizeof(struct mover))};
    int result;

    if (attaching.movers == NULL) {
        return lx_fail(err, ENOMEM, "cannot move processes");
    }
    result = Attach(&attaching, targets, count, err);
    free(attaching.movers);
    return result;
}
