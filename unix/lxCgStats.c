/*
 * lxCgStats.c --
 *
 *      What the kernel has counted of a group: its files, read where they are
 *      held open (lxCgStatHold.c), and opened and closed where they are not.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lx.h"

#define TEXT_SIZE 8192

enum seen { UNKNOWN, THERE, GONE };

struct reader {
    struct lx_group *group;
    struct lx_statcache *cache;
    struct lx_heldgroup *held; /* NULL: its files are not kept */
    const struct lx_statsink *sink;
    bool alone;
    unsigned char seen[LX_HIERARCHIES]; /* enum seen: the group, in each */
    struct {
        bool tried;
        const char *first; /* file that could be read; NULL: none yet */
    } controllers[LX_KEY_CORE + 1]; /* for the part that is read now */
    bool begun;                     /* the part, for the sink */
    int figures; /* the smallest `instead` that had any; 0: none */
    struct lx_err *err;
};

/* -- What is not there ---------------------------------------------------- */

/*
 * A group that was there and is not any more is an error; -1.
 */
static int
LooksGone(struct reader *reader, int index)
{
    bool was = reader->seen[index] == THERE;

    if (lx_group_has(reader->group, index, NULL)) {
        reader->seen[index] = THERE;
        return 0;
    }
    reader->seen[index] = GONE;
    return was
        ? lx_fail(reader->err, ENOENT, "group %q is gone", reader->group->name)
        : 0;
}

/*
 * This kernel has no such file, if a group that has another of the same
 * controller lacks it. The group's folder is held, so that both are looked for
 * in one and the same: one that is removed has no files.
 */
static void
LearnLacking(struct reader *reader, int index, const struct lx_statfile *file)
{
    const char *first = reader->controllers[file->controller].first;
    LX_AUTOCLOSE int folder = -1;

    if (file->late || file->part == LX_STAT_HUGETLB || first == NULL
        || lx_group_isroot(reader->group, index)) {
        return;
    }
    folder = lx_group_open(reader->group, index, NULL, O_PATH | O_DIRECTORY);
    if (folder >= 0 && faccessat(folder, file->name, F_OK, 0) != 0
        && errno == ENOENT && faccessat(folder, first, F_OK, 0) == 0) {
        reader->cache->lacking |= UINT64_C(1) << (file - lx_statfiles);
    }
}

/* -- One file ------------------------------------------------------------- */

static void
Begin(struct reader *reader, const struct lx_statfile *file)
{
    if (!reader->begun && !reader->alone) {
        reader->sink->begin(reader->sink->arg, lx_statparts[file->part].name);
    }
    reader->begun = true;
}

static ssize_t
Read(int fd, char *buf, size_t size, off_t from)
{
    ssize_t count;

    do {
        count = pread(fd, buf, size, from);
    } while (count < 0 && errno == EINTR);
    return count;
}

/*
 * The kernel gives as much as there is room for: what is less than that, and
 * ends a line, is all. A line longer than the buffer is left out.
 */
static int
Lines(
    struct reader *reader, int fd, const struct lx_statfile *file,
    const char *inside, bool *figures)
{
    const struct lx_statsink *sink = reader->sink;
    char buf[TEXT_SIZE];
    size_t len = 0;
    off_t from = 0;
    bool last = false, skip = false, begun = false;

    while (!last) {
        size_t room = sizeof(buf) - 1 - len, used;
        ssize_t count = Read(fd, buf + len, room, from);

        if (count < 0) {
            if (begun && inside != NULL) {
                sink->end(sink->arg);
            }
            return -1;
        }
        if (!begun) {
            Begin(reader, file);
            if (inside != NULL) {
                sink->begin(sink->arg, inside);
            }
            begun = true;
        }
        from += count;
        len += (size_t)count;
        last = count == 0 || ((size_t)count < room && buf[len - 1] == '\n');
        if (skip) {
            char *newline = memchr(buf, '\n', len);

            used = newline != NULL ? (size_t)(newline - buf) + 1 : len;
            skip = newline == NULL;
        } else {
            used = lx_stat_lines(buf, len, last, file, sink, figures);
            if (used == 0 && len == sizeof(buf) - 1) {
                skip = true;
                used = len;
            }
        }
        len -= used;
        memmove(buf, buf + used, len);
    }
    if (inside != NULL) {
        sink->end(sink->arg);
    }
    return 0;
}

