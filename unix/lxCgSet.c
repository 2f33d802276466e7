/*
 * lxCgSet.c --
 *
 *      Settings of a group, all or none, in an order that the kernel takes.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lxCgChange.h"

/* -- One setting ---------------------------------------------------------- */

/*
 * The kernel takes what cannot be, and says so in the file.
 */
static int
SetPartition(
    struct lx_change *change, const struct lx_task *task, const char *text)
{
    const struct lx_keyplace *place = &task->place;
    char now[1024];

    if (lx_change_write(change, task, place->file, text, NULL) != 0) {
        return -1;
    }
    if (lx_group_read(
            change->group, place->index, place->file, now, sizeof(now))
            < 0
        || strstr(now, "invalid") == NULL) {
        return 0;
    }
    now[strcspn(now, "\n")] = '\0';
    lx_refuse(
        change->err, "CGROUP", "PARTITION",
        "cannot set %s of %q to %q: the kernel says %q", place->name,
        change->group->name, task->setting->shown, now);
    lx_detail(change->err, place->name);
    return -1;
}

/*
 * A line for one device: what undoes it is the line that the file has for it.
 */
static int
SetRaw(struct lx_change *change, const struct lx_task *task, const char *text)
{
    const struct lx_keyplace *place = &task->place;
    size_t device = strcspn(text, " ");
    char *old, *line, buf[128];

    if (change->fresh || text[device] == '\0'
        || memchr(text, ':', device) == NULL || device > 32) {
        return lx_change_write(change, task, place->file, text, NULL);
    }
    old =
        lx_group_text(&change->pool, change->group, place->index, place->file);
    if (old == NULL) {
        return lx_change_fail(change, task);
    }
    lx_format(buf, sizeof(buf), "%s", text);
    lx_format(buf + device, sizeof(buf) - device, " 0");
    for (line = old; *line != '\0'; line += strcspn(line, "\n")) {
        line += *line == '\n';
        if (strncmp(line, text, device + 1) == 0) {
            line[strcspn(line, "\n")] = '\0';
            return lx_change_write(change, task, place->file, text, line);
        }
    }
    return lx_change_write(change, task, place->file, text, buf);
}

static int
SetOne(struct lx_change *change, const struct lx_task *task)
{
    const struct lx_keyplace *place = &task->place;
    const struct lx_keyvalue *value = &task->setting->value;
    char text[64];

    if (lx_key_fields(place->key->kind) != NULL) {
        return lx_set_entries(change, task);
    }
    switch (place->key->kind) {
    case LX_KEY_RAW:
        return SetRaw(change, task, value->text);
    case LX_KEY_PARTITION:
        return SetPartition(change, task, value->text);
    case LX_KEY_LIST:
    case LX_KEY_TYPE:
        return lx_change_write(change, task, place->file, value->text, NULL);
    default:
        lx_value_format(place->way, value, text, sizeof(text));
        return lx_change_write(change, task, place->file, text, NULL);
    }
}

/* -- All of them ---------------------------------------------------------- */

/*
 * These files do something instead of keeping it: the command that does it.
 */
static int
CheckRaw(const struct lx_setting *setting, struct lx_err *err)
{
    static const struct {
        const char *file, *command;
    } acts[] = {
        {"cgroup.procs", "cgroup attach"},
        {"cgroup.threads", "cgroup attach -thread"},
        {"cgroup.kill", "cgroup kill"},
        {"cgroup.freeze", "cgroup freeze and cgroup thaw"},
        {"freezer.state", "cgroup freeze and cgroup thaw"},
        {"cgroup.subtree_control", "cgroup create -controllers"},
        {"cgroup.event_control", "cgroup watch"},
        {"devices.allow", "cgroup devices"},
        {"devices.deny", "cgroup devices"}};

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(setting->name, acts[i].file) == 0) {
            lx_refuse(
                err, "CGROUP", "KEY", "bad key %q: it is no setting",
                setting->name);
            lx_hint(err, "%s does that", acts[i].command);
            lx_detail(err, setting->name);
            return -1;
        }
    }
    return 0;
}

