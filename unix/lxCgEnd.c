/*
 * lxCgEnd.c --
 *
 *      The end of a hierarchy of version 1: what it lives on with when a mount
 *      of it is taken away, and waiting until it has ended.
 */

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "lxMount.h"

#define STEP 10 /* ms between two looks */

/* -- Before --------------------------------------------------------------- */

static unsigned long
CountGroups(int folder, int depth)
{
    DIR *dir = depth < LX_GROUP_DEPTH ? fdopendir(folder) : NULL;
    unsigned long count = 0;
    const struct dirent *entry;

    if (dir == NULL) {
        lx_fd_close(&folder);
        return 0;
    }
    while ((entry = readdir(dir)) != NULL) {
        int child;

        if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        count++;
        child = openat(
            dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (child >= 0) {
            count += CountGroups(child, depth + 1);
        }
    }
    closedir(dir);
    return count;
}

/*
 * The line of /proc/self/cgroup with that number, or, for a number of 0, of
 * the hierarchy with that label; false: there is none.
 */
static bool
FindLine(unsigned long id, const char *options, unsigned long *found)
{
    char buf[LX_GROUP_PATH], *line;
    struct lx_cgline parsed;
    struct lx_lines lines;
    bool is = false;

    if (lx_lines_open(&lines, "/proc/thread-self/cgroup", buf, sizeof(buf))
        != 0) {
        return false;
    }
    while (!is && (line = lx_lines_next(&lines)) != NULL) {
        if (lx_cgline_parse(line, &parsed) && parsed.id != 0) {
            is = id != 0 ? parsed.id == id
                         : lx_cglabel_is(parsed.label, 1, options);
            *found = parsed.id;
        }
    }
    lx_lines_close(&lines);
    return is;
}

static void
FindHierarchy(int fd, struct lx_cgremains *remains)
{
    struct lx_where where;
    const char *name;

    if (lx_where_fd(&where, fd) != 0
        || strcmp(where.mount.fstype, "cgroup") != 0) {
        return;
    }
    remains->controllers = lx_controllers_parse(where.mount.superOptions);
    name = lx_hierarchy_name(where.mount.superOptions);
    if (name != NULL) {
        size_t len = strcspn(name, ",");

        if (len < sizeof(remains->name)) {
            memcpy(remains->name, name, len);
        }
    }
    FindLine(0, where.mount.superOptions, &remains->id);
}

int
lx_cgremains(const char *path, struct lx_cgremains *remains, struct lx_err *err)
{
    LX_AUTOCLOSE int fd = lx_hierarchy_open(path, err);
    struct stat status;
    int folder;

    memset(remains, 0, sizeof(*remains));
    if (fd < 0) {
        return -1;
    }
    folder = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fstat(fd, &status) != 0) {
        lx_fail(err, errno, "cannot look into %q", path);
        lx_fd_close(&folder);
        return -1;
    }
    remains->device = status.st_dev;
    remains->groups = CountGroups(folder, 0);
    FindHierarchy(fd, remains);
    return 0;
}

/* -- After ---------------------------------------------------------------- */

void
lx_cgremains_mounts(
    const struct lx_cgremains *remains,
    void (*found)(void *arg, const char *path), void *arg)
{
    char *buf = malloc(LX_MOUNT_LINE);
    char device[32];
    struct lx_lines lines;
    struct lx_mount mount;

    lx_format(
        device, sizeof(device), "%u:%u", major(remains->device),
        minor(remains->device));
    if (buf == NULL || lx_mounts_open(&lines, buf) != 0) {
        free(buf);
        return;
    }
    while (lx_mounts_next(&lines, &mount)) {
        if (strcmp(mount.device, device) == 0) {
            found(arg, mount.target);
        }
    }
    lx_lines_close(&lines);
    free(buf);
}

/*
 * A mount that nobody sees and that is given up at once. Where a group was
 * removed only just before, the kernel did not find the hierarchy empty when
 * it was unmounted: without this it would live on for good. True: it is alive.
 */
static bool
Touch(const struct lx_cgremains *remains)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_err ignored;
    LX_AUTOCLOSE int fs = (int)syscall(SYS_fsopen, "cgroup", FSOPEN_CLOEXEC);
    LX_AUTOCLOSE int mount = -1;

    if (fs < 0
        || lx_cgmount_options(
               &kernel, fs, remains->controllers,
               remains->name[0] != '\0' ? remains->name : NULL, &ignored)
            != 0
        || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) {
        return false;
    }
    mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
    return true;
}

/*
 * One that is alive for half of the time is mounted where nobody sees it, or
 * has a group that was removed and in which a process has ended that nobody
 * has waited for.
 */
bool
lx_cgremains_end(const struct lx_cgremains *remains, int ms)
{
    const struct timespec step = {0, STEP * 1000000L};
    long end = lx_now_ms() + ms;
    bool dying = false;
    int alive = 0;

    while (remains->id != 0) {
        unsigned long ignored;

        if (!FindLine(remains->id, NULL, &ignored)) {
            return true;
        }
        if (lx_now_ms() >= end || remains->groups > 0 || alive > ms / 2) {
            return false;
        }
        nanosleep(&step, NULL);
        dying = dying || !Touch(remains);
        alive += dying ? 0 : STEP;
    }
    return false;
}
