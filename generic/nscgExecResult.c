/*
 * nscgExecResult.c --
 *
 *      What ns exec gives and says: as Tcl's own exec would.
 */

#include "nscgInt.h"

/*
 * Lines that end with \r\n or \r end with \n: what Tcl calls the translation
 * auto. Returns how long the text is then.
 */
static Tcl_Size
Translate(char *text, Tcl_Size len)
{
    Tcl_Size to = 0;

    for (Tcl_Size from = 0; from < len; from++) {
        if (text[from] != '\r') {
            text[to++] = text[from];
        } else if (from + 1 == len || text[from + 1] != '\n') {
            text[to++] = '\n';
        }
    }
    return to;
}

/*
 * The output as text, as Tcl's exec would read it: in the system's encoding,
 * lines ended by \n; the last newline goes unless it is to be kept.
 */
static Tcl_Obj *
OutputObj(const struct lx_buffer *buffer, bool keepNewline)
{
    Tcl_DString utf;
    Tcl_Obj *obj;
    Tcl_Size len = (Tcl_Size)buffer->len;

    Tcl_ExternalToUtfDString(NULL, len > 0 ? buffer->data : "", len, &utf);
    len = Translate(Tcl_DStringValue(&utf), Tcl_DStringLength(&utf));
    if (!keepNewline && len > 0 && Tcl_DStringValue(&utf)[len - 1] == '\n') {
        len--;
    }
    obj = Tcl_NewStringObj(Tcl_DStringValue(&utf), len);
    Tcl_DStringFree(&utf);
    return obj;
}

#define OOM ": its group's memory limit was reached"

/*
 * What Tcl's exec says of a child that did not end with status 0: of a signal
 * always, of a status only where the child itself has said nothing.
 */
static int
ChildError(
    Tcl_Interp *interp, Tcl_Obj *resultObj, const struct lx_process *process,
    bool complains)
{
    Tcl_Obj *pidObj = Tcl_NewWideIntObj(process->pid);
    Tcl_Obj *codeObj = Tcl_NewObj();
    Tcl_Obj *textObj;
    char buf[16];

    if (process->state == LX_EXITED) {
        Tcl_ListObjAppendElement(
            NULL, codeObj, Tcl_NewStringObj("CHILDSTATUS", -1));
        Tcl_ListObjAppendElement(NULL, codeObj, pidObj);
        Tcl_ListObjAppendElement(
            NULL, codeObj, Tcl_NewWideIntObj(process->code));
        if (!complains) {
            Tcl_AppendStringsToObj(
                resultObj, "child process exited abnormally",
                process->oom ? OOM : "", NULL);
        }
    } else {
        Tcl_ListObjAppendElement(
            NULL, codeObj, Tcl_NewStringObj("CHILDKILLED", -1));
        Tcl_ListObjAppendElement(NULL, codeObj, pidObj);
        Tcl_ListObjAppendElement(
            NULL, codeObj,
            Tcl_NewStringObj(lx_signal_name(process->code, buf), -1));
        textObj = Tcl_NewStringObj(Tcl_SignalMsg(process->code), -1);
        Tcl_AppendToObj(textObj, process->oom ? OOM : "", -1);
        Tcl_ListObjAppendElement(NULL, codeObj, textObj);
        Tcl_AppendStringsToObj(
            resultObj, "child killed: ", Tcl_GetString(textObj),
            complains ? "\n" : "", NULL);
    }
    Tcl_SetObjErrorCode(interp, codeObj);
    return TCL_ERROR;
}

/*
 * From what was gathered, and how the process ended, to exec's result.
 */
int
NscgExecResult(
    Tcl_Interp *interp, const struct lx_process *process,
    const struct lx_collect *collect, bool keepNewline)
{
    bool failed = process->state != LX_EXITED || process->code != 0;
    bool complains = collect->errText.len > 0;
    Tcl_Obj *resultObj =
        OutputObj(&collect->outText, keepNewline || failed || complains);
    int result = TCL_OK;

    if (failed) {
        result = ChildError(interp, resultObj, process, complains);
    } else if (complains) {
        Tcl_SetErrorCode(interp, "NONE", NULL);
        result = TCL_ERROR;
    }
    if (complains) {
        Tcl_Obj *errObj = OutputObj(&collect->errText, false);

        Tcl_IncrRefCount(errObj);
        Tcl_AppendObjToObj(resultObj, errObj);
        Tcl_DecrRefCount(errObj);
    }
    Tcl_SetObjResult(interp, resultObj);
    return result;
}

/*
 * No result of exec's: the reason, and what the program said so far.
 */
int
NscgExecUnfinished(
    Tcl_Interp *interp, const struct lx_collect *collect, const char *reason,
    const char *message)
{
    Tcl_Obj *saidObj = OutputObj(&collect->outText, false);

    Tcl_IncrRefCount(saidObj);
    NscgError(
        interp, "NS", reason, "%s%s%s", message,
        collect->outText.len > 0 ? "; its output: " : "",
        Tcl_GetString(saidObj));
    Tcl_DecrRefCount(saidObj);
    return TCL_ERROR;
}
