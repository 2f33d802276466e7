/*
 * nscgScope.c --
 *
 *      A script that is run where the thread has gone for it.
 *
 *      Events are served at home, whoever waits for them in the script: a
 *      callback belongs to those who made it, and they were not there. The
 *      event that is first in the queue while a script runs sees to it: the
 *      loop serves it, and it takes the thread home, lets one event be served
 *      there, and goes back.
 */

#include "nscgInt.h"

typedef struct Scope {
    struct lx_scope lx;
    Tcl_Interp *interp;
    bool failed;
    struct lx_err err; /* failed: of a wait for events */
} Scope;

typedef struct Guard {
    Tcl_Event event; /* first: Tcl's part */
    Scope *scope;
} Guard;

/* ------------------------------------------------------------------------
 * Events.
 */

static int ServeAtHome(Tcl_Event *event, int flags);

static void
PutGuard(Scope *scope)
{
    Guard *guard = (Guard *)Tcl_Alloc(sizeof(*guard)); /* Tcl frees it */

    guard->event.proc = ServeAtHome;
    guard->scope = scope;
    Tcl_QueueEvent(&guard->event, TCL_QUEUE_HEAD);
}

static int
IsGuard(Tcl_Event *event, void *clientData)
{
    return event->proc == ServeAtHome
        && ((const Guard *)event)->scope == clientData;
}

/*
 * What no catch in the script can hold back: the whole evaluation ends.
 */
void
NscgUnwind(Tcl_Interp *interp)
{
    /* Tcl takes a reference away. */
    Tcl_Obj *messageObj = Tcl_DuplicateObj(Tcl_GetObjResult(interp));

    Tcl_CancelEval(interp, messageObj, NULL, TCL_CANCEL_UNWIND);
}

/*
 * The guard stays: where another interpreter waits for the events, it goes on.
 * When it is of no use the second time, all that this is part of ends.
 */
static int
Fail(Scope *scope)
{
    Tcl_Interp *interp = scope->interp;

    PutGuard(scope);
    while (scope->failed && Tcl_GetParent(interp) != NULL) {
        interp = Tcl_GetParent(interp);
    }
    scope->failed = true;
    NscgLxError(interp, &scope->err);
    NscgUnwind(interp);
    return 1;
}

static int
Count(Tcl_Event *event, void *clientData)
{
    (void)event;
    ++*(int *)clientData;
    return 0;
}

static int
CountEvents(void)
{
    int count = 0;

    Tcl_DeleteEvents(Count, &count);
    return count;
}

/*
 * The guard of an outer scope does nothing while events are served: they are
 * at home already. What another thread sends when none was left, and before
 * this thread is there again, the loop would serve there: so it is looked for.
 */
static int
ServeAtHome(Tcl_Event *event, int flags)
{
    Scope *scope = ((Guard *)event)->scope;
    struct lx_away away;
    int served, before;

    if (!lx_scope_inner(&scope->lx)) {
        return 0;
    }
    do {
        before = CountEvents();
        if (lx_away_begin(&away, &scope->err) != 0) {
            return Fail(scope);
        }
        served = Tcl_DoOneEvent(flags);
        if (lx_away_end(&away, &scope->err) != 0) {
            return Fail(scope);
        }
    } while (!served && CountEvents() > before);
    if (served) {
        PutGuard(scope); /* this one is done */
    }
    return served;
}

/* ------------------------------------------------------------------------
 * The script.
 */

static const char *
OptionOf(Tcl_Obj *optionsObj, const char *name)
{
    Tcl_Obj *keyObj = Tcl_NewStringObj(name, -1);
    Tcl_Obj *valueObj = NULL;

    Tcl_IncrRefCount(keyObj);
    Tcl_DictObjGet(NULL, optionsObj, keyObj, &valueObj);
    Tcl_DecrRefCount(keyObj);
    return valueObj != NULL ? Tcl_GetString(valueObj) : "";
}

/*
 * A coroutine that yielded would leave its thread in the other namespace; Tcl
 * refuses it here with words about its C stack, with which errorInfo begins.
 */
static void
ExplainYield(Tcl_Interp *interp, const char *command)
{
    Tcl_Obj *optionsObj = Tcl_GetReturnOptions(interp, TCL_ERROR);
    size_t words = strlen(Tcl_GetString(Tcl_GetObjResult(interp)));
    const char *info;

    Tcl_IncrRefCount(optionsObj);
    info = OptionOf(optionsObj, "-errorinfo");
    if (strcmp(OptionOf(optionsObj, "-errorcode"), "TCL COROUTINE CANT_YIELD")
        == 0) {
        Tcl_ResetResult(interp);
        Tcl_SetObjResult(
            interp,
            Tcl_ObjPrintf(
                "cannot yield in a script of %s: the coroutine would leave "
                "its thread in another namespace",
                command));
        Tcl_SetErrorCode(interp, "NSCG", "NS", "YIELD", NULL);
        Tcl_AddErrorInfo(interp, strlen(info) > words ? info + words : "");
    }
    Tcl_DecrRefCount(optionsObj);
}

/*
 * The thread is where the scope leads; it is home afterwards, whatever the
 * script does. Where it is not, RunCommand ends the interpreter's evaluation.
 */
static int
Run(NscgState *state, Scope *scope, Tcl_Obj *scriptObj, const char *command)
{
    Tcl_Interp *interp = state->interp;
    struct lx_err err;
    int result;

    scope->interp = interp;
    scope->failed = false;
    Tcl_Preserve(interp);
    Tcl_IncrRefCount(scriptObj);
    PutGuard(scope);
    result = Tcl_EvalObjEx(interp, scriptObj, 0);
    Tcl_DeleteEvents(IsGuard, scope);
    Tcl_DecrRefCount(scriptObj);
    if (result == TCL_ERROR) {
        if (scope->failed) {
            Tcl_ResetResult(interp); /* nor are its words in errorInfo */
            NscgLxError(interp, &scope->err);
        }
        ExplainYield(interp, command);
        Tcl_AppendObjToErrorInfo(
            interp,
            Tcl_ObjPrintf(
                "\n    (\"%s\" script line %d)", command,
                Tcl_GetErrorLine(interp)));
    }
    if (scope->lx.kinds & (LX_KIND_BIT(LX_MNT) | LX_KIND_BIT(LX_CGROUP))) {
        lx_cgroups_stale(&state->cgroups);
    }
    if (lx_scope_end(&scope->lx, &err) != 0) {
        Tcl_ResetResult(interp);
        result = NscgLxError(interp, &err);
    }
    Tcl_Release(interp);
    return result;
}

int
NscgScopeSetns(
    NscgState *state, const struct lx_target *target, unsigned kinds,
    Tcl_Obj *scriptObj)
{
    Scope scope;
    struct lx_err err;

    if (lx_scope_setns(&scope.lx, target, kinds, &err) != 0) {
        return NscgLxError(state->interp, &err);
    }
    return Run(state, &scope, scriptObj, "ns setns");
}

int
NscgScopeUnshare(
    NscgState *state, const struct lx_unshare *move, Tcl_Obj *scriptObj)
{
    Scope scope;
    struct lx_err err;

    if (lx_scope_unshare(&scope.lx, move, &err) != 0) {
        return NscgLxError(state->interp, &err);
    }
    return Run(state, &scope, scriptObj, "ns unshare");
}
