/*
 * nscgTarget.c --
 *
 *      TARGET: a pid, a handle, the path of a namespace file, or self.
 */

#include "nscgInt.h"

/* Also of a number that is too large for any integer. */
static bool
IsDigits(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

int
NscgTarget(
    NscgState *state, Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj,
    struct lx_target *target)
{
    const char *text = Tcl_GetString(obj);
    NscgHandle *handle;
    Tcl_WideInt pid;

    *target = (struct lx_target)LX_TARGET_NONE;
    if (strcmp(text, "self") == 0) {
        target->self = true;
        return TCL_OK;
    }
    if (Tcl_GetWideIntFromObj(NULL, obj, &pid) == TCL_OK || IsDigits(text)) {
        if (NscgNumber(interp, obj, "pid", 1, INT_MAX, &pid) != TCL_OK) {
            return TCL_ERROR;
        }
        target->pid = (pid_t)pid;
        return TCL_OK;
    }
    if ((handle = NscgHandleFind(state, &nscgProcessType, obj)) != NULL) {
        NscgProcessTarget(handle, target);
        return TCL_OK;
    }
    if ((handle = NscgHandleFind(state, &nscgNamespaceType, obj)) != NULL) {
        NscgNamespaceTarget(handle, target);
        return TCL_OK;
    }
    if (strchr(text, '/') != NULL) {
        target->path = NscgPath(interp, pool, obj);
        return target->path != NULL ? TCL_OK : TCL_ERROR;
    }
    return NscgError(
        interp, "NS", "TARGET",
        "bad target \"%s\": must be a pid, self, the path of a namespace "
        "file, or an open handle of this interpreter",
        text);
}
