/*
 * nscgLinkReturn.c --
 *
 *      link set, and what it lends: links that come home when the process that
 *      has them has ended, or the interpreter.
 */

#include "nscgNet.h"

typedef struct NscgLent {
    struct NscgLent *next;
    NscgState *state;
    struct lx_linkreturn lx;
} NscgLent;

/* -- Home ----------------------------------------------------------------- */

static void
Unlink(const NscgLent *lent)
{
    NscgLent **at = &lent->state->lent;

    while (*at != lent) {
        at = &(*at)->next;
    }
    *at = lent->next;
}

static void
Drop(NscgLent *lent)
{
    NscgUnwatch(lent->state, lent->lx.pidfd);
    lx_linkreturn_close(&lent->lx);
    free(lent);
}

/*
 * Nobody is there to be told but the handler of background errors. What the
 * command that has brought it home says is left as it is.
 */
static void
Report(const NscgLent *lent, int result, const struct lx_err *err)
{
    Tcl_Interp *interp = lent->state->interp;
    Tcl_InterpState saved;
    bool renamed = result == 0 && lent->lx.now[0] != '\0'
        && strcmp(lent->lx.now, lent->lx.name) != 0;

    if ((result == 0 && !renamed) || Tcl_InterpDeleted(interp)) {
        return;
    }
    saved = Tcl_SaveInterpState(interp, TCL_OK);
    if (renamed) {
        NscgError(
            interp, "NET", "TAKEN",
            "link \"%s\" has come home as \"%s\": another has its name",
            lent->lx.name, lent->lx.now);
    } else {
        NscgLxError(interp, err);
    }
    Tcl_BackgroundException(interp, TCL_ERROR);
    Tcl_RestoreInterpState(interp, saved);
}

/*
 * It is in no list any more. What has been lent from where it is comes back
 * there before: the namespace may be gone afterwards.
 */
static void
Bring(NscgLent *lent)
{
    NscgLent **at = &lent->state->lent;
    struct lx_err err;

    while (*at != NULL) {
        NscgLent *next = *at;

        if (next->lx.inodes[LX_RETURN_HOME]
            == lent->lx.inodes[LX_RETURN_THERE]) {
            *at = next->next;
            Bring(next);
            at = &lent->state->lent;
        } else {
            at = &next->next;
        }
    }
    Report(lent, lx_linkreturn_bring(&lent->lx, &err), &err);
    Drop(lent);
}

static void
Ended(void *clientData)
{
    NscgLent *lent = clientData;

    Unlink(lent);
    Bring(lent);
}

void
NscgLentEnded(NscgState *state)
{
    NscgLent **at = &state->lent;

    while (*at != NULL) {
        NscgLent *lent = *at;

        if (lx_pidfd_ended(lent->lx.pidfd)) {
            *at = lent->next;
            Bring(lent);
            at = &state->lent;
        } else {
            at = &lent->next;
        }
    }
}

void
NscgLentFree(NscgState *state)
{
    while (state->lent != NULL) {
        NscgLent *lent = state->lent;

        state->lent = lent->next;
        Bring(lent);
    }
}

/* -- There ---------------------------------------------------------------- */

static void
Forget(const NscgLent *lent)
{
    NscgLent **at = &lent->state->lent;

    while (*at != NULL) {
        NscgLent *old = *at;

        if (lx_linkreturn_again(&old->lx, &lent->lx)) {
            *at = old->next;
            Drop(old);
        } else {
            at = &old->next;
        }
    }
}

static int
Targets(
    NscgState *state, Tcl_Interp *interp, struct lx_pool *pool,
    const NscgLinkWords *words, struct lx_target *home,
    struct lx_target *process)
{
    *home = (struct lx_target){.self = true, .pidfd = -1, .fd = -1};
    if (words->nsObj != NULL
        && NscgTarget(state, interp, pool, words->nsObj, home) != TCL_OK) {
        return TCL_ERROR;
    }
    if (words->netnsObj == NULL) {
        return NscgError(
            interp, "NET", "RETURN",
            "a link that is to come home has to go first: -return needs "
            "-netns");
    }
    if (NscgTarget(state, interp, pool, words->netnsObj, process) != TCL_OK) {
        return TCL_ERROR;
    }
    return process->pid > 0
        ? TCL_OK
        : NscgError(
            interp, "NET", "RETURN",
            "-return needs a process in -netns, by its handle or pid: when "
            "it has ended, the link comes home");
}

static int
Set(NscgState *state, int objc, Tcl_Obj *const objv[], NscgCompiler *compiler)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_step step = {NULL, NULL, NULL};
    struct lx_err err;

    if (NscgCompileLinkSet(compiler, objc, objv, &step) != TCL_OK) {
        return TCL_ERROR;
    }
    return step.run(&kernel, step.args, &err) == 0
        ? TCL_OK
        : NscgLxError(state->interp, &err);
}

/*
 * All that can fail does so before the link moves.
 */
static int
Lend(
    NscgLent *lent, NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    const NscgLinkWords *words)
{
    Tcl_Interp *interp = compiler->interp;
    NscgState *state = compiler->state;
    struct lx_target home, process;
    struct lx_err err;
    const char *name = NscgLinkName(compiler, objv[0]), *there = name;
    const char *where = NscgNetWhere(compiler, words->nsObj);

    if (name == NULL || where == NULL
        || (words->nameObj != NULL
            && (there = NscgLinkName(compiler, words->nameObj)) == NULL)
        || Targets(state, interp, compiler->pool, words, &home, &process)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_linkreturn_lend(&lent->lx, &home, &process, name, where, &err)
        != 0) {
        return NscgLxError(interp, &err);
    }
    if (NscgWatch(state, lent->lx.pidfd, Ended, lent) != TCL_OK) {
        return TCL_ERROR;
    }
    if (Set(state, objc, objv, compiler) != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_linkreturn_lent(&lent->lx, there, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    Forget(lent);
    lent->next = state->lent;
    state->lent = lent;
    return TCL_OK;
}

/*
 * At the prompt. For the words see NscgCompileLinkSet.
 */
int
NscgLinkSetCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    NscgCompiler compiler = {
        .state = state,
        .interp = interp,
        .pool = &pool,
        .host = true,
        .lends = true};
    NscgLinkWords words = {.nsObj = NULL};
    NscgLent *lent;
    int on = 0, result;

    if (NscgLinkSetWordsRead(interp, objc - 1, objv + 1, &words) != TCL_OK
        || NscgSwitch(interp, words.returnObj, &on) != TCL_OK) {
        return TCL_ERROR;
    }
    if (!on) {
        return NscgRunStep(state, NscgCompileLinkSet, objc, objv);
    }
    lent = calloc(1, sizeof(*lent));
    if (lent == NULL) {
        return NscgNoMemory(interp);
    }
    lent->state = state;
    lent->lx.at[0].fd = lent->lx.at[1].fd = -1;
    lent->lx.homeNs = lent->lx.pidfd = -1;
    result = Lend(lent, &compiler, objc, objv, &words);
    if (result != TCL_OK) {
        Drop(lent);
    }
    lx_pool_free(&pool);
    return result;
}
