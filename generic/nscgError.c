/*
 * nscgError.c --
 *
 *      From what went wrong to a message and an errorCode.
 */

#include <errno.h>
#include <stdio.h>

#include "nscgInt.h"

/*
 * The kernel's refusals have the errorCode {POSIX ENAME text} that Tcl's own
 * commands give; the hint follows the message after a semicolon.
 */
int
NscgLxError(Tcl_Interp *interp, const struct lx_err *err)
{
    Tcl_Obj *messageObj = Tcl_NewObj();
    Tcl_Obj *whatObj = NscgTextObj(err->what);

    if (err->step > 0) {
        Tcl_AppendPrintfToObj(messageObj, "step %d: ", err->step);
    }
    Tcl_IncrRefCount(whatObj);
    Tcl_AppendObjToObj(messageObj, whatObj);
    Tcl_DecrRefCount(whatObj);
    if (err->errnum != 0) {
        Tcl_SetErrno(err->errnum);
        Tcl_AppendStringsToObj(messageObj, ": ", Tcl_PosixError(interp), NULL);
    } else {
        Tcl_SetErrorCode(interp, "NSCG", err->area, err->reason, NULL);
    }
    if (err->hint[0] != '\0') {
        Tcl_Obj *hintObj = NscgTextObj(err->hint);

        Tcl_IncrRefCount(hintObj);
        Tcl_AppendToObj(messageObj, "; ", 2);
        Tcl_AppendObjToObj(messageObj, hintObj);
        Tcl_DecrRefCount(hintObj);
    }
    Tcl_SetObjResult(interp, messageObj);
    return TCL_ERROR;
}

int
NscgError(
    Tcl_Interp *interp, const char *area, const char *reason,
    const char *format, ...)
{
    va_list args;
    char message[2048];

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    Tcl_SetObjResult(interp, Tcl_NewStringObj(message, -1));
    Tcl_SetErrorCode(interp, "NSCG", area, reason, NULL);
    return TCL_ERROR;
}

int
NscgNoMemory(Tcl_Interp *interp)
{
    Tcl_SetErrno(ENOMEM);
    Tcl_SetObjResult(
        interp,
        Tcl_ObjPrintf("cannot get memory: %s", Tcl_PosixError(interp)));
    return TCL_ERROR;
}
