/*
 * lxIdmap.c --
 *
 *      uid and gid maps of a new user namespace: who may write which, and in
 *      what order. See user_namespaces(7).
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

static uint32_t
OwnId(bool group)
{
    return group ? getegid() : geteuid();
}

/*
 * The kernel lets a process without privilege write one line, for itself.
 */
static bool
IsOwn(const struct lx_idrange *ranges, size_t count, bool group)
{
    return count == 1 && ranges[0].count == 1
        && ranges[0].outside == OwnId(group);
}

/*
 * The name by which /etc/subuid may know this user; the id where it has none.
 */
static void
UserName(char *name, size_t size)
{
    char buffer[4096];
    struct passwd entry, *found = NULL;

    if (getpwuid_r(getuid(), &entry, buffer, sizeof(buffer), &found) == 0
        && found != NULL) {
        lx_format(name, size, "%s", found->pw_name);
    } else {
        lx_format(name, size, "%u", getuid());
    }
}

static const char *
SubidFile(bool group)
{
    return group ? "/etc/subgid" : "/etc/subuid";
}

/*
 * The next range that /etc/subuid or /etc/subgid gives this user; NULL at the
 * end. The file is small and read line by line: name:first:count.
 */
static bool
NextSubid(FILE *file, const char *name, struct lx_idrange *range)
{
    char line[512];
    char number[16];

    lx_format(number, sizeof(number), "%u", getuid());
    while (fgets(line, sizeof(line), file) != NULL) {
        char *colon = strchr(line, ':');
        unsigned first, count;

        if (colon == NULL) {
            continue;
        }
        *colon = '\0';
        if ((strcmp(line, name) == 0 || strcmp(line, number) == 0)
            && sscanf(colon + 1, "%u:%u", &first, &count) == 2 && count > 0) {
            *range = (struct lx_idrange){0, first, count};
            return true;
        }
    }
    return false;
}

static int
NoSubid(struct lx_err *err, bool group, const char *text, const char *name)
{
    lx_refuse(
        err, "NS", "SUBID",
        "%s map %s needs a line for \"%s\" in %s, and there is none that "
        "covers it",
        group ? "gid" : "uid", text, name, SubidFile(group));
    lx_hint(
        err,
        "root adds one with: usermod --add-sub%ss 100000-165535 %s; a "
        "map of one id (self) needs none",
        group ? "gid" : "uid", name);
    return -1;
}

static int
NoMemory(struct lx_err *err)
{
    return lx_fail(err, ENOMEM, "cannot get memory for an id map");
}

/*
 * Each range must lie within one that the file gives, or be this user's own
 * id: what newuidmap will check again.
 */
static int
CheckSubids(const struct lx_idmap *map, bool group, struct lx_err *err)
{
    char name[128];

    UserName(name, sizeof(name));
    for (size_t i = 0; i < map->count; i++) {
        const struct lx_idrange *want = &map->ranges[i];
        struct lx_idrange have;
        bool covered = want->count == 1 && want->outside == OwnId(group);
        FILE *file = fopen(SubidFile(group), "re");

        while (!covered && file != NULL && NextSubid(file, name, &have)) {
            covered = want->outside >= have.outside
                && want->outside - have.outside <= have.count
                && want->count <= have.count - (want->outside - have.outside);
        }
        if (file != NULL) {
            fclose(file);
        }
        if (!covered) {
            char text[64];

            lx_format(
                text, sizeof(text), "%u %u %u", want->inside, want->outside,
                want->count);
            return NoSubid(err, group, text, name);
        }
    }
    return 0;
}

/*
 * The ranges as a map, with the text that the kernel reads; decides whether
 * this process may write it, or newuidmap must.
 */
int
lx_idmap_make(
    struct lx_idmap *map, struct lx_pool *pool, bool group,
    const struct lx_idrange *ranges, size_t count, struct lx_err *err)
{
    size_t size = count * 36 + 1;
    size_t len = 0;
    struct lx_idrange *copy = lx_pool_alloc(pool, count * sizeof(*ranges));
    char *text = lx_pool_alloc(pool, size);

    if (copy == NULL || text == NULL) {
        return NoMemory(err);
    }
    for (size_t i = 0; i < count; i++) {
        copy[i] = ranges[i];
        len += lx_format(
            text + len, size - len, "%u %u %u\n", ranges[i].inside,
            ranges[i].outside, ranges[i].count);
    }
    map->ranges = copy;
    map->count = count;
    map->text = text;
    map->byHelper = count > 0 && !IsOwn(ranges, count, group)
        && !lx_capable(group ? CAP_SETGID : CAP_SETUID);
    return map->byHelper ? CheckSubids(map, group, err) : 0;
}

/*
 * self: I become 0.
 */
int
lx_idmap_self(
    struct lx_idmap *map, struct lx_pool *pool, bool group, struct lx_err *err)
{
    struct lx_idrange self = {0, OwnId(group), 1};

    return lx_idmap_make(map, pool, group, &self, 1, err);
}

/*
 * auto: I become 0, and my first range of /etc/subuid follows from 1.
 */
