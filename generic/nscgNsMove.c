/*
 * nscgNsMove.c --
 *
 *      ns unshare and ns setns: this thread moves.
 */

#include "nscgInt.h"

/*
 * After a move that is for the children (pid, time) no thread can be started,
 * and Tcl, which starts its notifier thread at the first wait for events,
 * aborts where it cannot. So that thread is started before. Nothing is waited
 * for, and no event is served.
 */
static void
StartNotifier(void)
{
    Tcl_Time none = {0, 0};

    Tcl_WaitForEvent(&none);
}

#define FOR_CHILDREN (LX_KIND_BIT(LX_PID) | LX_KIND_BIT(LX_TIME))

static int
NoKinds(Tcl_Interp *interp)
{
    return NscgError(
        interp, "NS", "KINDS",
        "no namespace kind is named: must be at least one of cgroup, ipc, "
        "mnt, net, pid, time, user, and uts");
}

/*
 * What is left of the words after the options: nothing, or a script.
 */
static int
Script(
    Tcl_Interp *interp, int objc, Tcl_Obj *const objv[], const char *usage,
    Tcl_Obj **scriptObj)
{
    *scriptObj = objc == 1 ? objv[0] : NULL;
    if (objc <= 1) {
        return TCL_OK;
    }
    Tcl_SetObjResult(
        interp, Tcl_ObjPrintf("wrong # args: should be \"%s\"", usage));
    Tcl_SetErrorCode(interp, "TCL", "WRONGARGS", NULL);
    return TCL_ERROR;
}

/* ------------------------------------------------------------------------
 * ns unshare
 */

typedef struct UnshareOptions {
    bool force;
    bool loopback;
    int propagation;
    Tcl_Obj *uidmapObj, *gidmapObj;
} UnshareOptions;

#define AT(field) offsetof(UnshareOptions, field)

