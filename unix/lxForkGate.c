/*
 * lxForkGate.c --
 *
 *      Why no process can be made: a limit on their number, or a pid
 *      namespace whose first process has ended.
 */

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

/*
 * The folder of this process's group in the hierarchy of the pids controller;
 * *top is the length of the hierarchy's own. False: none is to be seen here.
 */
static bool
OwnGroup(char *path, size_t size, size_t *top)
{
    struct lx_cgroups cgroups;
    struct lx_group group;
    struct lx_err ignored;
    const char *own = NULL;
    int index = -1;

    lx_cgroups_init(&cgroups);
    if (lx_cgroups_fresh(&cgroups, &ignored) == 0) {
        index = lx_cgroups_of(&cgroups, LX_CG_PIDS);
    }
    if (index >= 0) {
        lx_group_base(&group, &cgroups);
        own = lx_group_path(&group, index, NULL);
    }
    if (own != NULL) {
        lx_format(path, size, "%s", own);
        *top = strlen(cgroups.list[index].path);
    }
    lx_cgroups_free(&cgroups);
    return own != NULL;
}

/*
 * This process's group, or one above it, has as many processes as it may.
 */
static bool
GroupIsFull(char group[LX_GROUP_PATH], unsigned long *limit)
{
    char file[LX_GROUP_PATH + 16];
    size_t top;

    if (!OwnGroup(group, LX_GROUP_PATH, &top)) {
        return false;
    }
    for (;;) {
        unsigned long now;
        char *slash;

        lx_format(file, sizeof(file), "%s/pids.max", group);
        if (lx_file_number(file, limit)) {
            lx_format(file, sizeof(file), "%s/pids.current", group);
            if (lx_file_number(file, &now) && now >= *limit) {
                return true;
            }
        }
        slash = strrchr(group, '/');
        if (slash == NULL || (size_t)(slash - group) < top) {
            return false;
        }
        *slash = '\0';
    }
}

/*
 * The namespace for children is another than this process's own, and has (or
 * had) a first process.
 */
static bool
ChildrenGoElsewhere(void)
{
    struct stat mine, children;

    return stat("/proc/thread-self/ns/pid", &mine) == 0
        && stat("/proc/thread-self/ns/pid_for_children", &children) == 0
        && mine.st_ino != children.st_ino;
}

static void
TooMany(struct lx_err *err)
{
    char group[LX_GROUP_PATH];
    struct rlimit own;
    unsigned long limit;

    if (GroupIsFull(group, &limit)) {
        lx_hint(
            err,
            "the control group %q may have %l processes, and has them "
            "(pids.max)",
            group, (long)limit);
    } else if (
        getrlimit(RLIMIT_NPROC, &own) == 0 && own.rlim_cur != RLIM_INFINITY
        && getuid() != 0) {
        lx_hint(
            err,
            "uid %u may have %l processes (ulimit -u), if the machine "
            "has no lower limit (kernel.pid_max, kernel.threads-max)",
            (unsigned)getuid(), (long)own.rlim_cur);
    } else if (lx_file_number("/proc/sys/kernel/pid_max", &limit)) {
        lx_hint(
            err, "a limit on processes is reached: kernel.pid_max is %l",
            (long)limit);
    }
}

void
lx_fork_gate(struct lx_err *err)
{
    if (err->errnum == ENOMEM && ChildrenGoElsewhere()) {
        lx_hint(
            err,
            "this means that the first process of the pid namespace for "
            "this process's children has ended, and no other can be "
            "made there");
    } else if (err->errnum == EAGAIN) {
        TooMany(err);
    }
}
