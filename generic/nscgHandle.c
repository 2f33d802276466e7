/*
 * nscgHandle.c --
 *
 *      Object commands that own something of the kernel's.
 */

#include "nscgInt.h"

static int
RunMethod(void *clientData, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    NscgHandle *handle = clientData;
    const NscgMethod *method;
    struct lx_err err;
    int index;

    if (objc < 2) {
        Tcl_WrongNumArgs(interp, 1, objv, "method ?arg ...?");
        return TCL_ERROR;
    }
    if (Tcl_GetIndexFromObjStruct(
            interp, objv[1], handle->type->methods, sizeof(NscgMethod),
            "method", TCL_EXACT, &index)
        != TCL_OK) {
        return TCL_ERROR;
    }
    method = &handle->type->methods[index];
    if (NscgCheckCount(
            interp, method->min, method->max, method->usage, 2, objc, objv)
        != TCL_OK) {
        return TCL_ERROR;
    }
    /* Its end is the handle's own business, wherever the thread is. */
    if (lx_thread_home(&err) != 0 && strcmp(method->name, "close") != 0) {
        return NscgLxError(interp, &err);
    }
    return method->run(handle, interp, objc - 2, objv + 2);
}

static void
Unlink(NscgHandle *handle)
{
    *handle->link = handle->next;
    if (handle->next != NULL) {
        handle->next->link = handle->link;
    }
}

/*
 * The command is gone, by whichever way: what it owned ends with it.
 */
static void
Deleted(void *clientData)
{
    NscgHandle *handle = clientData;

    Unlink(handle);
    handle->type->free(handle);
}

/*
 * An interpreter that is being deleted takes no new commands: a script can
 * delete its own, where a command of nscg's flushes a channel.
 */
int
NscgHandleCreate(
    NscgState *state, const NscgHandleType *type, NscgHandle *handle)
{
    Tcl_Obj *nameObj =
        Tcl_ObjPrintf("::nscg::%s%lu", type->name, ++state->lastHandle);

    Tcl_IncrRefCount(nameObj);
    handle->type = type;
    handle->state = state;
    handle->next = state->handles;
    handle->link = &state->handles;
    if (handle->next != NULL) {
        handle->next->link = &handle->next;
    }
    state->handles = handle;
    handle->token = Tcl_CreateObjCommand(
        state->interp, Tcl_GetString(nameObj), RunMethod, handle, Deleted);
    if (handle->token == NULL) {
        Tcl_DecrRefCount(nameObj);
        Unlink(handle);
        return NscgError(
            state->interp, "HANDLE", "DELETED",
            "this interpreter is being deleted");
    }
    Tcl_SetObjResult(state->interp, nameObj);
    Tcl_DecrRefCount(nameObj);
    return TCL_OK;
}

NscgHandle *
NscgHandleFind(NscgState *state, const NscgHandleType *type, Tcl_Obj *nameObj)
{
    Tcl_Command token = Tcl_GetCommandFromObj(state->interp, nameObj);
    Tcl_CmdInfo info;
    NscgHandle *handle;

    if (token == NULL || !Tcl_GetCommandInfoFromToken(token, &info)
        || info.objProc != RunMethod) {
        return NULL;
    }
    handle = info.objClientData;
    return handle->type == type ? handle : NULL;
}

void
NscgHandleClose(NscgHandle *handle)
{
    Tcl_DeleteCommandFromToken(handle->state->interp, handle->token);
}

int
NscgCloseMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)interp, (void)objc, (void)objv;
    NscgHandleClose(handle);
    return TCL_OK;
}

void
NscgHandleCall(NscgHandle *handle, Tcl_Obj *prefixObj, Tcl_Obj *wordObj)
{
    Tcl_Interp *interp = handle->state->interp;
    Tcl_Obj *commandObj = Tcl_DuplicateObj(prefixObj);
    Tcl_Obj *nameObj = Tcl_NewObj();

    Tcl_IncrRefCount(commandObj);
    Tcl_GetCommandFullName(interp, handle->token, nameObj);
    Tcl_ListObjAppendElement(NULL, commandObj, nameObj);
    Tcl_ListObjAppendElement(NULL, commandObj, wordObj);
    Tcl_Preserve(interp);
    if (Tcl_EvalObjEx(interp, commandObj, TCL_EVAL_GLOBAL) != TCL_OK) {
        Tcl_BackgroundException(interp, TCL_ERROR);
    }
    Tcl_Release(interp);
    Tcl_DecrRefCount(commandObj);
}
