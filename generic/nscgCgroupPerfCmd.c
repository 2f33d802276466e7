/*
 * nscgCgroupPerfCmd.c --
 *
 *      cgroup perf: what the processors count of a group, and the handle that
 *      holds its counters.
 */

#include "nscgCgroup.h"

typedef struct Perf {
    NscgHandle handle;
    struct lx_perf perf;
} Perf;

/* -- The handle ----------------------------------------------------------- */

static int
Done(Tcl_Interp *interp, int result, const struct lx_err *err)
{
    return result == 0 ? TCL_OK : NscgLxError(interp, err);
}

static int
EnableMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Perf *perf = (const Perf *)handle;
    struct lx_err err;

    (void)objc, (void)objv;
    return Done(interp, lx_perf_enable(&perf->perf, true, &err), &err);
}

static int
DisableMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Perf *perf = (const Perf *)handle;
    struct lx_err err;

    (void)objc, (void)objv;
    return Done(interp, lx_perf_enable(&perf->perf, false, &err), &err);
}

static int
ResetMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Perf *perf = (const Perf *)handle;
    struct lx_err err;

    (void)objc, (void)objv;
    return Done(interp, lx_perf_reset(&perf->perf, &err), &err);
}

static Tcl_Obj *
ValueObj(const struct lx_perfvalue *value)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    NscgPut(dictObj, "count", NscgCountObj(value->count));
    NscgPut(dictObj, "enabled", NscgCountObj(value->enabled / 1000));
    NscgPut(dictObj, "running", NscgCountObj(value->running / 1000));
    return dictObj;
}

static int
ReadMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const struct lx_perf *perf = &((const Perf *)handle)->perf;
    struct lx_perfvalue *values =
        malloc((size_t)perf->counters * sizeof(*values));
    struct lx_err err;
    int result = TCL_ERROR;

    (void)objc, (void)objv;
    if (values == NULL) {
        return NscgNoMemory(interp);
    }
    if (lx_perf_read(perf, values, &err) != 0) {
        NscgLxError(interp, &err);
    } else {
        Tcl_Obj *dictObj = Tcl_NewDictObj();

        for (int i = 0; i < perf->counters; i++) {
            NscgPut(
                dictObj, lx_perf_counter(perf, i)->name, ValueObj(&values[i]));
        }
        Tcl_SetObjResult(interp, dictObj);
        result = TCL_OK;
    }
    free(values);
    return result;
}

static const NscgMethod methods[] = {
    {"close", 0, 0, "", NscgCloseMethod}, {"disable", 0, 0, "", DisableMethod},
    {"enable", 0, 0, "", EnableMethod},   {"read", 0, 0, "", ReadMethod},
    {"reset", 0, 0, "", ResetMethod},     {NULL, 0, 0, NULL, NULL}};

static void
Free(NscgHandle *handle)
{
    Perf *perf = (Perf *)handle;

    lx_perf_close(&perf->perf);
    free(perf);
}

static const NscgHandleType perfType = {"perf", methods, Free};

/* -- Words ---------------------------------------------------------------- */

static int
Counter(Tcl_Interp *interp, Tcl_Obj *nameObj, int *which)
{
    if (Tcl_GetIndexFromObjStruct(
            interp, nameObj, lx_perfcounters, sizeof(lx_perfcounters[0]),
            "counter", TCL_EXACT, which)
        != TCL_OK) {
        Tcl_SetErrorCode(interp, "NSCG", "CGROUP", "COUNTER", NULL);
        return TCL_ERROR;
    }
    return TCL_OK;
}

/*
 * A list of names, each once -> numbers of lx_perfcounters, in the pool.
 */
static int
Counters(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *listObj, int **which,
    int *count)
{
    Tcl_Obj **objv;
    Tcl_Size objc;
    int number;

    if (Tcl_ListObjGetElements(interp, listObj, &objc, &objv) != TCL_OK) {
        return TCL_ERROR;
    }
    if (objc == 0) { /* there is no counter "" */
        return Counter(interp, listObj, &number);
    }
    *which = lx_pool_alloc(pool, (size_t)objc * sizeof(**which));
    if (*which == NULL) {
        return NscgNoMemory(interp);
    }
    *count = 0;
    for (Tcl_Size i = 0; i < objc; i++) {
        int known = 0;

        if (Counter(interp, objv[i], &number) != TCL_OK) {
            return TCL_ERROR;
        }
        while (known < *count && (*which)[known] != number) {
            known++;
        }
        if (known == *count) {
            (*which)[(*count)++] = number;
        }
    }
    return TCL_OK;
}

struct perfwords {
    bool enabled;
};

static const NscgOption perfOptions[] = {
    {"-enabled", NSCG_OPT_BOOL, offsetof(struct perfwords, enabled), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

/* ------------------------------------------------------------------------
 * cgroup perf NAME COUNTERS ?-option value ...?
 *
 *      Counts what the processes of a group do, and those of the groups below
 *      it, on every processor.
 *
 *      COUNTERS        list: cpu-clock task-clock page-faults ... and, where
 *                      the machine has them, cycles instructions ...
 *      -enabled BOOL   begin at once (the default)
 *      Result          a handle: read, reset, enable, disable, close. read:
 *                      dict: counter -> dict: count, enabled, running. Times,
 *                      and the counts of clocks, are in microseconds
 *      Errors          NSCG CGROUP COUNTER | UNSUPPORTED counter | NOTMOUNTED;
 *                      POSIX EACCES | EMFILE | ENOENT
 *      Kernel          perf_event_open(2) PERF_FLAG_PID_CGROUP
 */
int
NscgCgroupPerfCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct perfwords words = {true};
    int *which = NULL;
    struct lx_group group;
    struct lx_err err;
    Perf *perf = NULL;
    int count = 0, result = TCL_ERROR;

    if (NscgOptions(
            interp, NULL, perfOptions, objc - 2, objv + 2, NSCG_TRAILING, NULL,
            &words)
            == TCL_OK
        && Counters(interp, &pool, objv[1], &which, &count) == TCL_OK
        && NscgGroup(state, interp, objv[0], &group) == TCL_OK) {
        perf = calloc(1, sizeof(*perf));
        result = perf == NULL ? NscgNoMemory(interp)
            : lx_perf_open(
                  &group, which, count, words.enabled, &perf->perf, &err)
                == 0
            ? NscgHandleCreate(state, &perfType, &perf->handle)
            : NscgLxError(interp, &err);
    }
    if (result != TCL_OK && perf != NULL) {
        Free(&perf->handle);
    }
    lx_pool_free(&pool);
    return result;
}
