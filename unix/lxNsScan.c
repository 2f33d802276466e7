/*
 * lxNsScan.c --
 *
 *      Every namespace that can be seen: those of the processes in /proc,
 *      those pinned to a path, and those that own or hold one of these.
 *
 *      One pass over /proc and a table by inode number, so that the cost
 *      grows with the processes and no faster. What vanishes meanwhile, or is
 *      not for this user to see, is left out.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lx.h"

/* What stands in /proc/PID/ns: a kind's own name, or the one that tells
 * where a process's children will be. */
struct entry {
    const char *name;
    enum lx_kind kind;
    bool forChildren;
};

static const struct entry entries[] = {
    {"cgroup", LX_CGROUP, false},
    {"ipc", LX_IPC, false},
    {"mnt", LX_MNT, false},
    {"net", LX_NET, false},
    {"pid", LX_PID, false},
    {"pid_for_children", LX_PID, true},
    {"time", LX_TIME, false},
    {"time_for_children", LX_TIME, true},
    {"user", LX_USER, false},
    {"uts", LX_UTS, false},
    {NULL, 0, false}};

/* ------------------------------------------------------------------------
 * One namespace, and those around it.
 */

static int AddByFd(struct lx_nsscan *scan, int fd);

/*
 * The namespace that an ioctl of fd leads to: it is entered as well, if its
 * kind is asked for. *inode stays 0 where this user is not to see it.
 */
static int
AddRelative(
    struct lx_nsscan *scan, int fd, unsigned long request, uint64_t *inode)
{
    LX_AUTOCLOSE int other = ioctl(fd, request);

    if (other < 0 || lx_ns_inode(other, inode) != 0) {
        return 0;
    }
    return AddByFd(scan, other);
}

/*
 * The depth of the recursion is that of nesting, which the kernel limits to
 * 32. An item may move in memory while others are entered.
 */
static int
AddByFd(struct lx_nsscan *scan, int fd)
{
    int kind = lx_ns_kind(fd);
    uint64_t inode, owner = 0, parent = 0;
    struct lx_nsinfo *item;
    uid_t uid;

    if (kind < 0 || !(scan->kinds & LX_KIND_BIT(kind))
        || lx_ns_inode(fd, &inode) != 0
        || lx_nsscan_find(scan, inode) != NULL) {
        return 0;
    }
    item = lx_nsscan_insert(scan, (enum lx_kind)kind, inode);
    if (item == NULL) {
        return -1;
    }
    if (kind == LX_USER && ioctl(fd, NS_GET_OWNER_UID, &uid) == 0) {
        item->uid = uid;
    }
    if (AddRelative(scan, fd, NS_GET_USERNS, &owner) != 0
        || ((kind == LX_USER || kind == LX_PID)
            && AddRelative(scan, fd, NS_GET_PARENT, &parent) != 0)) {
        return -1;
    }
    item = lx_nsscan_find(scan, inode);
    item->owner = owner;
    item->parent = parent;
    return 0;
}

/*
 * "net:[4026531833]", as links of /proc/PID/ns and roots of pins read.
 */
static bool
Inode(const char *text, uint64_t *inode)
{
    const char *bracket = strchr(text, '[');
    char *end;

    if (bracket == NULL) {
        return false;
    }
    *inode = strtoull(bracket + 1, &end, 10);
    return *end == ']' && *inode != 0;
}

/* ------------------------------------------------------------------------
 * Processes.
 */

/*
 * own: the namespace that the process is in, of the kind whose entry came
 * before. That its children will be in the same is not worth a word.
 */
