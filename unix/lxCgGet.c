/*
 * lxCgGet.c --
 *
 *      What is set of a group, in the vocabulary of the keys.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "lx.h"

static int
CannotRead(const struct lx_keyplace *place, struct lx_err *err)
{
    lx_fail(err, errno, "cannot get %s of %q", place->name, place->group->name);
    lx_group_why(place->group, place->index, place->file, err);
    return -1;
}

static int
Strange(const struct lx_keyplace *place, const char *text, struct lx_err *err)
{
    lx_refuse(
        err, "CGROUP", "FORMAT", "cannot get %s of %q: %q says %q", place->name,
        place->group->name,
        lx_group_full(place->group, place->index, place->file), text);
    lx_detail(err, place->name);
    return -1;
}

/* -- Of several files ----------------------------------------------------- */

static int
ReadNumber(
    const struct lx_keyplace *place, const char *file, enum lx_keyway way,
    uint64_t *number, struct lx_err *err)
{
    struct lx_keyvalue value = {0};
    char text[64];

    if (lx_group_read(place->group, place->index, file, text, sizeof(text))
        < 0) {
        return CannotRead(place, err);
    }
    if (!lx_value_parse(way, text, place->unit, &value)) {
        return Strange(place, text, err);
    }
    *number = value.number;
    return 0;
}

static int
ReadSwap(
    const struct lx_keyplace *place, struct lx_keyvalue *value,
    struct lx_err *err)
{
    struct lx_memory1 memory;

    if (ReadNumber(
            place, "memory.limit_in_bytes", LX_WAY_LIMIT, &memory.limit, err)
            != 0
        || ReadNumber(
               place, "memory.memsw.limit_in_bytes", LX_WAY_LIMIT, &memory.sum,
               err)
            != 0) {
        return -1;
    }
    value->number = lx_swap_of_sum(&memory);
    return 0;
}

static int
ReadThrottle(
    const struct lx_keyplace *place, struct lx_pool *pool,
    struct lx_keyvalue *value, struct lx_err *err)
{
    for (int i = 0; i < LX_FIELDS; i++) {
        struct lx_keyvalue one = {0};
        char *text = lx_group_text(
            pool, place->group, place->index, lx_throttle_files[i]);

        if (text == NULL) {
            return CannotRead(place, err);
        }
        if (lx_entries_parse(LX_KEY_MISC, text, pool, &one) != 0) {
            return lx_fail(err, ENOMEM, "cannot get %s", place->name);
        }
        for (size_t j = 0; j < one.count; j++) {
            struct lx_entry *entry =
                lx_entry_of(pool, value, one.entries[j].name);

            if (entry == NULL) {
                return lx_fail(err, ENOMEM, "cannot get %s", place->name);
            }
            entry->numbers[i] = one.entries[j].numbers[0];
        }
    }
    return 0;
}

static int
ReadEntries(
    const struct lx_keyplace *place, const char *file, struct lx_pool *pool,
    struct lx_keyvalue *value, struct lx_err *err)
{
    char *text = lx_group_text(pool, place->group, place->index, file);

    if (text == NULL) {
        return CannotRead(place, err);
    }
    return lx_entries_parse(place->key->kind, text, pool, value) == 0
        ? 0
        : lx_fail(err, ENOMEM, "cannot get %s", place->name);
}

int
lx_keyplace_read(
    const struct lx_keyplace *place, struct lx_pool *pool,
    struct lx_keyvalue *value, struct lx_err *err)
{
    char *text;

    memset(value, 0, sizeof(*value));
    switch (place->way) {
    case LX_WAY_ENTRIES:
        return ReadEntries(place, place->file, pool, value, err);
    case LX_WAY_WEIGHT:
        return lx_weight_read(place, pool, value, err);
    case LX_WAY_THROTTLE:
        return ReadThrottle(place, pool, value, err);
    case LX_WAY_SWAP:
        return ReadSwap(place, value, err);
    case LX_WAY_QUOTA:
        if (ReadNumber(
                place, "cpu.cfs_period_us", LX_WAY_NUMBER, &value->period, err)
            != 0) {
            return -1;
        }
        break;
    default:
        break;
    }
    text = lx_group_text(pool, place->group, place->index, place->file);
    if (text == NULL) {
        return CannotRead(place, err);
    }
    if (place->key->kind == LX_KEY_RAW) {
        size_t len = strlen(text);

        text[len > 0 && text[len - 1] == '\n' ? len - 1 : len] = '\0';
        value->text = text;
        return 0;
    }
    return lx_value_parse(place->way, text, place->unit, value)
        ? 0
        : Strange(place, text, err);
}