/*
 * Of a group whose files are held, the folder must be the one that they are
 * of: the group may have been removed, and another made in its place.
 */
static void
CheckFolder(struct reader *reader, int index)
{
    const char *path;
    int folder = lx_group_at(reader->group, index, NULL, &path);
    ino_t *inode = &reader->held->inodes[index];
    struct stat st;

    if (path == NULL || fstatat(folder, path, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        reader->seen[index] = GONE;
        return;
    }
    reader->seen[index] = THERE;
    if (*inode != 0 && *inode != st.st_ino) {
        lx_held_close(reader->held);
    }
    *inode = st.st_ino;
}

/*
 * A descriptor, or -1. Where there are no more of them, those that are held
 * are given back.
 */
static int
Open(struct reader *reader, int index, const char *name)
{
    int fd = lx_group_open(reader->group, index, name, O_RDONLY);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        for (int i = 0; i < LX_HELD_GROUPS; i++) {
            lx_held_close(&reader->cache->held[i]);
        }
        fd = lx_group_open(reader->group, index, name, O_RDONLY);
    }
    return fd;
}

/*
 * A file that is held, or else one that is opened; -1 and errno. ENODEV: the
 * group, or its controller, went.
 */
static int
ReadLines(
    struct reader *reader, int index, const struct lx_statfile *file, int size,
    const char *name, bool *figures)
{
    const char *inside = size >= 0 ? reader->cache->size[size] : file->inside;
    int *held = reader->held != NULL
        ? lx_held_file(reader->held, file, size >= 0 ? size : 0)
        : NULL;
    LX_AUTOCLOSE int fd = -1;

    if (held != NULL && *held >= 0) {
        if (Lines(reader, *held, file, inside, figures) == 0) {
            return 0;
        }
        if (errno != ENODEV) {
            return -1;
        }
        lx_fd_close(held);
    }
    fd = Open(reader, index, name);
    if (fd < 0 || Lines(reader, fd, file, inside, figures) != 0) {
        return -1;
    }
    if (held != NULL && reader->held->inodes[index] != 0) {
        lx_held_open(reader->group, index, name, held);
    }
    return 0;
}

/*
 * -1: error. What the kernel does not offer is no error.
 */
static int
ReadFile(
    struct reader *reader, int index, const struct lx_statfile *file, int size,
    const char *name)
{
    bool figures = false;

    if (ReadLines(reader, index, file, size, name, &figures) == 0) {
        reader->seen[index] = THERE;
        if (reader->controllers[file->controller].first == NULL) {
            reader->controllers[file->controller].first = file->name;
        }
        if (figures && reader->figures == 0) {
            reader->figures = file->instead;
        }
        return 0;
    }
    switch (errno) {
    case ENOENT:
        if (LooksGone(reader, index) != 0) {
            return -1;
        }
        if (reader->seen[index] == THERE) {
            LearnLacking(reader, index, file);
        }
        return 0;
    case ENODEV:
        return LooksGone(reader, index);
    case EOPNOTSUPP: /* pressure that is turned off */
    case EXDEV:      /* the base is not to be seen in that hierarchy */
        return 0;
    default:
        return lx_fail(
            reader->err, errno, "cannot read %q",
            lx_group_full(reader->group, index, name));
    }
}

/*
 * The hierarchy where a file may be, of the version that has it; -1: none.
 */
static int
Where(const struct reader *reader, const struct lx_statfile *file)
{
    const struct lx_cgroups *cgroups = reader->group->cgroups;
    int index = file->controller == LX_KEY_CORE
        ? cgroups->unified
        : lx_cgroups_of(cgroups, (enum lx_controller)file->controller);

    return index >= 0 && reader->seen[index] != GONE
            && (file->version == 0
                || file->version == cgroups->list[index].version)
        ? index
        : -1;
}

/* -- Huge pages ----------------------------------------------------------- */

/*
 * One kind of file for each size. A group without the first has none.
 */
