/*
 * lxCgStatHold.c --
 *
 *      Files of groups that are kept open, for those that are asked for again
 *      and again. An open file does not keep a group from being removed; what
 *      it then says is ENODEV. It would keep a hierarchy from being unmounted:
 *      so it is opened through a mount of our own (lxCgAt.c). Who may not make
 *      one has no file kept open.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "lx.h"

/* -- The cache ------------------------------------------------------------ */

void
lx_held_close(struct lx_heldgroup *held)
{
    memset(held->inodes, 0, sizeof(held->inodes));
    for (int i = 0; i < LX_HELD_FILES; i++) {
        lx_fd_close(&held->files[i]);
    }
}

static void
Free(struct lx_heldgroup *held)
{
    lx_held_close(held);
    free(held->name);
    held->name = NULL;
}

void
lx_statcache_clear(struct lx_statcache *cache)
{
    if (cache == NULL) {
        return;
    }
    for (int i = 0; i < LX_HELD_GROUPS; i++) {
        Free(&cache->held[i]);
        cache->asked[i] = 0;
    }
    cache->lacking = 0;
    cache->sizes = 0;
}

void
lx_statcache_forget(struct lx_statcache *cache, const struct lx_group *group)
{
    size_t len = strlen(group->name);

    for (int i = 0; cache != NULL && i < LX_HELD_GROUPS; i++) {
        const char *name = cache->held[i].name;

        if (name != NULL && strncmp(name, group->name, len) == 0
            && (name[len] == '\0' || name[len] == '/')) {
            Free(&cache->held[i]);
        }
    }
}

struct lx_statcache *
lx_statcache_of(struct lx_cgroups *cgroups)
{
    struct lx_statcache *cache = cgroups->stats;

    if (cache == NULL && (cache = calloc(1, sizeof(*cache))) != NULL) {
        for (int i = 0; i < LX_HELD_GROUPS; i++) {
            memset(cache->held[i].files, -1, sizeof(cache->held[i].files));
        }
        cgroups->stats = cache;
    }
    return cache;
}

/* -- Groups --------------------------------------------------------------- */

static uint64_t
Hash(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
    }
    return hash != 0 ? hash : 1;
}

/*
 * Was it among the last that were asked for? It is, from now on. Who goes
 * through more groups than can be held gets none of them held: to open them
 * would be in vain.
 */
static bool
WasAsked(struct lx_statcache *cache, const char *name)
{
    uint64_t hash = Hash(name);
    int place = 0;
    bool was;

    while (place < LX_HELD_GROUPS - 1 && cache->asked[place] != hash) {
        place++;
    }
    was = cache->asked[place] == hash;
    memmove(
        cache->asked + 1, cache->asked, (size_t)place * sizeof(*cache->asked));
    cache->asked[0] = was ? 0 : hash; /* it will be held */
    return was;
}

struct lx_heldgroup *
lx_held_find(struct lx_statcache *cache, const struct lx_group *group)
{
    struct lx_heldgroup *oldest = &cache->held[0];

    cache->clock++;
    for (int i = 0; i < LX_HELD_GROUPS; i++) {
        struct lx_heldgroup *held = &cache->held[i];

        if (held->name != NULL && strcmp(held->name, group->name) == 0) {
            held->used = cache->clock;
            return held;
        }
        if (held->name == NULL
            || (oldest->name != NULL && held->used < oldest->used)) {
            oldest = held;
        }
    }
    if (!WasAsked(cache, group->name)) {
        return NULL;
    }
    Free(oldest);
    oldest->name = strdup(group->name);
    oldest->used = cache->clock;
    return oldest->name != NULL ? oldest : NULL;
}

int *
lx_held_file(
    struct lx_heldgroup *held, const struct lx_statfile *file, int size)
{
    return &held->files[size * LX_STATFILES + (file - lx_statfiles)];
}

/* -- Files ---------------------------------------------------------------- */

void
lx_held_open(struct lx_group *group, int index, const char *name, int *held)
{
    const char *path;

    if (lx_cgtrees_fd(group->cgroups, index) >= 0) {
        int folder = lx_group_at(group, index, name, &path);

        if (path != NULL) {
            *held = lx_fd_park(
                openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        }
    }
}