static const NscgOption unshareOptions[] = {
    {"-force", NSCG_OPT_BOOL, AT(force), NULL, 0},
    {"-gidmap", NSCG_OPT_OBJ, AT(gidmapObj), NULL, 0},
    {"-loopback", NSCG_OPT_BOOL, AT(loopback), NULL, 0},
    {"-propagation", NSCG_OPT_WORD, AT(propagation), nscgPropagations, 0},
    {"-uidmap", NSCG_OPT_OBJ, AT(uidmapObj), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

#undef AT

static int
Maps(
    Tcl_Interp *interp, struct lx_pool *pool, const UnshareOptions *options,
    struct lx_unshare *move)
{
    Tcl_Obj *uidObj = options->uidmapObj;
    Tcl_Obj *gidObj = options->gidmapObj != NULL ? options->gidmapObj : uidObj;

    if (!(move->kinds & LX_KIND_BIT(LX_USER))) {
        return uidObj == NULL && gidObj == NULL
            ? TCL_OK
            : NscgError(
                interp, "NS", "IDMAP",
                "an id map needs a new user namespace: add user to the "
                "kinds");
    }
    if (NscgIdmap(interp, pool, uidObj, false, &move->uidmap) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgIdmap(interp, pool, gidObj, true, &move->gidmap);
}

/*
 * A user namespace is to be had with one thread only, what is for the
 * children only after a second was started: in this order.
 */
static int
Unshare(const struct lx_unshare *move, struct lx_err *err)
{
    struct lx_unshare part = *move;

    if ((move->kinds & FOR_CHILDREN) && (move->kinds & LX_KIND_BIT(LX_USER))) {
        part.kinds = move->kinds & ~FOR_CHILDREN;
        if (lx_unshare_run(&part, err) != 0) {
            return -1;
        }
        part.kinds = move->kinds & FOR_CHILDREN;
        StartNotifier();
        if (lx_unshare_run(&part, err) != 0) {
            lx_home_lost(err, move->kinds & ~FOR_CHILDREN);
            return -1;
        }
        return 0;
    }
    if (move->kinds & FOR_CHILDREN) {
        StartNotifier();
    }
    return lx_unshare_run(move, err);
}

/*
 * ns unshare KINDS ?-option value ...?
 *
 *      This thread moves to new namespaces.
 *
 *      KINDS           list of at least one kind
 *      -force BOOL     pid and time too, which are for the children only
 *      -propagation WORD   private, slave, shared or unchanged: the mounts of
 *                      a new mnt namespace
 *      -uidmap MAP -gidmap MAP   of a new user namespace: self, auto, none, or
 *                      {{inside outside count} ...}
 *      -loopback BOOL  lo is up in a new net namespace; default 1
 *      Result          empty
 *      Errors          POSIX EPERM | ENOSPC | EINVAL; NSCG NS THREADED |
 *                      FORCE | KINDS | IDMAP | SUBID
 *      Kernel          unshare(2), namespaces(7)
 */
int
NscgUnshareCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    UnshareOptions options = {.loopback = true};
    struct lx_unshare move = {.kinds = 0};
    struct lx_err err;
    Tcl_Obj *scriptObj;
    int used;
    int result = TCL_ERROR;

    if (NscgKinds(interp, objv[0], &move.kinds) != TCL_OK
        || NscgOptions(
               interp, &pool, unshareOptions, objc - 1, objv + 1, 0, &used,
               &options)
            != TCL_OK
        || Script(
               interp, objc - 1 - used, objv + 1 + used,
               "ns unshare kinds ?-option value ...? ?script?", &scriptObj)
            != TCL_OK) {
        goto done;
    }
    move.propagation = (enum lx_propagation)options.propagation;
    move.loopback = options.loopback;
    if (move.kinds == 0) {
        NoKinds(interp);
    } else if (scriptObj != NULL) {
        /* A user namespace is refused for what it is, before its maps. */
        result = (move.kinds & LX_KIND_BIT(LX_USER))
                || Maps(interp, &pool, &options, &move) == TCL_OK
            ? NscgScopeUnshare(state, &move, scriptObj)
            : TCL_ERROR;
    } else if (lx_unshare_check(move.kinds, options.force, &err) != 0) {
        NscgLxError(interp, &err);
    } else if (Maps(interp, &pool, &options, &move) == TCL_OK) {
        result = Unshare(&move, &err) == 0 ? TCL_OK : NscgLxError(interp, &err);
        lx_cgroups_stale(&state->cgroups);
    }
done:
    lx_pool_free(&pool);
    return result;
}

/* ------------------------------------------------------------------------
 * ns setns
 */

/*
 * The order is that of Unshare; here time is a move of the process, which
 * takes one thread, and pid is for the children.
 */
static int
Setns(struct lx_setns *move, struct lx_err *err)
{
    const unsigned pid = LX_KIND_BIT(LX_PID);

    if (lx_setns_run(move, move->kinds & ~pid, err) != 0) {
        return -1;
    }
    if (!(move->kinds & pid)) {
        return 0;
    }
    StartNotifier();
    if (lx_setns_run(move, pid, err) != 0) {
        lx_home_lost(err, move->kinds & ~pid);
        return -1;
    }
    return 0;
}

/*
 * ns setns TARGET ?-kinds KINDS?
 *
 *      This thread moves to a target's namespaces, where they differ from its
 *      own.
 *
 *      TARGET          a process, or one namespace
 *      -kinds KINDS    of these kinds only; default all that the target has
 *      Result          empty
 *      Errors          POSIX EPERM | EACCES | EINVAL; NSCG NS THREADED |
 *                      SAME | NOTBELOW | KINDS, and those of `ns open`
 *      Kernel          setns(2), namespaces(7)
 */
int
NscgSetnsCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-kinds", NSCG_OPT_OBJ, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};
    struct lx_pool pool = {NULL, NULL};
    Tcl_Obj *kindsObj = NULL;
    struct lx_target target;
    struct lx_setns move;
    struct lx_err err;
    unsigned kinds = 0;
    Tcl_Obj *scriptObj;
    int used;
    int result = TCL_ERROR;

    if (NscgOptions(
            interp, &pool, options, objc - 1, objv + 1, 0, &used, &kindsObj)
            != TCL_OK
        || (kindsObj != NULL && NscgKinds(interp, kindsObj, &kinds) != TCL_OK)
        || Script(
               interp, objc - 1 - used, objv + 1 + used,
               "ns setns target ?-kinds kinds? ?script?", &scriptObj)
            != TCL_OK) {
        goto done;
    }
    if (kindsObj != NULL && kinds == 0) {
        NoKinds(interp);
    } else if (NscgTarget(state, interp, &pool, objv[0], &target) != TCL_OK) {
        goto done;
    } else if (scriptObj != NULL) {
        result = NscgScopeSetns(state, &target, kinds, scriptObj);
    } else {
        result = lx_setns_prepare(&move, &target, kinds, &err) == 0
                && Setns(&move, &err) == 0
            ? TCL_OK
            : NscgLxError(interp, &err);
        lx_setns_free(&move);
        lx_cgroups_stale(&state->cgroups);
    }
done:
    lx_pool_free(&pool);
    return result;
}
