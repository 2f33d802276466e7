/*
 * nscg.c --
 *
 *      The package's start, and the state of one interpreter.
 */

#include "nscgCgroup.h"

#ifndef PACKAGE_VERSION
#error "PACKAGE_VERSION comes from configure"
#endif

/*
 * Before exit: what others do at the end they do at home.
 */
static void
AtExit(void *clientData)
{
    NscgState *state = clientData;

    if (state->thread == Tcl_GetCurrentThread()) {
        lx_thread_leave();
        NscgLentFree(state);
    }
}

/*
 * Runs when the interpreter goes: its handles end what they own.
 */
static void
FreeState(void *clientData, Tcl_Interp *interp)
{
    NscgState *state = clientData;

    (void)interp;
    Tcl_DeleteExitHandler(AtExit, state);
    while (state->handles != NULL) {
        NscgHandleClose(state->handles);
    }
    NscgLentFree(state);
    NscgWatchesFree(state);
    NscgEventsFree(state);
    lx_fd_close(&state->initFd);
    lx_cgroups_free(&state->cgroups);
    NscgStatsFree(state);
    lx_thread_forget(LX_KINDS_ALL); /* another interpreter gets them anew */
    free(state);
}

DLLEXPORT int Nscg_Init(Tcl_Interp *interp);

int
Nscg_Init(Tcl_Interp *interp)
{
    NscgState *state;

    if (Tcl_InitStubs(interp, "8.6-10", 0) == NULL) {
        return TCL_ERROR;
    }
    if (Tcl_GetAssocData(interp, "nscg", NULL) != NULL) {
        return TCL_OK;
    }
    state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return NscgNoMemory(interp);
    }
    state->interp = interp;
    state->thread = Tcl_GetCurrentThread();
    state->initFd = -1;
    lx_cgroups_init(&state->cgroups);
    Tcl_SetAssocData(interp, "nscg", FreeState, state);
    Tcl_CreateExitHandler(AtExit, state);
    if (NscgDefineCommands(state) != TCL_OK) {
        return TCL_ERROR;
    }
    return Tcl_PkgProvideEx(interp, "nscg", PACKAGE_VERSION, NULL);
}
