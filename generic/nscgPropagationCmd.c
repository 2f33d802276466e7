/*
 * nscgPropagationCmd.c --
 *
 *      mount propagation: asked and set.
 */

#include "nscgMount.h"

static const struct {
    const char *name;
    unsigned type;
} types[] = {
    {"private", LX_PRIVATE},
    {"shared", LX_SHARED},
    {"slave", LX_SLAVE},
    {"unbindable", LX_UNBINDABLE},
    {NULL, 0}};

static int
Types(Tcl_Interp *interp, Tcl_Obj *listObj, unsigned *set)
{
    Tcl_Size count;
    Tcl_Obj **objs;

    if (Tcl_ListObjGetElements(interp, listObj, &count, &objs) != TCL_OK) {
        return TCL_ERROR;
    }
    *set = 0;
    for (Tcl_Size i = 0; i < count; i++) {
        int index;

        if (Tcl_GetIndexFromObjStruct(
                interp, objs[i], types, sizeof(types[0]), "propagation",
                TCL_EXACT, &index)
            != TCL_OK) {
            return TCL_ERROR;
        }
        *set |= types[index].type;
    }
    if (count == 0 || (count > 1 && *set != (LX_SLAVE | LX_SHARED))) {
        return NscgError(
            interp, "MOUNT", "TYPE",
            "bad propagation \"%s\": must be shared, slave, private, "
            "unbindable, or {slave shared}",
            Tcl_GetString(listObj));
    }
    return TCL_OK;
}

static const NscgOption propagateOptions[] = {
    {"-recursive", NSCG_OPT_BOOL, offsetof(struct lx_propagate, recursive),
     NULL, 0},
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_propagate, target.root), NULL,
     0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

int
NscgCompilePropagation(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_propagate *propagate =
        lx_pool_alloc(compiler->pool, sizeof(*propagate));

    if (propagate == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    if (objc < 2) {
        return NscgError(
            compiler->interp, "MOUNT", "TYPE",
            "as a step, mount propagation needs the type to set");
    }
    propagate->target.path =
        NscgPath(compiler->interp, compiler->pool, objv[0]);
    if (propagate->target.path == NULL
        || Types(compiler->interp, objv[1], &propagate->types) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, propagateOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, propagate)
            != TCL_OK) {
        return TCL_ERROR;
    }
    step->run = lx_propagate_run;
    step->args = propagate;
    return TCL_OK;
}

static void
PutNumber(Tcl_Obj *dictObj, const char *key, unsigned long value)
{
    if (value != 0) {
        Tcl_DictObjPut(
            NULL, dictObj, Tcl_NewStringObj(key, -1),
            Tcl_NewWideIntObj((Tcl_WideInt)value));
    }
}

/*
 * type, peergroup, master and propagate_from, into a dict.
 */
static void
PutPropagation(Tcl_Obj *dictObj, const struct lx_mount *mount)
{
    const char *type = mount->unbindable           ? "unbindable"
        : mount->master != 0 && mount->shared != 0 ? "slave shared"
        : mount->master != 0                       ? "slave"
        : mount->shared != 0                       ? "shared"
                                                   : "private";

    Tcl_DictObjPut(
        NULL, dictObj, Tcl_NewStringObj("type", -1),
        Tcl_NewStringObj(type, -1));
    PutNumber(dictObj, "peergroup", mount->shared);
    PutNumber(dictObj, "master", mount->master);
    PutNumber(dictObj, "propagate_from", mount->from);
}

static int
Query(Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_propagate query = {.types = 0};
    struct lx_where where;
    struct lx_err err;
    int result = TCL_ERROR;

    query.target.path = NscgPath(interp, &pool, objv[0]);
    if (query.target.path != NULL
        && NscgOptions(
               interp, &pool, propagateOptions, objc - 1, objv + 1,
               NSCG_TRAILING, NULL, &query)
            == TCL_OK) {
        if (lx_where_mount(&where, &query.target, &err) == 0) {
            Tcl_Obj *resultObj = Tcl_NewDictObj();

            PutPropagation(resultObj, &where.mount);
            Tcl_SetObjResult(interp, resultObj);
            result = TCL_OK;
        } else {
            result = NscgLxError(interp, &err);
        }
    }
    lx_pool_free(&pool);
    return result;
}

/*
 * mount propagation PATH ?TYPE? ?-option value ...?
 *
 *      Whether mounts made below PATH appear elsewhere, and from where they
 *      come.
 *
 *      PATH            a mount point
 *      TYPE            shared, slave, private, unbindable, or {slave shared}:
 *                      slave, and then shared with others anew
 *      -recursive BOOL all mounts below PATH too
 *      -root DIR       PATH is resolved inside DIR, from which nothing leads
 *                      out
 *      Result          without TYPE a dict: type; peergroup (of those it
 *                      shares with), master (the peer group it receives from)
 *                      and propagate_from (the nearest group that is visible
 *                      here, where the master is not), as far as they apply.
 *                      Empty when it was set
 *      Errors          POSIX EPERM | ENOENT | EINVAL; NSCG MOUNT NOTMOUNT
 *                      | TYPE; NSCG PATH NOOPENAT2
 *      Kernel          mount_namespaces(7), mount_setattr(2), mount(2),
 *                      proc_pid_mountinfo(5)
 */
int
NscgPropagationCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    if (objc > 1 && !NscgIsOption(objv[1])) {
        return NscgRunStep(state, NscgCompilePropagation, objc, objv);
    }
    return Query(interp, objc, objv);
}
