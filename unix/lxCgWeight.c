/*
 * lxCgWeight.c --
 *
 *      io.weight. Two parts of the kernel share out a disk by weights, each
 *      with files of its own: iocost (io.weight, on version 2 only) the disks
 *      that io.cost.qos turns it on for, and the scheduler bfq its own. The
 *      default goes to both; the weight of one disk to the one that has it.
 */

#include <errno.h>
#include <string.h>

#include "lxCgChange.h"

#define BFQ_MAX 1000
#define STORES 2

struct store {
    const char *common, *disks; /* files */
    bool bfq;
    struct lx_keyvalue old;
};

static int
Stores(const struct lx_keyplace *place, struct store stores[STORES])
{
    struct lx_group *group = place->group;
    int count = 1;

    memset(stores, 0, sizeof(*stores) * STORES);
    stores[0].common = stores[0].disks = place->file;
    stores[0].bfq = strstr(place->file, "bfq") != NULL;
    if (group->cgroups->list[place->index].version == 1) {
        stores[0].disks = LX_WEIGHT_DEVICE;
    } else if (
        !stores[0].bfq && lx_group_has(group, place->index, LX_WEIGHT_BFQ)) {
        stores[1].common = stores[1].disks = LX_WEIGHT_BFQ;
        stores[1].bfq = true;
        count = 2;
    }
    return count;
}

/* -- Reading -------------------------------------------------------------- */

/*
 * bfq of version 1 has the disks in another file, since Linux 5.2.
 */
static int
ReadStore(
    const struct lx_keyplace *place, struct lx_pool *pool, struct store *store,
    struct lx_err *err)
{
    const char *files[2] = {store->disks, store->common};

    memset(&store->old, 0, sizeof(store->old));
    for (int i = 0; i < (files[0] == files[1] ? 1 : 2); i++) {
        struct lx_keyvalue one = {0};
        char *text = lx_group_text(pool, place->group, place->index, files[i]);

        if (text == NULL && errno == ENOENT && i == 0) {
            continue;
        }
        if (text == NULL) {
            lx_fail(
                err, errno, "cannot get %s of %q", place->name,
                place->group->name);
            lx_group_why(place->group, place->index, files[i], err);
            return -1;
        }
        if (i == 1 && lx_value_parse(LX_WAY_NUMBER, text, 1, &one)) {
            store->old.number = one.number;
        } else if (
            lx_entries_parse(LX_KEY_IOWEIGHT, text, pool, &store->old) != 0) {
            return lx_fail(err, ENOMEM, "cannot get %s", place->name);
        }
    }
    return 0;
}

int
lx_weight_read(
    const struct lx_keyplace *place, struct lx_pool *pool,
    struct lx_keyvalue *value, struct lx_err *err)
{
    struct store stores[STORES];
    int count = Stores(place, stores);

    for (int i = 0; i < count; i++) {
        const struct lx_keyvalue *old = &stores[i].old;

        if (ReadStore(place, pool, &stores[i], err) != 0) {
            return -1;
        }
        value->number = i == 0 ? old->number : value->number;
        for (size_t j = 0; j < old->count; j++) {
            struct lx_entry *entry =
                lx_entry_of(pool, value, old->entries[j].name);

            if (entry == NULL) {
                return lx_fail(err, ENOMEM, "cannot get %s", place->name);
            }
            if (entry->numbers[0] == LX_MAX) {
                entry->numbers[0] = old->entries[j].numbers[0];
            }
        }
    }
    return 0;
}

/* -- Writing -------------------------------------------------------------- */

static int
TooHeavy(struct lx_change *change, const struct lx_task *task)
{
    return lx_change_value(change, task, "with bfq a weight is from 1 to 1000");
}

/*
 * bfq forgets those of disks when the default is set: they are noted first, so
 * that the way back ends with them.
 */
static int
SetCommon(
    struct lx_change *change, const struct lx_task *task, struct store *store,
    uint64_t number)
{
    char text[512], undo[64];

    if (store->old.number == number) {
        return 0;
    }
    for (size_t i = 0; i < store->old.count; i++) {
        lx_entry_format(
            LX_KEY_IOWEIGHT, &store->old.entries[i], text, sizeof(text));
        if (lx_change_note(change, task, store->disks, text) != 0) {
            return -1;
        }
    }
    lx_format(text, sizeof(text), "%L", number);
    lx_format(undo, sizeof(undo), "%L", store->old.number);
    return lx_change_write(change, task, store->common, text, undo) == 0
        ? ReadStore(&task->place, &change->pool, store, change->err)
        : -1;
}

static int
SetDisk(
    struct lx_change *change, const struct lx_task *task,
    const struct store *store, const char *disk, uint64_t number)
{
    const struct lx_entry *old = lx_entry_find(&store->old, disk);
    struct lx_entry from = {disk, {LX_MAX, LX_MAX, LX_MAX, LX_MAX}}, to = from;
    char text[64], undo[64];

    from.numbers[0] = old != NULL ? old->numbers[0] : LX_MAX;
    to.numbers[0] = number;
    if (from.numbers[0] == number) {
        return 0;
    }
    if (store->bfq && number > BFQ_MAX && number != LX_MAX) {
        return TooHeavy(change, task);
    }
    lx_entry_format(LX_KEY_IOWEIGHT, &to, text, sizeof(text));
    lx_entry_format(LX_KEY_IOWEIGHT, &from, undo, sizeof(undo));
    return lx_change_write(change, task, store->disks, text, undo);
}

/*
 * To the one that has the disk: the other says EOPNOTSUPP.
 */
static int
SetDisks(
    struct lx_change *change, const struct lx_task *task, struct store *stores,
    int count, const struct lx_keyvalue *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const struct lx_entry *entry = &wanted->entries[i];
        int j = 0;

        while (SetDisk(change, task, &stores[j], entry->name, entry->numbers[0])
               != 0) {
            if (change->err->errnum != EOPNOTSUPP || ++j == count) {
                return -1;
            }
        }
    }
    for (int i = 0; i < count; i++) {
        for (size_t j = 0; j < stores[i].old.count; j++) {
            const char *disk = stores[i].old.entries[j].name;

            if (lx_entry_find(wanted, disk) == NULL
                && SetDisk(change, task, &stores[i], disk, LX_MAX) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

int
lx_weight_set(
    struct lx_change *change, const struct lx_task *task,
    const struct lx_keyvalue *wanted)
{
    struct store stores[STORES];
    int count = Stores(&task->place, stores);

    if (stores[0].bfq && wanted->number > BFQ_MAX) {
        return TooHeavy(change, task);
    }
    for (int i = 0; i < count; i++) {
        uint64_t number = stores[i].bfq && wanted->number > BFQ_MAX
            ? BFQ_MAX
            : wanted->number;

        if (ReadStore(&task->place, &change->pool, &stores[i], change->err) != 0
            || SetCommon(change, task, &stores[i], number) != 0) {
            return -1;
        }
    }
    return SetDisks(change, task, stores, count, wanted);
}
