/*
 * lxCgSetEntries.c --
 *
 *      Keys that have a line for each device, interface or resource. The dict
 *      is all of the value: what it does not have is set no more.
 */

#include <errno.h>
#include <string.h>

#include "lxCgChange.h"

/*
 * What is wanted, with the devices' numbers for their paths.
 */
static int
Resolve(
    struct lx_change *change, const struct lx_task *task,
    struct lx_keyvalue *wanted)
{
    const struct lx_keyvalue *value = &task->setting->value;
    enum lx_keykind kind = task->place.key->kind;
    bool device = kind == LX_KEY_IOMAX || kind == LX_KEY_IOLATENCY
        || kind == LX_KEY_IOWEIGHT;

    *wanted = (struct lx_keyvalue){.number = value->number};
    for (size_t i = 0; i < value->count; i++) {
        const char *name = value->entries[i].name;
        struct lx_entry *entry;
        char number[64];

        if (device) {
            if (lx_device_name(name, number, sizeof(number), change->err)
                != 0) {
                lx_context(
                    change->err, "cannot set %s of %q", task->place.name,
                    change->group->name);
                lx_detail(change->err, task->place.name);
                return -1;
            }
            name = number;
        }
        entry = lx_entry_of(&change->pool, wanted, name);
        if (entry == NULL) {
            errno = ENOMEM;
            return lx_change_fail(change, task);
        }
        memcpy(
            entry->numbers, value->entries[i].numbers, sizeof(entry->numbers));
        if (kind == LX_KEY_PRIOMAP && entry->numbers[0] == 0) {
            entry->numbers[0] = LX_MAX;
        }
    }
    return 0;
}

/* -- One entry ------------------------------------------------------------ */

static int
WriteLine(
    struct lx_change *change, const struct lx_task *task,
    const struct lx_entry *old, const struct lx_entry *wanted)
{
    enum lx_keykind kind = task->place.key->kind;
    char text[512], undo[512];

    if (memcmp(old->numbers, wanted->numbers, sizeof(old->numbers)) == 0) {
        return 0;
    }
    if (lx_entry_format(kind, wanted, text, sizeof(text)) >= sizeof(text)) {
        return lx_change_value(change, task, "a name is too long");
    }
    lx_entry_format(kind, old, undo, sizeof(undo));
    return lx_change_write(change, task, task->place.file, text, undo);
}

/*
 * Version 1: a file for each number, where 0 is no limit.
 */
static int
WriteThrottle(
    struct lx_change *change, const struct lx_task *task,
    const struct lx_entry *old, const struct lx_entry *wanted)
{
    for (int i = 0; i < LX_FIELDS; i++) {
        uint64_t from = old->numbers[i] == LX_MAX ? 0 : old->numbers[i];
        uint64_t to = wanted->numbers[i] == LX_MAX ? 0 : wanted->numbers[i];
        char text[128], undo[128];

        if (from == to) {
            continue;
        }
        lx_format(text, sizeof(text), "%s %L", wanted->name, to);
        lx_format(undo, sizeof(undo), "%s %L", wanted->name, from);
        if (lx_change_write(change, task, lx_throttle_files[i], text, undo)
            != 0) {
            return -1;
        }
    }
    return 0;
}

/*
 * From what there is to what is wanted, one entry after the other.
 */
static int
WriteAll(
    struct lx_change *change, const struct lx_task *task,
    const struct lx_keyvalue *old, const struct lx_keyvalue *wanted)
{
    const struct lx_keyvalue *lists[2] = {old, wanted};

    for (int i = 0; i < 2; i++) {
        for (size_t j = 0; j < lists[i]->count; j++) {
            const char *name = lists[i]->entries[j].name;
            struct lx_entry none = {name, {LX_MAX, LX_MAX, LX_MAX, LX_MAX}};
            const struct lx_entry *before = lx_entry_find(old, name);
            const struct lx_entry *after = lx_entry_find(wanted, name);

            if (i == 1 && before != NULL) {
                continue; /* it was dealt with above */
            }
            before = before != NULL ? before : &none;
            after = after != NULL ? after : &none;
            if ((task->place.way == LX_WAY_THROTTLE
                     ? WriteThrottle(change, task, before, after)
                     : WriteLine(change, task, before, after))
                != 0) {
                return -1;
            }
        }
    }
    return 0;
}

int
lx_set_entries(struct lx_change *change, const struct lx_task *task)
{
    const struct lx_keyplace *place = &task->place;
    struct lx_keyvalue old, wanted;

    if (Resolve(change, task, &wanted) != 0) {
        return -1;
    }
    if (place->way == LX_WAY_WEIGHT) {
        return lx_weight_set(change, task, &wanted);
    }
    return lx_keyplace_read(place, &change->pool, &old, change->err) == 0
        ? WriteAll(change, task, &old, &wanted)
        : -1;
}