int
lx_idmap_auto(
    struct lx_idmap *map, struct lx_pool *pool, bool group, struct lx_err *err)
{
    struct lx_idrange ranges[2] = {{0, OwnId(group), 1}, {0, 0, 0}};
    char name[128];
    FILE *file = fopen(SubidFile(group), "re");
    bool found;

    UserName(name, sizeof(name));
    found = file != NULL && NextSubid(file, name, &ranges[1]);
    if (file != NULL) {
        fclose(file);
    }
    if (!found) {
        return NoSubid(err, group, "auto", name);
    }
    ranges[1].inside = 1;
    return lx_idmap_make(map, pool, group, ranges, 2, err);
}

static int
WriteProc(
    struct lx_kernel *kernel, pid_t pid, const char *name, const char *text,
    struct lx_err *err)
{
    char path[64];
    int fd;
    long n;

    if (lx_recording(kernel)) {
        lx_format(path, sizeof(path), "/proc/PID/%s", name);
    } else if (pid == 0) {
        lx_format(path, sizeof(path), "/proc/self/%s", name);
    } else {
        lx_format(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    }
    fd = (int)LX_SYS(
        kernel, openat, "fsO=", AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return lx_fail(err, errno, "cannot open %q", path);
    }
    n = LX_SYS(kernel, write, "fsd", fd, text, strlen(text));
    if (n < 0) {
        lx_fail(err, errno, "cannot set %s to %q", name, text);
        for (char *p = err->what; *p != '\0'; p++) {
            *p = *p != '\n' ? *p : p[1] == '"' ? ' ' : ',';
        }
    }
    LX_SYS(kernel, close, "f", fd);
    return n < 0 ? -1 : 0;
}

static void
HintForMap(struct lx_err *err)
{
    if (err->errnum == EINVAL) {
        lx_hint(
            err,
            "ranges must not overlap, inside or outside, and every "
            "outside id must exist in the present user namespace");
    } else if (err->errnum == EPERM) {
        lx_hint(
            err,
            "without CAP_SETUID and CAP_SETGID only one's own id can be "
            "mapped (self), more through newuidmap (auto)");
    }
}

/*
 * A process without CAP_SETGID may write its gid_map only once it has given
 * up setgroups(2) for the namespace. Trying first keeps setgroups for those
 * who may have it.
 */
static int
WriteGids(
    struct lx_kernel *kernel, pid_t pid, const char *text, struct lx_err *err)
{
    if (WriteProc(kernel, pid, "gid_map", text, err) == 0) {
        return 0;
    }
    if (err->errnum != EPERM) {
        return -1;
    }
    if (WriteProc(kernel, pid, "setgroups", "deny", err) != 0) {
        return -1;
    }
    return WriteProc(kernel, pid, "gid_map", text, err);
}

/*
 * Writes the maps of the user namespace that pid is in (0: the caller's own).
 * The timeout is for each of the helpers; negative: none.
 */
int
lx_idmap_put(
    struct lx_kernel *kernel, pid_t pid, const struct lx_idmap *uids,
    const struct lx_idmap *gids, int timeoutMs, struct lx_err *err)
{
    int result = 0;

    if (uids->count > 0) {
        result = uids->byHelper
            ? lx_idmap_help(kernel, pid, uids, "newuidmap", timeoutMs, err)
            : WriteProc(kernel, pid, "uid_map", uids->text, err);
    }
    if (result == 0 && gids->count > 0) {
        result = gids->byHelper
            ? lx_idmap_help(kernel, pid, gids, "newgidmap", timeoutMs, err)
            : WriteGids(kernel, pid, gids->text, err);
    }
    if (result != 0 && err->hint[0] == '\0') {
        HintForMap(err);
    }
    return result;
}

/*
 * The same, of a process whose number is as this one has it: somebody else's
 * map must not be written.
 */
int
lx_idmap_write(
    struct lx_kernel *kernel, pid_t pid, const struct lx_idmap *uids,
    const struct lx_idmap *gids, int timeoutMs, struct lx_err *err)
{
    if (pid != 0 && uids->count + gids->count > 0 && lx_proc_check(err) != 0) {
        return -1;
    }
    return lx_idmap_put(kernel, pid, uids, gids, timeoutMs, err);
}

/*
 * In a user namespace that has a 0, be it. Where setgroups is given up, the
 * groups stay as they are; where 0 is not mapped, so do the ids.
 */
int
lx_become_root(struct lx_kernel *kernel, struct lx_err *err)
{
    if (LX_SYS(kernel, setgroups, "dp", 0, NULL) != 0 && errno != EPERM) {
        return lx_fail(err, errno, "cannot drop the supplementary groups");
    }
    if (LX_SYS(kernel, setresgid, "ddd", 0, 0, 0) != 0 && errno != EINVAL) {
        return lx_fail(err, errno, "cannot become gid 0");
    }
    if (LX_SYS(kernel, setresuid, "ddd", 0, 0, 0) != 0 && errno != EINVAL) {
        return lx_fail(err, errno, "cannot become uid 0");
    }
    return 0;
}