/*
 * Some must come before others: a group is no longer idle when it gets a
 * weight, and has its processors when it becomes a partition. What cannot be
 * undone comes last.
 */
static int
Rank(const struct lx_task *task)
{
    const struct lx_keyplace *place = &task->place;
    const struct lx_keyvalue *value = &task->setting->value;
    const char *path;
    struct stat st;

    switch (place->key->kind) {
    case LX_KEY_TYPE:
        return 3;
    case LX_KEY_PARTITION:
        return strcmp(value->text, "member") == 0 ? 0 : 2;
    case LX_KEY_BOOL:
        return strcmp(place->name, "cpu.idle") != 0 ? 1
            : value->number == 0                    ? 0
                                                    : 2;
    case LX_KEY_RAW:
        path = lx_group_path(place->group, place->index, place->file);
        return path != NULL && stat(path, &st) == 0 && (st.st_mode & 0444) == 0
            ? 3
            : 1;
    default:
        return 1;
    }
}

static struct lx_task *
Find(struct lx_task *tasks, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tasks[i].place.name, name) == 0) {
            tasks[i].done = true;
            return &tasks[i];
        }
    }
    return NULL;
}

/*
 * The task, and the one it is tied to.
 */
static int
Perform(
    struct lx_change *change, struct lx_task *tasks, size_t count,
    struct lx_task *task)
{
    const struct lx_key *key = task->place.key;

    task->done = true;
    if (task->place.way == LX_WAY_MEMORY || task->place.way == LX_WAY_SWAP) {
        return lx_set_memory(
            change, Find(tasks, count, "memory.max"),
            Find(tasks, count, "memory.swap.max"));
    }
    if (key->kind == LX_KEY_CPUMAX || strcmp(key->name, "cpu.max.burst") == 0) {
        return lx_set_bandwidth(
            change, Find(tasks, count, "cpu.max"),
            Find(tasks, count, "cpu.max.burst"));
    }
    if (strcmp(key->name, "cpu.idle") == 0 || key->kind == LX_KEY_NICE) {
        return lx_set_weightless(change, task);
    }
    return SetOne(change, task);
}

/*
 * Every key must be there before anything is written.
 */
static struct lx_task *
Place(struct lx_change *change, const struct lx_settings *settings)
{
    struct lx_group *group = change->group;
    struct lx_task *tasks =
        lx_pool_alloc(&change->pool, sizeof(*tasks) * (settings->count + 1));

    if (tasks == NULL) {
        lx_fail(change->err, ENOMEM, "cannot set %q", group->name);
        return NULL;
    }
    for (size_t i = 0; i < settings->count; i++) {
        const struct lx_setting *setting = &settings->list[i];

        tasks[i].setting = setting;
        if (setting->key->kind == LX_KEY_RAW
            && CheckRaw(setting, change->err) != 0) {
            return NULL;
        }
        if (lx_key_place(
                group, setting->key, setting->name, &tasks[i].place,
                change->err)
            != 0) {
            lx_context(
                change->err, "cannot set %s of %q", setting->name, group->name);
            return NULL;
        }
    }
    return tasks;
}

int
lx_group_set(
    struct lx_group *group, const struct lx_settings *settings, bool fresh,
    struct lx_err *err)
{
    struct lx_change change = {.group = group, .fresh = fresh, .err = err};
    struct lx_task *tasks;
    int result;

    if (lx_group_noroot(group, "set limits of", err) != 0) {
        return -1;
    }
    tasks = Place(&change, settings);
    result = tasks != NULL ? 0 : -1;
    for (int rank = 0; result == 0 && rank < 4; rank++) {
        for (size_t i = 0; result == 0 && i < settings->count; i++) {
            if (!tasks[i].done && Rank(&tasks[i]) == rank) {
                result = Perform(&change, tasks, settings->count, &tasks[i]);
            }
        }
    }
    if (result != 0) {
        lx_change_undo(&change);
    }
    lx_pool_free(&change.pool);
    return result;
}
