/*
 * lxMountBusy.c --
 *
 *      Who keeps a mount busy: other mounts on it, and processes that are in
 *      it or have files of it open. For messages; it names a few and counts
 *      the rest.
 */

#include <sys/types.h>

#include "lxMount.h"

#define NAMED 3 /* the rest is counted */

bool
lx_path_below(const char *path, const char *top)
{
    size_t len = strlen(top);

    while (len > 0 && top[len - 1] == '/') {
        len--;
    }
    return strncmp(path, top, len) == 0 && path[len] == '/'
        && path[len + 1] != '\0';
}

struct list {
    char *buf;
    size_t size, len;
    unsigned count;
};

static void
Add(struct list *list, const char *fmt, ...)
{
    va_list args;

    if (++list->count > NAMED) {
        return;
    }
    if (list->count > 1) {
        list->len = lx_append(list->buf, list->size, list->len, ", ");
    }
    va_start(args, fmt);
    list->len = lx_vappend(list->buf, list->size, list->len, fmt, args);
    va_end(args);
}

static unsigned
EndList(struct list *list)
{
    if (list->count > NAMED) {
        lx_append(
            list->buf, list->size, list->len, " and %u more",
            list->count - NAMED);
    }
    return list->count;
}

/*
 * The mounts below a path; with a parent other than 0, only those that are on
 * that mount itself. Returns how many there are.
 */
unsigned
lx_mounts_below(const char *top, unsigned long parent, char *buf, size_t size)
{
    struct list list = {buf, size, 0, 0};
    char lineBuf[LX_MOUNT_LINE];
    struct lx_lines lines;
    struct lx_mount mount;

    if (lx_mounts_open(&lines, lineBuf) != 0) {
        return 0;
    }
    while (lx_mounts_next(&lines, &mount)) {
        if (parent != 0 ? mount.parent == parent && mount.id != parent
                        : lx_path_below(mount.target, top)) {
            Add(&list, "%q", mount.target);
        }
    }
    lx_lines_close(&lines);
    return EndList(&list);
}

/* ------------------------------------------------------------------------
 * Processes.
 */

struct entry {
    uint64_t ino;
    int64_t next;
    unsigned short size;
    unsigned char type;
    char name[];
};

typedef bool Visit(const char *folder, const char *name, void *arg);

/*
 * Calls `visit` with every name in a folder that is a number, until it says
 * true.
 */
static bool
EachNumber(const char *folder, Visit *visit, void *arg)
{
    LX_AUTOCLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    _Alignas(struct entry) char buf[4096];
    long count;

    while (fd >= 0
           && (count = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0) {
        for (long at = 0; at < count;) {
            const struct entry *entry =
                (const struct entry *)(const void *)(buf + at);
            unsigned long number;

            at += entry->size;
            if (lx_number(entry->name, &number)
                && visit(folder, entry->name, arg)) {
                return true;
            }
        }
    }
    return false;
}

static bool
LinkLeadsInto(const char *link, const char *top)
{
    char path[4096];
    ssize_t len = readlink(link, path, sizeof(path) - 1);

    if (len < 0) {
        return false;
    }
    path[len] = '\0';
    return strcmp(path, top) == 0 || lx_path_below(path, top);
}

static bool
VisitFile(const char *folder, const char *name, void *arg)
{
    char link[64];

    lx_format(link, sizeof(link), "%s/%s", folder, name);
    return LinkLeadsInto(link, arg);
}

struct holders {
    const char *top;
    struct list list;
};

static bool
VisitProcess(const char *folder, const char *name, void *arg)
{
    static const char *const links[] = {"cwd", "root", "exe", NULL};
    static const char *const uses[] = {
        "is in it", "has it as root", "runs a program of it"};
    struct holders *holders = arg;
    char path[64], comm[64];
    const char *use = NULL;

    for (int i = 0; links[i] != NULL && use == NULL; i++) {
        lx_format(path, sizeof(path), "%s/%s/%s", folder, name, links[i]);
        if (LinkLeadsInto(path, holders->top)) {
            use = uses[i];
        }
    }
    if (use == NULL) {
        lx_format(path, sizeof(path), "%s/%s/fd", folder, name);
        if (!EachNumber(path, VisitFile, (void *)holders->top)) {
            return false;
        }
        use = "has a file of it open";
    }
    lx_format(path, sizeof(path), "%s/%s/comm", folder, name);
    if (lx_read_file(path, comm, sizeof(comm)) < 0) {
        return false;
    }
    comm[strcspn(comm, "\n")] = '\0';
    Add(&holders->list, "process %s (%s) %s", name, comm, use);
    return false;
}

unsigned
lx_mount_users(const char *top, char *buf, size_t size)
{
    struct holders holders = {top, {buf, size, 0, 0}};

    EachNumber("/proc", VisitProcess, &holders);
    return EndList(&holders.list);
}
