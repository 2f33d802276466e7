/*
 * lxCgSetTied.c --
 *
 *      Keys whose values bound each other in the kernel: it takes an order in
 *      which no step is refused, and so does the way back.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lxCgChange.h"

#define LIMIT "memory.limit_in_bytes"
#define SUM "memory.memsw.limit_in_bytes"

static int
WriteNumber(
    struct lx_change *change, const struct lx_task *task, const char *file,
    enum lx_keyway way, uint64_t number)
{
    struct lx_keyvalue value = {.number = number};
    char text[32];

    lx_value_format(way, &value, text, sizeof(text));
    return lx_change_write(change, task, file, text, NULL);
}

/* -- Memory and swap, version 1 ------------------------------------------- */

/*
 * Where swap is not counted there is no file, and no bound.
 */
static int
ReadLimit(
    struct lx_change *change, const struct lx_task *task, const char *file,
    uint64_t *limit)
{
    struct lx_keyvalue value = {.number = LX_MAX};
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    char text[64];

    if (lx_group_read(
            change->group, task->place.index, file, text, sizeof(text))
        < 0) {
        *limit = LX_MAX;
        return errno == ENOENT ? 0 : lx_change_fail(change, task);
    }
    lx_value_parse(LX_WAY_LIMIT, text, page, &value);
    *limit = value.number;
    return 0;
}

static const uint64_t *
Rounded(const struct lx_task *task, uint64_t *number)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

    if (task == NULL) {
        return NULL;
    }
    *number = task->setting->value.number;
    *number -= *number != LX_MAX ? *number % page : 0;
    return number;
}

static int
Untranslatable(
    struct lx_change *change, const struct lx_task *task,
    enum lx_memory1_result why)
{
    if (why == LX_MEMORY1_TOOMUCH) {
        return lx_change_value(
            change, task,
            "version 1 limits the sum of memory and swap, which is too large");
    }
    lx_refuse(
        change->err, "CGROUP", "UNSUPPORTED",
        "cannot set %s of %q to %q: version 1 limits the sum of memory and "
        "swap, so swap has no limit where memory has none",
        task->place.name, change->group->name, task->setting->shown);
    lx_hint(
        change->err,
        strcmp(task->place.name, "memory.max") == 0
            ? "set memory.swap.max to max as well"
            : "set memory.max as well");
    lx_detail(change->err, task->place.name);
    return -1;
}

