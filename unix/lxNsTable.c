/*
 * lxNsTable.c --
 *
 *      Namespaces by their inode number, which is unique among all kinds.
 */

#include <stdlib.h>
#include <string.h>

#include "lx.h"

static size_t *
Slot(const struct lx_nsscan *scan, uint64_t inode)
{
    size_t i = (size_t)(inode * 0x9e3779b97f4a7c15u) & (scan->slotCount - 1);

    while (scan->slots[i] != 0
           && scan->items[scan->slots[i] - 1].inode != inode) {
        i = (i + 1) & (scan->slotCount - 1);
    }
    return &scan->slots[i];
}

struct lx_nsinfo *
lx_nsscan_find(const struct lx_nsscan *scan, uint64_t inode)
{
    size_t slot = scan->slotCount > 0 ? *Slot(scan, inode) : 0;

    return slot > 0 ? &scan->items[slot - 1] : NULL;
}

static int
Reindex(struct lx_nsscan *scan, size_t slotCount)
{
    size_t *slots = calloc(slotCount, sizeof(*slots));

    if (slots == NULL) {
        return -1;
    }
    free(scan->slots);
    scan->slots = slots;
    scan->slotCount = slotCount;
    for (size_t i = 0; i < scan->count; i++) {
        *Slot(scan, scan->items[i].inode) = i + 1;
    }
    return 0;
}

/*
 * The table is never more than half full. NULL: no memory.
 */
struct lx_nsinfo *
lx_nsscan_insert(struct lx_nsscan *scan, enum lx_kind kind, uint64_t inode)
{
    struct lx_nsinfo *item;

    if (scan->count == scan->size) {
        size_t size = scan->size > 0 ? scan->size * 2 : 64;
        struct lx_nsinfo *items = realloc(scan->items, size * sizeof(*items));

        if (items == NULL) {
            return NULL;
        }
        scan->items = items;
        scan->size = size;
        if (Reindex(scan, size * 2) != 0) {
            return NULL;
        }
    }
    item = &scan->items[scan->count++];
    *item = (struct lx_nsinfo){.kind = kind, .inode = inode, .uid = -1};
    *Slot(scan, inode) = scan->count;
    return item;
}

int
lx_pids_add(struct lx_pids *list, pid_t pid)
{
    if (list->count == list->size) {
        size_t size = list->size > 0 ? list->size * 2 : 4;
        pid_t *pids = realloc(list->pids, size * sizeof(*pids));

        if (pids == NULL) {
            return -1;
        }
        list->pids = pids;
        list->size = size;
    }
    list->pids[list->count++] = pid;
    return 0;
}

int
lx_nsinfo_pin(struct lx_nsinfo *item, const char *path)
{
    char **pins = realloc(item->pins, (item->pinCount + 1) * sizeof(*pins));

    if (pins == NULL) {
        return -1;
    }
    item->pins = pins;
    pins[item->pinCount] = strdup(path);
    if (pins[item->pinCount] == NULL) {
        return -1;
    }
    item->pinCount++;
    return 0;
}

static int
Compare(const void *a, const void *b)
{
    const struct lx_nsinfo *one = a, *other = b;

    if (one->kind != other->kind) {
        return one->kind < other->kind ? -1 : 1;
    }
    return (one->inode > other->inode) - (one->inode < other->inode);
}

/*
 * By kind and inode number.
 */
int
lx_nsscan_sort(struct lx_nsscan *scan)
{
    if (scan->count == 0) {
        return 0;
    }
    qsort(scan->items, scan->count, sizeof(*scan->items), Compare);
    return Reindex(scan, scan->slotCount);
}

void
lx_nsscan_free(struct lx_nsscan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        struct lx_nsinfo *item = &scan->items[i];

        for (size_t pin = 0; pin < item->pinCount; pin++) {
            free(item->pins[pin]);
        }
        free(item->pins);
        free(item->processes.pids);
        free(item->childrenOf.pids);
    }
    free(scan->items);
    free(scan->slots);
    *scan = (struct lx_nsscan){.kinds = 0};
}
