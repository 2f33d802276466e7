/*
 * nscgError.c --
 *
 *      From what went wrong to a message and an errorCode.
 */

#include <errno.h>
#include <stdio.h>

#include "nscgInt.h"

/*
 * errorCode as Tcl's own commands set it, and the text for the message. Tcl
 * calls EPERM "not owner", after what the word meant in 1970, and thinks of
 * mathematics with ERANGE.
 */
static const char *
Posix(Tcl_Interp *interp, int errnum)
{
    const char *text;

    Tcl_SetErrno(errnum);
    text = Tcl_PosixError(interp);
    if (errnum == EPERM) {
        text = "operation not permitted";
        Tcl_SetErrorCode(interp, "POSIX", "EPERM", text, NULL);
    }
    if (errnum == ERANGE) {
        text = "numerical result out of range";
        Tcl_SetErrorCode(interp, "POSIX", "ERANGE", text, NULL);
    }
    return text;
}

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
        Tcl_AppendStringsToObj(
            messageObj, ": ", Posix(interp, err->errnum), NULL);
    } else {
        /* A detail that is NULL ends the list. */
        Tcl_SetErrorCode(
            interp, "NSCG", err->area, err->reason,
            err->detail[0] != '\0' ? err->detail : NULL, NULL);
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
    char *longer = NULL;
    int len;

    va_start(args, format);
    len = vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    if (len >= (int)sizeof(message)) {
        longer = malloc((size_t)len + 1);
    }
    if (longer != NULL) {
        va_start(args, format);
        vsnprintf(longer, (size_t)len + 1, format, args);
        va_end(args);
    }
    Tcl_SetObjResult(
        interp, Tcl_NewStringObj(longer != NULL ? longer : message, -1));
    free(longer);
    Tcl_SetErrorCode(interp, "NSCG", area, reason, NULL);
    return TCL_ERROR;
}

int
NscgNoMemory(Tcl_Interp *interp)
{
    Tcl_SetObjResult(
        interp, Tcl_ObjPrintf("cannot get memory: %s", Posix(interp, ENOMEM)));
    return TCL_ERROR;
}