int
lx_set_memory(
    struct lx_change *change, const struct lx_task *max,
    const struct lx_task *swap)
{
    const struct lx_task *task = max != NULL ? max : swap;
    struct lx_memory1 old = {LX_MAX, LX_MAX}, wanted; /* as new groups are */
    uint64_t maxNumber, swapNumber;
    enum lx_memory1_result result;
    bool sumFirst;

    if (!change->fresh && ReadLimit(change, task, SUM, &old.sum) != 0) {
        return -1;
    }
    if (old.sum == LX_MAX && swap == NULL) { /* the limit bounds nothing */
        return WriteNumber(
            change, task, LIMIT, LX_WAY_MEMORY, *Rounded(max, &maxNumber));
    }
    if (!change->fresh && ReadLimit(change, task, LIMIT, &old.limit) != 0) {
        return -1;
    }
    result = lx_memory1_plan(
        &old, Rounded(max, &maxNumber), Rounded(swap, &swapNumber), &wanted);
    if (result != LX_MEMORY1_OK) {
        return Untranslatable(change, swap != NULL ? swap : max, result);
    }
    sumFirst = lx_memory1_sumfirst(&old, &wanted);
    for (int i = 0; i < 2; i++) {
        bool sum = sumFirst == (i == 0);

        if (sum ? wanted.sum != old.sum
                    && WriteNumber(
                           change, swap != NULL ? swap : max, SUM, LX_WAY_SWAP,
                           wanted.sum)
                        != 0
                : wanted.limit != old.limit
                    && WriteNumber(
                           change, task, LIMIT, LX_WAY_MEMORY, wanted.limit)
                        != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- Processor time ------------------------------------------------------- */

/*
 * Is the period as it shall be? For others it is read again, with the quota.
 */
static bool
HasPeriod(struct lx_change *change, const struct lx_task *task)
{
    unsigned long period;

    return lx_group_number(
               change->group, task->place.index, "cpu.cfs_period_us", &period)
        && period == task->setting->value.period && period == LX_CPU_PERIOD;
}

/*
 * Version 1 has two files, and each state in between must be one that the
 * groups above and below allow: with no quota of its own a group has what is
 * above it, whatever the period.
 */
static int
SetQuota1(struct lx_change *change, const struct lx_task *task)
{
    const struct lx_keyvalue *wanted = &task->setting->value;
    struct lx_keyvalue old = {.number = LX_MAX, .period = LX_CPU_PERIOD};

    if (!change->fresh && !HasPeriod(change, task)
        && lx_keyplace_read(&task->place, &change->pool, &old, change->err)
            != 0) {
        return -1;
    }
    if (wanted->period != old.period) {
        if (old.number != LX_MAX
            && WriteNumber(change, task, task->place.file, LX_WAY_QUOTA, LX_MAX)
                != 0) {
            return -1;
        }
        if (WriteNumber(
                change, task, "cpu.cfs_period_us", LX_WAY_NUMBER,
                wanted->period)
            != 0) {
            return -1;
        }
    }
    return WriteNumber(
        change, task, task->place.file, LX_WAY_QUOTA, wanted->number);
}

static int
SetMax(struct lx_change *change, const struct lx_task *task)
{
    char text[64];

    if (task == NULL) {
        return 0;
    }
    if (task->place.way == LX_WAY_QUOTA) {
        return SetQuota1(change, task);
    }
    lx_value_format(LX_WAY_CPUMAX, &task->setting->value, text, sizeof(text));
    return lx_change_write(change, task, task->place.file, text, NULL);
}

static int
SetBurst(struct lx_change *change, const struct lx_task *task)
{
    return task == NULL ? 0
                        : WriteNumber(
                            change, task, task->place.file, LX_WAY_NUMBER,
                            task->setting->value.number);
}

/*
 * The burst must not be above the quota at any time.
 */
int
lx_set_bandwidth(
    struct lx_change *change, const struct lx_task *max,
    const struct lx_task *burst)
{
    struct lx_keyvalue old = {0};

    if (max != NULL && burst != NULL && !change->fresh
        && lx_keyplace_read(&burst->place, &change->pool, &old, change->err)
            != 0) {
        return -1;
    }
    if (burst != NULL && burst->setting->value.number < old.number) {
        return SetBurst(change, burst) == 0 ? SetMax(change, max) : -1;
    }
    return SetMax(change, max) == 0 ? SetBurst(change, burst) : -1;
}

/*
 * A group that is idle no more weighs what new groups do, and a nice value is
 * less exact than what the group weighed: that is noted first, so that the way
 * back ends with it. An idle group has no weight.
 */
int
lx_set_weightless(struct lx_change *change, const struct lx_task *task)
{
    const struct lx_keyplace *place = &task->place;
    const char *file = place->group->cgroups->list[place->index].version == 2
        ? "cpu.weight"
        : "cpu.shares";
    struct lx_undo *before = change->last;
    char idle[64], weight[64];
    int result;

    if (!change->fresh
        && (lx_group_read(
                change->group, place->index, "cpu.idle", idle, sizeof(idle))
                < 0
            || strcmp(idle, "0\n") == 0)
        && lx_group_read(
               change->group, place->index, file, weight, sizeof(weight))
            >= 0
        && lx_change_note(change, task, file, weight) != 0) {
        return -1;
    }
    result = WriteNumber(
        change, task, place->file, place->way, task->setting->value.number);
    if (result != 0) {
        change->last = before;
    }
    return result;
}
