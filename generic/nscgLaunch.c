/*
 * nscgLaunch.c --
 *
 *      From the options of ns clone and ns exec to the struct that the launch
 *      engine takes: all is checked here, before anything is created.
 */

#include "nscgInt.h"

/* -- Id maps -------------------------------------------------------------- */

static int
Idmaps(
    Tcl_Interp *interp, struct lx_pool *pool, const NscgLaunchOptions *options,
    struct lx_launch *launch)
{
    Tcl_Obj *uidObj = options->uidmapObj;
    Tcl_Obj *gidObj = options->gidmapObj != NULL ? options->gidmapObj : uidObj;

    if (!(options->newKinds & LX_KIND_BIT(LX_USER))) {
        if (uidObj == NULL && gidObj == NULL) {
            return TCL_OK;
        }
        return NscgError(
            interp, "NS", "IDMAP",
            "an id map needs a new user namespace: add user to -new");
    }
    if (NscgIdmap(interp, pool, uidObj, false, &launch->uidmap) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgIdmap(interp, pool, gidObj, true, &launch->gidmap);
}

/* -- Namespaces to join --------------------------------------------------- */

/*
 * A namespace that is ours already is passed over: to be in it is all that
 * was asked for, and the kernel refuses some such moves.
 */
static int
JoinOne(
    NscgCompiler *compiler, const struct lx_target *target, enum lx_kind kind,
    struct lx_launch *launch)
{
    struct lx_err err;
    int fd = lx_ns_open(target, kind, &err);

