/*
 * nscgCgroupStatsCmd.c --
 *
 *      cgroup stats: what the kernel has counted of a group, as a dict.
 */

#include "nscgCgroup.h"

/* ------------------------------------------------------------------------
 * Keys come in each answer again: those seen last are kept, each in the place
 * that its text leads to.
 */

#define KEYS 1024
#define DEPTH 4 /* part, device or resource, some or full */

struct NscgStats {
    Tcl_Obj *keys[KEYS];
};

void
NscgStatsFree(NscgState *state)
{
    if (state->stats == NULL) {
        return;
    }
    for (int i = 0; i < KEYS; i++) {
        if (state->stats->keys[i] != NULL) {
            Tcl_DecrRefCount(state->stats->keys[i]);
        }
    }
    free(state->stats);
    state->stats = NULL;
}

static Tcl_Obj *
KeyObj(struct NscgStats *stats, const char *key)
{
    unsigned hash = 5381;
    Tcl_Obj **place;

    for (const char *next = key; *next != '\0'; next++) {
        hash = hash * 33 + (unsigned char)*next;
    }
    place = &stats->keys[(hash ^ hash >> 15) % KEYS];
    if (*place == NULL || strcmp(Tcl_GetString(*place), key) != 0) {
        Tcl_Obj *keyObj = NscgTextObj(key);

        Tcl_IncrRefCount(keyObj);
        if (*place != NULL) {
            Tcl_DecrRefCount(*place);
        }
        *place = keyObj;
    }
    return *place;
}

/* -- Figures -> dict ------------------------------------------------------ */

struct builder {
    struct NscgStats *stats;
    Tcl_Obj *dicts[DEPTH]; /* one in another; the first is the result */
    int depth;
};

static void
Put(struct builder *builder, const char *key, Tcl_Obj *valueObj)
{
    int depth = builder->depth < DEPTH ? builder->depth : DEPTH - 1;

    Tcl_DictObjPut(
        NULL, builder->dicts[depth], KeyObj(builder->stats, key), valueObj);
}

/*
 * Each inner dict is only in its outer one, and so may be changed there. What
 * is deeper than any statistic stays in the dict around it.
 */
static void
Begin(void *arg, const char *key)
{
    struct builder *builder = arg;
    Tcl_Obj *dictObj = NULL;

    if (builder->depth + 1 >= DEPTH) {
        builder->depth++;
        return;
    }
    Tcl_DictObjGet(
        NULL, builder->dicts[builder->depth], KeyObj(builder->stats, key),
        &dictObj);
    if (dictObj == NULL) {
        dictObj = Tcl_NewDictObj();
        Put(builder, key, dictObj);
    }
    builder->dicts[++builder->depth] = dictObj;
}

static void
End(void *arg)
{
    struct builder *builder = arg;

    builder->depth--;
}

static void
Number(void *arg, const char *key, uint64_t value)
{
    Put(arg, key, NscgCountObj(value));
}

static void
Hundredths(void *arg, const char *key, uint64_t value)
{
    Put(arg, key, Tcl_NewDoubleObj((double)value / 100));
}

static void
Text(void *arg, const char *key, const char *value)
{
    struct builder *builder = arg;
    Tcl_Obj *valueObj = strcmp(value, "max") == 0
        ? KeyObj(builder->stats, value)
        : NscgTextObj(value);

    Tcl_IncrRefCount(valueObj); /* the key may take its place in the table */
    Put(builder, key, valueObj);
    Tcl_DecrRefCount(valueObj);
}

/* ------------------------------------------------------------------------
 * cgroup stats NAME ?CONTROLLER?
 *
 *      What the kernel has counted of a group and all that is in it.
 *
 *      NAME            a group
 *      CONTROLLER      cpu, memory, pids, io, hugetlb, rdma, misc or pressure:
 *                      that part alone
 *      Result          dict: controller -> dict, of what it has counted, with
 *                      the same keys on version 1 and 2; what the kernel does
 *                      not count is not in it
 *      Errors          POSIX ENOENT | EACCES; NSCG CGROUP NAME | CONTROLLER |
 *                      NOTENABLED | NOTMOUNTED | NOCONTROLLER | UNSUPPORTED
 *      Kernel          cgroup-v2.rst, cgroup-v1/memory.rst and others, psi.rst
 */

static int
Part(Tcl_Interp *interp, Tcl_Obj *wordObj, int *part)
{
    const char *word = Tcl_GetString(wordObj);

    *part = lx_statpart_find(word);
    return *part >= 0
        ? TCL_OK
        : NscgError(
            interp, "CGROUP", "CONTROLLER",
            "nothing is counted of \"%s\": must be cpu, memory, pids, io, "
            "hugetlb, rdma, misc, or pressure",
            word);
}

int
NscgCgroupStatsCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const struct lx_statsink functions = {Begin,      End,  Number,
                                                 Hundredths, Text, NULL};
    struct lx_statsink sink = functions;
    struct builder builder = {.depth = 0};
    struct lx_statcache *cache;
    struct lx_group group;
    struct lx_err err;
    int part = -1, result = TCL_OK;

    if ((objc == 2 && Part(interp, objv[1], &part) != TCL_OK)
        || NscgGroup(state, interp, objv[0], &group) != TCL_OK) {
        return TCL_ERROR;
    }
    if (state->stats == NULL) {
        state->stats = calloc(1, sizeof(*state->stats));
    }
    cache = lx_statcache_of(&state->cgroups);
    if (state->stats == NULL || cache == NULL) {
        return NscgNoMemory(interp);
    }
    builder.stats = state->stats;
    builder.dicts[0] = Tcl_NewDictObj();
    Tcl_IncrRefCount(builder.dicts[0]);
    sink.arg = &builder;
    if (lx_group_stats(
            &group, part >= 0 ? 1u << part : ~0u, part >= 0, cache, &sink, &err)
        != 0) {
        result = NscgLxError(interp, &err);
    } else {
        Tcl_SetObjResult(interp, builder.dicts[0]);
    }
    Tcl_DecrRefCount(builder.dicts[0]);
    return result;
}
