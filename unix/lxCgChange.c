/*
 * lxCgChange.c --
 *
 *      A transaction on the files of a group: each file's text is noted before
 *      it is written, and written back when a later one is refused.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lxCgChange.h"

/* -- Refusals ------------------------------------------------------------- */

/*
 * What is known of a key's own rules, when nothing else explains it.
 */
static const char *
Rule(const struct lx_keyplace *place, int errnum)
{
    int version = place->group->cgroups->list[place->index].version;
    const char *name = place->name;

    if (strncmp(name, "memory.", 7) == 0 && errnum == EBUSY) {
        return "the group uses more than that, and not enough of it can be "
               "taken back";
    }
    if ((strncmp(name, "cpu.weight", 10) == 0
         || strcmp(name, "cpu.shares") == 0)
        && errnum == EINVAL) {
        return "an idle group has no weight: see cpu.idle";
    }
    if (strcmp(name, "cpu.max.burst") == 0 && errnum == EINVAL) {
        return "it must not be above the quota of cpu.max";
    }
    if (strcmp(name, "cpu.max") == 0 && errnum == EINVAL) {
        return version == 2
            ? "the quota must not be below cpu.max.burst"
            : "the quota must not be below cpu.max.burst, nor the share above "
              "that of the group above, nor below that of a group in it";
    }
    if (strcmp(name, "cpu.rt_runtime_us") == 0 && errnum == EINVAL) {
        return "the group above it must have as much, and not handed it out";
    }
    if (strncmp(name, "cpuset.", 7) == 0) {
        return errnum == ENOSPC
            ? "there are processes in it, which need some of each"
            : errnum == EBUSY ? "a group in it has more than that"
            : errnum == EACCES || errnum == EINVAL || errnum == ERANGE
            ? "a group can have only what the group above it has"
            : "";
    }
    if (strncmp(name, "io.", 3) == 0 && errnum == ENODEV) {
        return "there is no disk of that number";
    }
    if (strcmp(name, "io.weight") == 0 && errnum == EOPNOTSUPP) {
        return "that disk is not shared out by weights: its scheduler is "
               "another one than bfq (see "
               "\"/sys/block/DISK/queue/scheduler\"), "
               "and io.cost.qos of the topmost group does not turn iocost on";
    }
    if (strcmp(name, "net_prio.ifpriomap") == 0 && errnum == ENODEV) {
        return "this net namespace has no such interface";
    }
    return "";
}

int
lx_change_fail(struct lx_change *change, const struct lx_task *task)
{
    const struct lx_keyplace *place = &task->place;
    int errnum = errno;

    lx_fail(
        change->err, errnum, "cannot set %s of %q to %q", place->name,
        change->group->name, task->setting->shown);
    lx_group_why(change->group, place->index, place->file, change->err);
    if (change->err->hint[0] == '\0') {
        lx_hint(change->err, "%s", Rule(place, errnum));
    }
    return -1;
}

int
lx_change_value(
    struct lx_change *change, const struct lx_task *task, const char *must)
{
    lx_refuse(
        change->err, "CGROUP", "VALUE", "bad %s %q: %s", task->place.name,
        task->setting->shown, must);
    lx_detail(change->err, task->place.name);
    return -1;
}

/* -- Writing -------------------------------------------------------------- */

int
lx_change_note(
    struct lx_change *change, const struct lx_task *task, const char *file,
    const char *text)
{
    struct lx_undo *undo;

    if (change->fresh) {
        return 0;
    }
    undo = lx_pool_alloc(&change->pool, sizeof(*undo));
    if (undo == NULL) {
        errno = ENOMEM;
        return lx_change_fail(change, task);
    }
    undo->index = task->place.index;
    undo->file = lx_pool_string(&change->pool, file, strlen(file));
    undo->text = lx_pool_string(&change->pool, text, strlen(text));
    if (undo->file == NULL || undo->text == NULL) {
        errno = ENOMEM;
        return lx_change_fail(change, task);
    }
    undo->before = change->last;
    change->last = undo;
    return 0;
}

/*
 * memory.oom_control has more words than may be written.
 */
static char *
Writable(const struct lx_task *task, char *text)
{
    if (task->place.way == LX_WAY_OOM
        && strncmp(text, "oom_kill_disable ", 17) == 0) {
        text += 17;
        text[strcspn(text, "\n")] = '\0';
    }
    /* "root invalid (why)": the first word is the setting. */
    if (task->place.key->kind == LX_KEY_PARTITION) {
        text[strcspn(text, " \n")] = '\0';
    }
    return text;
}

static bool
IsSame(const char *a, const char *b)
{
    size_t len = strcspn(a, "\n");

    return strcspn(b, "\n") == len && strncmp(a, b, len) == 0;
}

/*
 * Returns 1 when the file says so already, 0 when its text was noted, or what
 * cannot be read is not to be put back. Other files may add up what is
 * written to them, so that they are always written.
 */
static int
Note(
    struct lx_change *change, const struct lx_task *task, int fd,
    const char *file, const char *text)
{
    char buf[4096], *old = buf;
    ssize_t len = pread(fd, buf, sizeof(buf) - 1, 0);

    if (len < 0) {
        return 0;
    }
    buf[len] = '\0';
    if ((size_t)len == sizeof(buf) - 1) { /* there is more */
        old = lx_group_text(
            &change->pool, change->group, task->place.index, file);
        if (old == NULL) {
            return lx_change_fail(change, task);
        }
    }
    old = Writable(task, old);
    if (task->place.key->kind != LX_KEY_RAW && IsSame(old, text)) {
        return 1;
    }
    return lx_change_note(change, task, file, old[0] != '\0' ? old : "\n");
}

int
lx_change_write(
    struct lx_change *change, const struct lx_task *task, const char *file,
    const char *text, const char *undo)
{
    bool look = !change->fresh && undo == NULL;
    int index = task->place.index, same = 0;
    LX_AUTOCLOSE int fd =
        lx_group_open(change->group, index, file, look ? O_RDWR : O_WRONLY);
    struct lx_undo *before = change->last;
    size_t size = strlen(text);
    ssize_t len;

    if (fd < 0 && look && errno == EACCES) {
        look = false;
        fd = lx_group_open(change->group, index, file, O_WRONLY);
    }
    if (fd < 0) {
        return lx_change_fail(change, task);
    }
    if (look) {
        same = Note(change, task, fd, file, text);
    } else if (undo != NULL) {
        same = lx_change_note(change, task, file, undo);
    }
    if (same != 0) {
        return same > 0 ? 0 : -1;
    }
    do {
        len = pwrite(fd, text, size, 0);
    } while (len < 0 && errno == EINTR);
    if (len >= 0 && (size_t)len != size) {
        errno = EIO;
        len = -1;
    }
    if (len < 0) {
        change->last = before; /* it has what it had */
        return lx_change_fail(change, task);
    }
    return 0;
}

/*
 * Newest first. What cannot be put back is said.
 */
void
lx_change_undo(struct lx_change *change)
{
    struct lx_err *err = change->err;

    for (struct lx_undo *undo = change->last; undo; undo = undo->before) {
        size_t len = strlen(err->hint);

        if (lx_group_write(change->group, undo->index, undo->file, undo->text)
            != 0) {
            lx_append(
                err->hint, sizeof(err->hint), len,
                "%s%q could not be put back to %q", len > 0 ? "; " : "",
                undo->file, undo->text);
        }
    }
}
