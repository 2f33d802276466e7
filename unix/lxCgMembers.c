/*
 * lxCgMembers.c --
 *
 *      Who is in a group, as the kernel lists them; and waits for them.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/* -- Lists ---------------------------------------------------------------- */

void
lx_cgmembers_free(struct lx_cgmembers *members)
{
    free(members->pids.pids);
    *members = (struct lx_cgmembers){.unseen = 0};
}

static int
Compare(const void *a, const void *b)
{
    pid_t one = *(const pid_t *)a, other = *(const pid_t *)b;

    return (one > other) - (one < other);
}

static void
Sort(struct lx_pids *list)
{
    size_t count = 0;

    if (list->count == 0) {
        return;
    }
    qsort(list->pids, list->count, sizeof(*list->pids), Compare);
    for (size_t i = 1; i < list->count; i++) {
        if (list->pids[i] != list->pids[count]) {
            list->pids[++count] = list->pids[i];
        }
    }
    list->count = count + 1;
}

bool
lx_cgmembers_has(const struct lx_cgmembers *members, pid_t pid)
{
    return members->pids.count > 0
        && bsearch(
               &pid, members->pids.pids, members->pids.count, sizeof(pid),
               Compare)
        != NULL;
}

/* -- Reading -------------------------------------------------------------- */

/*
 * The process that a thread belongs to; 0: it is gone.
 */
static pid_t
ProcessOf(pid_t thread)
{
    char number[24];
    unsigned long pid;

    return lx_proc_status(thread, "Tgid", number, sizeof(number))
            && lx_number(number, &pid)
        ? (pid_t)pid
        : 0;
}

/*
 * A file with a number in each line. Those that cannot be seen here are 0.
 */
static int
ReadList(int fd, bool toProcesses, struct lx_cgmembers *members)
{
    struct lx_lines lines;
    char buf[4096], *line;
    unsigned long number;
    int result = lx_lines_take(&lines, fd, buf, sizeof(buf));

    if (result != 0) {
        return -1;
    }
    while (result == 0 && (line = lx_lines_next(&lines)) != NULL) {
        if (!lx_number(line, &number) || number == 0) {
            members->unseen++;
            continue;
        }
        number =
            (unsigned long)(toProcesses ? ProcessOf((pid_t)number) : (pid_t)number);
        if (number != 0) {
            result = lx_pids_add(&members->pids, (pid_t)number);
            errno = ENOMEM;
        }
    }
    if (result == 0 && lines.errnum != 0) {
        errno = lines.errnum;
        result = -1;
    }
    lx_lines_close(&lines);
    return result;
}

static int
ReadFile(
    int folder, const char *path, bool toProcesses,
    struct lx_cgmembers *members)
{
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    return fd < 0 ? -1 : ReadList(fd, toProcesses, members);
}

static const char *
ListOf(int version, bool threads)
{
    return !threads    ? "cgroup.procs"
        : version == 2 ? "cgroup.threads"
                       : "tasks";
}

/*
 * A threaded group has no list of processes, but one of threads.
 */
static int
ReadItem(
    const struct lx_cgtree *tree, size_t item, bool threads,
    struct lx_cgmembers *members)
{
    char buf[LX_GROUP_PATH];
    const char *path = lx_cgtree_path(
        tree, item, ListOf(tree->version, threads), buf, sizeof(buf));
    int result = ReadFile(tree->fd, path, false, members);

    if (result != 0 && errno == EOPNOTSUPP && !threads) {
        path = lx_cgtree_path(
            tree, item, ListOf(tree->version, true), buf, sizeof(buf));
        result = ReadFile(tree->fd, path, true, members);
    }
    return result;
}

/*
 * The group alone, without a tree of one.
 */
static int
ReadOne(
    struct lx_group *group, int index, bool threads,
    struct lx_cgmembers *members)
{
    const struct lx_hierarchy *hierarchy = &group->cgroups->list[index];
    const char *path;
    int folder =
        lx_group_at(group, index, ListOf(hierarchy->version, threads), &path);
    int result = path == NULL ? 0 : ReadFile(folder, path, false, members);

    if (result != 0 && errno == EOPNOTSUPP && !threads) {
        folder =
            lx_group_at(group, index, ListOf(hierarchy->version, true), &path);
        result = ReadFile(folder, path, true, members);
    }
    return result;
}

/*
 * A group that goes away meanwhile has nobody in it.
 */
static bool
IsGone(int errnum)
{
    return errnum == ENOENT || errnum == ENODEV;
}

static int
ReadTree(
    struct lx_group *group, int index, bool threads,
    struct lx_cgmembers *members)
{
    struct lx_cgtree tree;
    int result = 0;

    if (lx_cgtree_open(&tree, group, index, true) != 0) {
        return -1;
    }
    for (size_t item = 0; result == 0 && item < tree.count; item++) {
        result = ReadItem(&tree, item, threads, members);
        if (result != 0 && IsGone(errno)) {
            result = 0;
        }
    }
    lx_cgtree_free(&tree);
    return result;
}

static int
ReadIn(
    struct lx_group *group, int index, bool recursive, bool threads,
    struct lx_cgmembers *members)
{
    int result = recursive ? ReadTree(group, index, threads, members)
                           : ReadOne(group, index, threads, members);

    return result != 0 && IsGone(errno) ? 0 : result;
}

int
lx_group_members(
    struct lx_group *group, unsigned where, bool recursive, bool threads,
    struct lx_cgmembers *members, struct lx_err *err)
{
    size_t unseen = 0;

    *members = (struct lx_cgmembers){.unseen = 0};
    for (int i = 0; i < group->cgroups->count; i++) {
        members->unseen = 0;
        if ((where & (1u << i))
            && ReadIn(group, i, recursive, threads, members) != 0) {
            lx_fail(
                err, errno, "cannot list who is in %q",
                lx_group_full(group, i, NULL));
            return -1;
        }
        /* Those of one hierarchy are most likely those of the others. */
        unseen = members->unseen > unseen ? members->unseen : unseen;
    }
    members->unseen = unseen;
    Sort(&members->pids);
    return 0;
}

/* -- For messages --------------------------------------------------------- */

#define SHOWN 8

char *
lx_cgmembers_text(const struct lx_cgmembers *members, char *buf, size_t size)
{
    size_t count = members->pids.count, len = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < count && (i < SHOWN || count == SHOWN + 1); i++) {
        char name[64];
        pid_t pid = members->pids.pids[i];

        len =
            lx_append(buf, size, len, "%spid %d", i > 0 ? ", " : "", (int)pid);
        if (lx_proc_name(pid, name)) {
            len = lx_append(buf, size, len, " (%s)", name);
        }
    }
    if (count > SHOWN + 1) {
        len = lx_append(buf, size, len, " and %d more", (int)(count - SHOWN));
    }
    if (members->unseen > 0) {
        lx_append(
            buf, size, len, "%s%d of other pid namespaces", len > 0 ? ", " : "",
            (int)members->unseen);
    }
    return buf;
}

int
lx_group_noself(
    struct lx_group *group, unsigned where, const char *action,
    struct lx_err *err)
{
    struct lx_cgmembers members;
    int result = lx_group_members(group, where, true, false, &members, err);

    if (result == 0 && lx_cgmembers_has(&members, getpid())) {
        result = lx_refuse(
            err, "CGROUP", "SELF",
            "cannot %s group %q: this process itself is in it", action,
            group->name);
    }
    lx_cgmembers_free(&members);
    return result;
}
