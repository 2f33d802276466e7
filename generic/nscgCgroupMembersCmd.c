/*
 * nscgCgroupMembersCmd.c --
 *
 *      cgroup attach, processes, threads, list: who and what is in a group.
 */

#include "nscgCgroup.h"

/* ------------------------------------------------------------------------
 * cgroup attach NAME PID ?PID ...? ?-thread BOOL?
 *
 *      Moves processes into a group, in every hierarchy in which it is; or
 *      leaves all of them where they are.
 *
 *      PID             a pid, a process handle, or self
 *      -thread BOOL    PID is a thread, and moves alone (self: this one)
 *      Result          empty
 *      Errors          POSIX EACCES | EBUSY | EOPNOTSUPP | EINVAL | ENOSPC |
 *                      ENOENT; NSCG NS EXITED | TARGET; NSCG CGROUP NAME
 *      Kernel          cgroups(7), cgroup-v2.rst
 */
static int
Targets(
    NscgState *state, Tcl_Interp *interp, struct lx_pool *pool, int objc,
    Tcl_Obj *const objv[], struct lx_target **targets)
{
    *targets = lx_pool_alloc(pool, (size_t)objc * sizeof(**targets));
    if (*targets == NULL) {
        return NscgNoMemory(interp);
    }
    for (int i = 0; i < objc; i++) {
        if (NscgTarget(state, interp, pool, objv[i], *targets + i) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

int
NscgCgroupAttachCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-thread", NSCG_OPT_BOOL, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};
    struct lx_pool pool = {NULL, NULL};
    struct lx_target *targets;
    struct lx_group group;
    struct lx_err err;
    bool thread = false;
    int count = 1, result;

    while (count < objc && !NscgIsOption(objv[count])) {
        count++;
    }
    if (count == 1) {
        return NscgError(
            interp, "CGROUP", "NOBODY",
            "no process to attach: give a pid, a process handle, or self");
    }
    result = NscgOptions(
        interp, NULL, options, objc - count, objv + count, NSCG_TRAILING, NULL,
        &thread);
    if (result == TCL_OK) {
        result = Targets(state, interp, &pool, count - 1, objv + 1, &targets);
    }
    if (result == TCL_OK) {
        result = NscgGroup(state, interp, objv[0], &group);
    }
    if (result == TCL_OK
        && lx_group_attach(&group, targets, (size_t)count - 1, thread, &err)
            != 0) {
        result = NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}

/* ------------------------------------------------------------------------
 * cgroup processes NAME ?-recursive BOOL?
 * cgroup threads NAME ?-recursive BOOL?
 *
 *      Who is in a group.
 *
 *      -recursive BOOL in the groups below it as well
 *      Result          list of pids, or of thread ids, in their order; those
 *                      of other pid namespaces, which have none here, are
 *                      left out
 *      Errors          POSIX ENOENT | EACCES; NSCG CGROUP NAME
 *      Kernel          cgroups(7)
 */
static const NscgOption recursiveOption[] = {
    {"-recursive", NSCG_OPT_BOOL, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};

static int
Members(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[],
    bool threads)
{
    struct lx_cgmembers members;
    struct lx_group group;
    struct lx_err err;
    unsigned where;
    bool recursive = false;
    int result = TCL_OK;

    if (NscgOptions(
            interp, NULL, recursiveOption, objc - 1, objv + 1, NSCG_TRAILING,
            NULL, &recursive)
            != TCL_OK
        || NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_group_members(&group, where, recursive, threads, &members, &err)
        != 0) {
        result = NscgLxError(interp, &err);
    } else {
        Tcl_Obj *listObj = Tcl_NewListObj(0, NULL);

        for (size_t i = 0; i < members.pids.count; i++) {
            Tcl_ListObjAppendElement(
                NULL, listObj, Tcl_NewWideIntObj(members.pids.pids[i]));
        }
        Tcl_SetObjResult(interp, listObj);
    }
    lx_cgmembers_free(&members);
    return result;
}

int
NscgCgroupProcessesCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return Members(state, interp, objc, objv, false);
}

int
NscgCgroupThreadsCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return Members(state, interp, objc, objv, true);
}

/* ------------------------------------------------------------------------
 * cgroup list ?NAME? ?-recursive BOOL?
 *
 *      The groups in a group, in whichever hierarchies they are.
 *
 *      NAME            default: what relative names are below
 *      -recursive BOOL those in these as well
 *      Result          sorted list of names, as the commands take them
 *      Errors          POSIX ENOENT | EACCES; NSCG CGROUP NAME
 *      Kernel          cgroups(7)
 */
struct naming {
    const struct lx_group *group;
    Tcl_HashTable table;
};

static int
AddName(void *arg, const char *name)
{
    struct naming *naming = arg;
    const char *above = naming->group->name;
    size_t len = strlen(above);
    Tcl_DString full;
    int isNew;

    Tcl_DStringInit(&full);
    Tcl_DStringAppend(&full, above, (Tcl_Size)len);
    if (len > 0 && above[len - 1] != '/') {
        Tcl_DStringAppend(&full, "/", 1);
    }
    Tcl_DStringAppend(&full, name, -1);
    Tcl_CreateHashEntry(&naming->table, Tcl_DStringValue(&full), &isNew);
    Tcl_DStringFree(&full);
    return 0;
}

static int
CompareNames(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
SetNames(Tcl_Interp *interp, Tcl_HashTable *table)
{
    size_t count = 0, size = (size_t)table->numEntries;
    const char **names = malloc((size > 0 ? size : 1) * sizeof(*names));
    Tcl_Obj *listObj;
    Tcl_HashSearch search;

    if (names == NULL) {
        return NscgNoMemory(interp);
    }
    for (Tcl_HashEntry *entry = Tcl_FirstHashEntry(table, &search);
         entry != NULL; entry = Tcl_NextHashEntry(&search)) {
        names[count++] = Tcl_GetHashKey(table, entry);
    }
    qsort(names, count, sizeof(*names), CompareNames);
    listObj = Tcl_NewListObj(0, NULL);
    for (size_t i = 0; i < count; i++) {
        Tcl_ListObjAppendElement(NULL, listObj, NscgTextObj(names[i]));
    }
    free(names);
    Tcl_SetObjResult(interp, listObj);
    return TCL_OK;
}

int
NscgCgroupListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_group group;
    struct naming naming = {.group = &group};
    struct lx_err err;
    unsigned where;
    bool recursive = false;
    int named = objc > 0 && !NscgIsOption(objv[0]);
    int result;

    if (NscgOptions(
            interp, NULL, recursiveOption, objc - named, objv + named,
            NSCG_TRAILING, NULL, &recursive)
            != TCL_OK
        || (named ? NscgGroupThere(state, interp, objv[0], &group, &where)
                  : NscgGroupBase(state, interp, &group, &where))
            != TCL_OK) {
        return TCL_ERROR;
    }
    Tcl_InitHashTable(&naming.table, TCL_STRING_KEYS);
    result =
        lx_group_below(&group, where, recursive, AddName, &naming, &err) == 0
        ? SetNames(interp, &naming.table)
        : NscgLxError(interp, &err);
    Tcl_DeleteHashTable(&naming.table);
    return result;
}