static int
AddEntry(
    struct lx_nsscan *scan, int folder, const struct entry *entry, pid_t pid,
    uint64_t *own)
{
    char text[64];
    ssize_t len = readlinkat(folder, entry->name, text, sizeof(text) - 1);
    struct lx_nsinfo *item;
    uint64_t inode;

    if (len < 0) {
        return errno == EACCES ? 1 : 0;
    }
    text[len] = '\0';
    if (!Inode(text, &inode) || (entry->forChildren && inode == *own)) {
        return 0;
    }
    *own = inode;
    item = lx_nsscan_find(scan, inode);
    if (item == NULL) {
        LX_AUTOCLOSE int fd = openat(folder, entry->name, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || lx_ns_inode(fd, &inode) != 0) {
            return 0;
        }
        if (AddByFd(scan, fd) != 0) {
            return -1;
        }
        item = lx_nsscan_find(scan, inode);
    }
    if (item == NULL) {
        return 0;
    }
    return lx_pids_add(
        entry->forChildren ? &item->childrenOf : &item->processes, pid);
}

static int
AddProcess(struct lx_nsscan *scan, int proc, const char *name, pid_t pid)
{
    char path[32];
    LX_AUTOCLOSE int folder = -1;
    uint64_t own = 0;
    int result = 0;

    lx_format(path, sizeof(path), "%s/ns", name);
    folder = openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return 0;
    }
    for (const struct entry *entry = entries;
         entry->name != NULL && result == 0; entry++) {
        if (scan->kinds & LX_KIND_BIT(entry->kind)) {
            result = AddEntry(scan, folder, entry, pid, &own);
        }
    }
    return result < 0 ? -1 : 0;
}

static int
NoMemory(struct lx_err *err)
{
    return lx_fail(err, ENOMEM, "cannot get memory to list namespaces");
}

static int
AddProcesses(struct lx_nsscan *scan, struct lx_err *err)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    int result = 0;

    if (proc == NULL) {
        return lx_fail(err, errno, "cannot read %q", "/proc");
    }
    while (result == 0 && (entry = readdir(proc)) != NULL) {
        unsigned long pid;

        if (lx_number(entry->d_name, &pid)) {
            result = AddProcess(scan, dirfd(proc), entry->d_name, (pid_t)pid);
        }
    }
    closedir(proc);
    return result == 0 ? 0 : NoMemory(err);
}

/* ------------------------------------------------------------------------
 * Pins.
 */

/*
 * A pin that another mount covers still counts, if its namespace is known
 * from elsewhere: its inode number stands in the line.
 */
static int
AddMount(struct lx_nsscan *scan, const char *root, const char *path)
{
    struct lx_nsinfo *item;
    uint64_t inode;

    if (!Inode(root, &inode)) {
        return 0;
    }
    item = lx_nsscan_find(scan, inode);
    if (item == NULL) {
        struct lx_err ignored;
        LX_AUTOCLOSE int fd = lx_ns_look(path, 0, &ignored) == 0
            ? open(path, O_RDONLY | O_CLOEXEC)
            : -1;

        if (fd < 0) {
            return 0;
        }
        if (AddByFd(scan, fd) != 0) {
            return -1;
        }
        item = lx_nsscan_find(scan, inode);
    }
    return item == NULL ? 0 : lx_nsinfo_pin(item, path);
}

static int
AddPins(struct lx_nsscan *scan, struct lx_err *err)
{
    char buf[LX_MOUNT_LINE];
    struct lx_lines lines;
    struct lx_mount mount;
    int result = 0;

    if (lx_mounts_open(&lines, buf) != 0) {
        return lx_fail(err, errno, "cannot read the table of mounts");
    }
    while (result == 0 && lx_mounts_next(&lines, &mount)) {
        if (strcmp(mount.fstype, "nsfs") == 0) {
            result = AddMount(scan, mount.root, mount.target);
        }
    }
    lx_lines_close(&lines);
    return result == 0 ? 0 : NoMemory(err);
}

/* ------------------------------------------------------------------------
 * The whole.
 */

/*
 * Namespaces of these kinds, by kind and inode number. The scan is freed by
 * the caller, also on failure.
 */
int
lx_nsscan_run(struct lx_nsscan *scan, unsigned kinds, struct lx_err *err)
{
    *scan = (struct lx_nsscan){.kinds = kinds};
    if (lx_proc_check(err) != 0 || AddProcesses(scan, err) != 0
        || AddPins(scan, err) != 0) {
        return -1;
    }
    return lx_nsscan_sort(scan) == 0 ? 0 : NoMemory(err);
}