    if (fd < 0) {
        return NscgLxError(compiler->interp, &err);
    }
    if (lx_pool_fd(compiler->pool, fd) < 0) {
        return NscgNoMemory(compiler->interp);
    }
    if (!lx_ns_mine(fd, kind)) {
        launch->joinFd[kind] = fd;
    }
    return TCL_OK;
}

/*
 * For the time of the command its pid is the same process's.
 */
static int
Hold(NscgCompiler *compiler, struct lx_target *target)
{
    struct lx_err err;
    int held;

    if (lx_target_hold(target, &held, &err) != 0) {
        return NscgLxError(compiler->interp, &err);
    }
    return held < 0 || lx_pool_fd(compiler->pool, held) >= 0
        ? TCL_OK
        : NscgNoMemory(compiler->interp);
}

static int
JoinAll(NscgCompiler *compiler, Tcl_Obj *obj, struct lx_launch *launch)
{
    struct lx_target target;
    unsigned kinds;
    struct lx_err err;

    if (NscgTarget(
            compiler->state, compiler->interp, compiler->pool, obj, &target)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (Hold(compiler, &target) != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_target_kinds(&target, &kinds, &err) != 0) {
        return NscgLxError(compiler->interp, &err);
    }
    for (int kind = 0; kind < LX_KINDS; kind++) {
        if ((kinds & LX_KIND_BIT(kind))
            && JoinOne(compiler, &target, (enum lx_kind)kind, launch)
                != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

static int
Joins(
    NscgCompiler *compiler, const NscgLaunchOptions *options,
    struct lx_launch *launch)
{
    Tcl_DictSearch search;
    Tcl_Obj *kindObj, *targetObj;
    int done, result = TCL_OK;

    if (options->joinAllObj != NULL
        && JoinAll(compiler, options->joinAllObj, launch) != TCL_OK) {
        return TCL_ERROR;
    }
    if (options->joinObj == NULL) {
        return TCL_OK;
    }
    if (Tcl_DictObjFirst(
            compiler->interp, options->joinObj, &search, &kindObj, &targetObj,
            &done)
        != TCL_OK) {
        return TCL_ERROR;
    }
    for (; !done && result == TCL_OK;
         Tcl_DictObjNext(&search, &kindObj, &targetObj, &done)) {
        struct lx_target target;
        enum lx_kind kind;

        result = NscgKind(compiler->interp, kindObj, &kind);
        if (result == TCL_OK) {
            result = NscgTarget(
                compiler->state, compiler->interp, compiler->pool, targetObj,
                &target);
        }
        if (result == TCL_OK) {
            result = Hold(compiler, &target);
        }
        if (result == TCL_OK) {
            result = JoinOne(compiler, &target, kind, launch);
        }
    }
    Tcl_DictObjDone(&search);
    return result;
}

/* -- Clocks --------------------------------------------------------------- */

/*
 * {monotonic 86400 boottime 3600.5}: seconds to add, to the text that the
 * kernel reads, see time_namespaces(7).
 */
static int
TimeOffsets(
    NscgCompiler *compiler, const NscgLaunchOptions *options,
    struct lx_launch *launch)
{
    static const char *const clocks[] = {"boottime", "monotonic", NULL};
    Tcl_Interp *interp = compiler->interp;
    Tcl_DictSearch search;
    Tcl_Obj *clockObj, *valueObj, *textObj;
    int done, index, result = TCL_OK;

    if (options->timeOffsetsObj == NULL) {
        return TCL_OK;
    }
    if (!(options->newKinds & LX_KIND_BIT(LX_TIME))) {
        return NscgError(
            interp, "NS", "TIMEOFFSETS",
            "time offsets need a new time namespace: add time to -new");
    }
    if (Tcl_DictObjFirst(
            interp, options->timeOffsetsObj, &search, &clockObj, &valueObj,
            &done)
        != TCL_OK) {
        return TCL_ERROR;
    }
    textObj = Tcl_NewObj();
    Tcl_IncrRefCount(textObj);
    for (; !done && result == TCL_OK;
         Tcl_DictObjNext(&search, &clockObj, &valueObj, &done)) {
        double seconds;
        Tcl_WideInt whole, nanos;

        if (Tcl_GetIndexFromObj(
                interp, clockObj, clocks, "clock", TCL_EXACT, &index)
                != TCL_OK
            || Tcl_GetDoubleFromObj(interp, valueObj, &seconds) != TCL_OK) {
            result = TCL_ERROR;
            break;
        }
        if (!(seconds > -4e9 && seconds < 4e9)) {
            result = NscgError(
                interp, "NS", "TIMEOFFSETS",
                "bad offset \"%s\": must be seconds between -4e9 and 4e9",
                Tcl_GetString(valueObj));
            break;
        }
        /* The kernel wants the nanoseconds positive. */
        whole = (Tcl_WideInt)seconds - (seconds < (double)(Tcl_WideInt)seconds);
        nanos = (Tcl_WideInt)((seconds - (double)whole) * 1e9);
        Tcl_AppendPrintfToObj(
            textObj, "%s %" TCL_LL_MODIFIER "d %" TCL_LL_MODIFIER "d\n",
            clocks[index], whole, nanos);
    }
    Tcl_DictObjDone(&search);
    if (result == TCL_OK) {
        launch->timeOffsets = NscgText(interp, compiler->pool, textObj);
        result = launch->timeOffsets != NULL ? TCL_OK : TCL_ERROR;
    }
    Tcl_DecrRefCount(textObj);
    return result;
}

/* -- The program ---------------------------------------------------------- */

/*
 * A new pid namespace gets an init unless told otherwise.
 */
static int
Init(
    NscgCompiler *compiler, const NscgLaunchOptions *options,
    struct lx_launch *launch)
{
    NscgState *state = compiler->state;
    int init = (options->newKinds & LX_KIND_BIT(LX_PID)) != 0;
    struct lx_err err;

    if (options->initObj != NULL
        && Tcl_GetBooleanFromObj(compiler->interp, options->initObj, &init)
            != TCL_OK) {
        return TCL_ERROR;
    }
    launch->init = init;
    if (state->initFd < 0) {
        state->initFd = lx_init_open(&err);
        if (state->initFd < 0) {
            return NscgLxError(compiler->interp, &err);
        }
    }
    launch->initFd = state->initFd;
    return TCL_OK;
}

static int
Environ(NscgCompiler *compiler, const NscgLaunchOptions *options)
{
    Tcl_DictSearch search;
    Tcl_Obj *nameObj, *valueObj;
    int done, result = TCL_OK;

    if (options->envObj == NULL) {
        return TCL_OK;
    }
    if (Tcl_DictObjFirst(
            compiler->interp, options->envObj, &search, &nameObj, &valueObj,
            &done)
        != TCL_OK) {
        return TCL_ERROR;
    }
    for (; !done && result == TCL_OK;
         Tcl_DictObjNext(&search, &nameObj, &valueObj, &done)) {
        result = NscgCheckVariable(compiler, nameObj);
    }
    Tcl_DictObjDone(&search);
    if (result == TCL_OK) {
        compiler->envObj = Tcl_DuplicateObj(options->envObj);
        Tcl_IncrRefCount(compiler->envObj);
    }
    return result;
}

/*
 * The kinds of which the program has a namespace that is not ours.
 */
static unsigned
OtherKinds(const struct lx_launch *launch)
{
    unsigned kinds = launch->newKinds;

    for (int kind = 0; kind < LX_KINDS; kind++) {
        if (launch->joinFd[kind] >= 0) {
            kinds |= LX_KIND_BIT(kind);
        }
    }
    return kinds;
}

int
NscgCompileLaunch(
    NscgCompiler *compiler, const NscgLaunchOptions *options, int objc,
    Tcl_Obj *const objv[], struct lx_launch *launch, int ours[3])
{
    struct lx_step *steps = NULL;

    lx_launch_start(launch);
    launch->newKinds = options->newKinds;
    launch->propagation = (enum lx_propagation)options->propagation;
    launch->loopback = options->loopback;
    launch->detach = options->detach;
    launch->copy = options->copy;
    if (options->timeout >= 0) {
        launch->timeout = options->timeout;
    }
    if (Environ(compiler, options) != TCL_OK
        || Joins(compiler, options, launch) != TCL_OK
        || Idmaps(compiler->interp, compiler->pool, options, launch) != TCL_OK
        || TimeOffsets(compiler, options, launch) != TCL_OK) {
        return TCL_ERROR;
    }
    if (launch->joinFd[LX_USER] >= 0
        && (launch->newKinds & (LX_KIND_BIT(LX_USER) | LX_KIND_BIT(LX_TIME)))) {
        return NscgError(
            compiler->interp, "NS", "NESTED",
            "a new user or time namespace below a joined user namespace takes "
            "two launches: join it, and let the program there make the other");
    }
    compiler->kinds = OtherKinds(launch);
    compiler->host = options->host;
    compiler->explain = options->explain;
    if ((options->setupObj != NULL
         && NscgCompileSteps(
                compiler, options->setupObj, &steps, &launch->stepCount)
             != TCL_OK)
        || NscgCompileProgram(compiler, options, objc, objv, launch) != TCL_OK
        /* After the steps: to compile one may let go of the hierarchies. */
        || NscgBirths(compiler, options->cgroupObj, options->explain, launch)
            != TCL_OK) {
        return TCL_ERROR;
    }
    launch->steps = steps;
    /* The streams come last: opening a file to write creates it. */
    if (NscgStreams(compiler, options->streamObjs, launch->stdio, ours)
        != TCL_OK) {
        return TCL_ERROR;
    }
    launch->held = compiler->pool;
    return Init(compiler, options, launch);
}