int
lx_group_get(
    struct lx_group *group, const struct lx_key *key, const char *name,
    struct lx_pool *pool, struct lx_keyvalue *value, struct lx_err *err)
{
    struct lx_keyplace place;

    return lx_key_place(group, key, name, &place, err) == 0
        ? lx_keyplace_read(&place, pool, value, err)
        : lx_context(err, "cannot get %s of %q", name, group->name);
}

/* -- Everything ----------------------------------------------------------- */

struct all {
    struct lx_pool *pool;
    struct lx_setting *list;
    size_t count, size;
};

/*
 * A key that the group does not have is left out.
 */
static int
AddKey(
    struct all *all, struct lx_group *group, const struct lx_key *key,
    const char *name, struct lx_err *err)
{
    struct lx_setting *setting = &all->list[all->count];
    struct lx_keyplace place;

    if (all->count == all->size
        || lx_key_place(group, key, name, &place, err) != 0) {
        return 0;
    }
    setting->key = key;
    setting->name = lx_pool_string(all->pool, name, strlen(name));
    if (setting->name == NULL) {
        return lx_fail(err, ENOMEM, "cannot get all of %q", group->name);
    }
    if (lx_keyplace_read(&place, all->pool, &setting->value, err) != 0) {
        return -1;
    }
    all->count++;
    return 0;
}

/*
 * The sizes of huge pages are those that the folder has files for.
 */
static int
AddHugetlb(struct all *all, struct lx_group *group, struct lx_err *err)
{
    int index = lx_cgroups_of(group->cgroups, LX_CG_HUGETLB);
    int fd = index < 0
        ? -1
        : lx_group_open(group, index, NULL, O_RDONLY | O_DIRECTORY);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    const char *ending = index >= 0 && group->cgroups->list[index].version == 1
        ? ".limit_in_bytes"
        : ".max";
    struct dirent *entry;
    int result = 0;

    if (folder == NULL) {
        lx_fd_close(&fd);
        return 0;
    }
    while (result == 0 && (entry = readdir(folder)) != NULL) {
        size_t len = strlen(entry->d_name), cut = strlen(ending);
        char name[LX_NAME_SIZE + 8];

        if (len <= cut || strncmp(entry->d_name, "hugetlb.", 8) != 0
            || strcmp(entry->d_name + len - cut, ending) != 0) {
            continue;
        }
        lx_format(name, sizeof(name), "%s", entry->d_name);
        lx_format(name + len - cut, sizeof(name) - len, ".max");
        if (lx_key_find(name)->controller == LX_CG_HUGETLB) {
            result = AddKey(all, group, lx_key_find(name), name, err);
        }
    }
    closedir(folder);
    return result;
}

/*
 * cpu.weight.nice says the same as cpu.weight, and less exactly. What an idle
 * group weighs cannot be set.
 */
static bool
IsLeftOut(const struct all *all, const struct lx_key *key)
{
    if (key->kind == LX_KEY_NICE) {
        return true;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(key->name, "cpu.weight") == 0
            && strcmp(all->list[i].name, "cpu.idle") == 0) {
            return all->list[i].value.number == 1;
        }
    }
    return false;
}

int
lx_group_getall(
    struct lx_group *group, struct lx_pool *pool, struct lx_setting **settings,
    size_t *count, struct lx_err *err)
{
    struct all all = {.pool = pool, .size = 96};
    unsigned where;

    if (lx_group_need(group, &where, err) != 0) {
        return -1;
    }
    all.list = lx_pool_alloc(pool, all.size * sizeof(*all.list));
    if (all.list == NULL) {
        return lx_fail(err, ENOMEM, "cannot get all of %q", group->name);
    }
    for (const struct lx_key *key = lx_keys; key->name != NULL; key++) {
        if (!IsLeftOut(&all, key)
            && AddKey(&all, group, key, key->name, err) != 0) {
            return -1;
        }
    }
    if (AddHugetlb(&all, group, err) != 0) {
        return -1;
    }
    *settings = all.list;
    *count = all.count;
    return 0;
}
