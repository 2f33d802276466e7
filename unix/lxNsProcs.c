/*
 * lxNsProcs.c --
 *
 *      The processes of a pid namespace and of those below it, as they are
 *      seen from outside.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lx.h"

struct member {
    pid_t pid;
    int depth; /* how many namespaces below the target's */
};

/*
 * How far below the target's namespace one is; -1: not below it.
 */
static int
Depth(
    const struct lx_nsscan *scan, const struct lx_nsinfo *item, uint64_t target)
{
    for (int depth = 0; item != NULL; depth++) {
        if (item->inode == target) {
            return depth;
        }
        item = item->parent != 0 ? lx_nsscan_find(scan, item->parent) : NULL;
    }
    return -1;
}

static int
Compare(const void *a, const void *b)
{
    const struct member *one = a, *other = b;

    return (one->pid > other->pid) - (one->pid < other->pid);
}

/*
 * Returns the members in the order of their pids; NULL: no memory.
 */
static struct member *
Members(const struct lx_nsscan *scan, uint64_t target, size_t *count)
{
    struct member *members;
    size_t most = 1;

    for (size_t i = 0; i < scan->count; i++) {
        most += scan->items[i].processes.count;
    }
    members = malloc(most * sizeof(*members));
    *count = 0;
    for (size_t i = 0; members != NULL && i < scan->count; i++) {
        const struct lx_nsinfo *item = &scan->items[i];
        int depth = Depth(scan, item, target);

        for (size_t k = 0; depth >= 0 && k < item->processes.count; k++) {
            members[(*count)++] =
                (struct member){item->processes.pids[k], depth};
        }
    }
    if (members != NULL) {
        qsort(members, *count, sizeof(*members), Compare);
    }
    return members;
}

/*
 * NSpid has a number for each pid namespace from that of /proc down to the
 * process's own: the target's is depth places before the last.
 */
static pid_t
NumberAt(char *numbers, int depth)
{
    char *blank;

    numbers[strcspn(numbers, "\n")] = '\0';
    for (; depth > 0; depth--) {
        blank = strrchr(numbers, '\t');
        if (blank == NULL) {
            return 0;
        }
        *blank = '\0';
    }
    blank = strrchr(numbers, '\t');
    return (pid_t)strtol(blank != NULL ? blank + 1 : numbers, NULL, 10);
}

/*
 * What /proc/PID/status says; false: the process has vanished. The name has
 * the kernel's escapes for newline and backslash.
 */
static bool
ReadStatus(struct lx_procinfo *info, int depth, char name[64])
{
    char path[64];
    char *line = NULL;
    size_t size = 0;
    FILE *file;
    int found = 0;

    lx_format(path, sizeof(path), "/proc/%d/status", (int)info->pid);
    file = fopen(path, "re");
    while (file != NULL && found < 4 && getline(&line, &size, file) > 0) {
        char *value = strchr(line, '\t');

        if (value == NULL) {
            continue;
        }
        *value++ = '\0';
        found++;
        if (strcmp(line, "Name:") == 0) {
            value[strcspn(value, "\n")] = '\0';
            lx_format(name, 64, "%s", value);
        } else if (strcmp(line, "PPid:") == 0) {
            info->ppid = (pid_t)strtol(value, NULL, 10);
        } else if (strcmp(line, "Uid:") == 0) {
            value += strcspn(value, "\t");
            info->uid = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(line, "NSpid:") == 0) {
            info->nspid = NumberAt(value, depth);
        } else {
            found--;
        }
    }
    free(line);
    if (file != NULL) {
        fclose(file);
    }
    return found == 4;
}

static size_t
ReadWords(pid_t pid, char *words, size_t size)
{
    char path[64];
    int len;

    lx_format(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    len = lx_read_file(path, words, size);
    if (len <= 0) {
        return 0;
    }
    /* A program may have overwritten it, or it is cut: the last word ends. */
    return words[len - 1] == '\0' ? (size_t)len : (size_t)len + 1;
}

static int
Tell(const struct member *members, size_t count, lx_eachproc *each, void *arg)
{
    char words[4096], name[64];

    for (size_t i = 0; i < count; i++) {
        struct lx_procinfo info = {.pid = members[i].pid, .name = name};

        if (!ReadStatus(&info, members[i].depth, name)) {
            continue;
        }
        info.words = words;
        info.wordsLen = ReadWords(info.pid, words, sizeof(words));
        if (each(arg, &info) != 0) {
            break;
        }
    }
    return 0;
}

int
lx_ns_processes(
    const struct lx_target *target, lx_eachproc *each, void *arg,
    struct lx_err *err)
{
    LX_AUTOCLOSE int fd = lx_ns_open(target, LX_PID, err);
    struct lx_nsscan scan;
    struct member *members;
    uint64_t inode;
    size_t count;
    int result;

    if (fd < 0) {
        return -1;
    }
    if (lx_ns_inode(fd, &inode) != 0) {
        return lx_fail(err, errno, "cannot look at a pid namespace");
    }
    result = lx_nsscan_run(&scan, LX_KIND_BIT(LX_PID), err);
    if (result == 0) {
        members = Members(&scan, inode, &count);
        result = members != NULL
            ? Tell(members, count, each, arg)
            : lx_fail(err, ENOMEM, "cannot get memory to list processes");
        free(members);
    }
    lx_nsscan_free(&scan);
    return result;
}

/*
 * False: it has vanished.
 */
bool
lx_proc_name(pid_t pid, char name[64])
{
    char path[64];

    lx_format(path, sizeof(path), "/proc/%d/comm", (int)pid);
    if (lx_read_file(path, name, 64) < 0) {
        return false;
    }
    name[strcspn(name, "\n")] = '\0';
    return true;
}
