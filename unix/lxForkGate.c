/*
 * lxForkGate.c --
 *
 *      Why no process can be made: a limit on their number, or a pid
 *      namespace whose first process has ended.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

/*
 * The mount point of the hierarchy that has the pids controller.
 */
static bool
PidsMount(char mount[1024], bool *unified)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    while (file != NULL && !found && getline(&line, &size, file) > 0) {
        char fstype[32], options[512];
        const char *rest = strstr(line, " - ");

        if (rest == NULL
            || sscanf(rest, " - %31s %*s %511s", fstype, options) != 2
            || sscanf(line, "%*s %*s %*s %*s %1023s", mount) != 1) {
            continue;
        }
        *unified = strcmp(fstype, "cgroup2") == 0;
        if (*unified) {
            char path[1100], names[512];

            lx_format(path, sizeof(path), "%s/cgroup.controllers", mount);
            found = lx_read_file(path, names, sizeof(names)) > 0
                && strstr(names, "pids") != NULL;
        } else {
            found = strcmp(fstype, "cgroup") == 0
                && strstr(options, ",pids") != NULL;
        }
    }
    free(line);
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

/*
 * This process's group in it. In version 2 its name stands behind "0::".
 */
static bool
PidsGroup(bool unified, char name[1024])
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    char line[1200];
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof(line), file)) {
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;

        if (path == NULL) {
            continue;
        }
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        found = unified ? strcmp(line, "0") == 0 && controllers[1] == '\0'
                        : strstr(controllers, "pids") != NULL;
        lx_format(name, 1024, "%s", path);
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

/*
 * This process's group, or one above it, has as many processes as it may.
 */
static bool
GroupIsFull(char group[2200], unsigned long *limit)
{
    char mount[1024], name[1024], file[2300];
    size_t base;
    bool unified;

    if (!PidsMount(mount, &unified) || !PidsGroup(unified, name)) {
        return false;
    }
    base = strlen(mount);
    lx_format(group, 2200, "%s%s", mount, name);
    while (strlen(group) >= base) {
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
        if (slash == NULL) {
            break;
        }
        *slash = '\0';
    }
    return false;
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
    char group[2200];
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