static int
ReadSizes(struct reader *reader, int index, const struct lx_statfile *file)
{
    struct lx_statcache *cache = reader->cache;
    char name[LX_NAME_SIZE];

    if (cache->sizes == 0) {
        lx_statcache_sizes(cache);
    }
    for (int i = 0; i < cache->sizes; i++) {
        lx_format(
            name, sizeof(name), "hugetlb.%s%s", cache->size[i], file->name);
        if (ReadFile(reader, index, file, i, name) != 0) {
            return -1;
        }
        if (reader->controllers[LX_CG_HUGETLB].first == NULL) {
            break;
        }
    }
    return 0;
}

/* -- All ------------------------------------------------------------------ */

/*
 * Of a controller whose first file the group lacks, it has no other; but the
 * topmost group has some files and some not.
 */
static bool
IsWanted(struct reader *reader, int index, const struct lx_statfile *file)
{
    uint64_t bit = UINT64_C(1) << (file - lx_statfiles);
    bool tried = reader->controllers[file->controller].tried;

    if ((reader->cache->lacking & bit)
        || (file->instead > 0 && reader->figures > 0
            && reader->figures < file->instead)) {
        return false;
    }
    reader->controllers[file->controller].tried = true;
    return !tried || reader->controllers[file->controller].first != NULL
        || lx_group_isroot(reader->group, index);
}

static int
ReadPart(struct reader *reader, enum lx_statpart part)
{
    memset(reader->controllers, 0, sizeof(reader->controllers));
    reader->begun = false;
    reader->figures = 0;
    for (const struct lx_statfile *file = lx_statfiles; file->name != NULL;
         file++) {
        int index = file->part == part ? Where(reader, file) : -1;

        if (index >= 0 && reader->held != NULL
            && reader->seen[index] == UNKNOWN) {
            CheckFolder(reader, index);
        }
        if (index < 0 || reader->seen[index] == GONE
            || !IsWanted(reader, index, file)) {
            continue;
        }
        if ((part == LX_STAT_HUGETLB
                 ? ReadSizes(reader, index, file)
                 : ReadFile(reader, index, file, -1, file->name))
            != 0) {
            return -1;
        }
    }
    if (reader->begun && !reader->alone) {
        reader->sink->end(reader->sink->arg);
    }
    return 0;
}

/*
 * Nothing was found of a part that was named: why?
 */
static int
Missing(struct lx_group *group, enum lx_statpart part, struct lx_err *err)
{
    const struct lx_statpartinfo *info = &lx_statparts[part];
    unsigned where;

    if (lx_group_need(group, &where, err) != 0) {
        return -1;
    }
    if (info->controller == LX_KEY_CORE) {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED",
            group->cgroups->unified < 0 ? "version 2 is not mounted"
                : where & 1u << group->cgroups->unified
                ? "group %q has no files of pressure"
                : "group %q is not in the hierarchy of version 2",
            group->name);
        lx_detail(err, info->name);
        return -1;
    }
    if (lx_cgroups_need(
            group->cgroups, (enum lx_controller)info->controller, err)
        < 0) {
        return -1;
    }
    lx_refuse(
        err, "CGROUP", "NOTENABLED", "group %q has no controller %s",
        group->name, info->name);
    lx_hint(
        err,
        "cgroup create with -controllers %s makes a group that has it, and "
        "enables it above",
        info->name);
    lx_detail(err, info->name);
    return -1;
}

int
lx_group_stats(
    struct lx_group *group, unsigned parts, bool alone,
    struct lx_statcache *cache, const struct lx_statsink *sink,
    struct lx_err *err)
{
    struct reader reader = {
        .group = group,
        .cache = cache,
        .held = lx_held_find(cache, group),
        .sink = sink,
        .alone = alone,
        .err = err};
    bool any = false;
    unsigned where;

    for (int i = 0; i < LX_STAT_PARTS; i++) {
        if (!(parts & 1u << i)) {
            continue;
        }
        if (ReadPart(&reader, (enum lx_statpart)i) != 0) {
            return -1;
        }
        if (!reader.begun && alone) {
            return Missing(group, (enum lx_statpart)i, err);
        }
        any = any || reader.begun;
    }
    return any ? 0 : lx_group_need(group, &where, err);
}
