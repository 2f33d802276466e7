/*
 * nscgArgs.c --
 *
 *      Objects to C values, each checked once and here.
 */

#include <limits.h>

#include "nscgInt.h"

/*
 * The kernel's text is the system encoding's, and ends at the first NUL.
 */
const char *
NscgText(Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj)
{
    Tcl_Size len;
    const char *utf = Tcl_GetStringFromObj(obj, &len);
    Tcl_DString external;
    char *copy;

    Tcl_UtfToExternalDString(NULL, utf, len, &external);
    len = Tcl_DStringLength(&external);
    if (memchr(Tcl_DStringValue(&external), '\0', (size_t)len) != NULL) {
        Tcl_DStringFree(&external);
        NscgError(
            interp, "VALUE", "NUL", "\"%s\" contains a NUL character", utf);
        return NULL;
    }
    copy = lx_pool_string(pool, Tcl_DStringValue(&external), (size_t)len);
    Tcl_DStringFree(&external);
    if (copy == NULL) {
        NscgNoMemory(interp);
    }
    return copy;
}

const char *
NscgPath(Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj)
{
    const char *path = NscgText(interp, pool, obj);

    if (path == NULL) {
        return NULL;
    }
    if (path[0] == '\0') {
        NscgError(interp, "VALUE", "EMPTY", "a path cannot be empty");
        return NULL;
    }
    if (strlen(path) >= PATH_MAX) {
        NscgError(
            interp, "VALUE", "TOOLONG",
            "path of %lu bytes is too long: the kernel takes %d",
            (unsigned long)strlen(path), PATH_MAX - 1);
        return NULL;
    }
    return path;
}

char **
NscgTexts(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[])
{
    char **texts = lx_pool_alloc(pool, ((size_t)objc + 1) * sizeof(char *));

    if (texts == NULL) {
        NscgNoMemory(interp);
        return NULL;
    }
    for (int i = 0; i < objc; i++) {
        texts[i] = (char *)NscgText(interp, pool, objv[i]);
        if (texts[i] == NULL) {
            return NULL;
        }
    }
    return texts;
}

int
NscgNumber(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, Tcl_WideInt min,
    Tcl_WideInt max, Tcl_WideInt *value)
{
    if (Tcl_GetWideIntFromObj(NULL, obj, value) != TCL_OK || *value < min
        || *value > max) {
        return NscgError(
            interp, "VALUE", "NUMBER",
            "bad %s \"%s\": must be a number from %" TCL_LL_MODIFIER
            "d to %" TCL_LL_MODIFIER "d",
            what, Tcl_GetString(obj), min, max);
    }
    return TCL_OK;
}

int
NscgId(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, uint32_t *id)
{
    Tcl_WideInt value;

    if (NscgNumber(interp, obj, what, 0, UINT32_MAX - 1, &value) != TCL_OK) {
        return TCL_ERROR;
    }
    *id = (uint32_t)value;
    return TCL_OK;
}

int
NscgSize(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, uint64_t *size)
{
    const char *text = Tcl_GetString(obj);

    if (!lx_bytes_parse(text, size)) {
        return NscgError(
            interp, "VALUE", "SIZE",
            "bad %s \"%s\": must be a number of bytes, such as 4096, 512K, "
            "256M or 2G",
            what, text);
    }
    return TCL_OK;
}

int
NscgMode(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, unsigned max,
    unsigned *mode)
{
    const char *text = Tcl_GetString(obj);
    const char *digits = text + (strncmp(text, "0o", 2) == 0 ? 2 : 0);
    size_t len = strspn(digits, "01234567");
    unsigned long value = ULONG_MAX;

    if (len > 0 && len <= 8 && digits[len] == '\0') {
        value = strtoul(digits, NULL, 8);
    }
    if (value > max) {
        return NscgError(
            interp, "VALUE", "MODE",
            "bad %s \"%s\": must be octal, from 0 to %o", what, text, max);
    }
    *mode = (unsigned)value;
    return TCL_OK;
}

int
NscgKind(Tcl_Interp *interp, Tcl_Obj *obj, enum lx_kind *kind)
{
    int found = lx_kind_find(Tcl_GetString(obj));

    if (found < 0) {
        Tcl_SetObjResult(
            interp,
            Tcl_ObjPrintf(
                "bad namespace kind \"%s\": must be cgroup, ipc, "
                "mnt, net, pid, time, user, or uts",
                Tcl_GetString(obj)));
        Tcl_SetErrorCode(
            interp, "TCL", "LOOKUP", "INDEX", "namespace kind",
            Tcl_GetString(obj), NULL);
        return TCL_ERROR;
    }
    *kind = (enum lx_kind)found;
    return TCL_OK;
}

int
NscgKinds(Tcl_Interp *interp, Tcl_Obj *listObj, unsigned *kinds)
{
    Tcl_Size count;
    Tcl_Obj **objs;

    if (Tcl_ListObjGetElements(interp, listObj, &count, &objs) != TCL_OK) {
        return TCL_ERROR;
    }
    *kinds = 0;
    for (Tcl_Size i = 0; i < count; i++) {
        enum lx_kind kind;

        if (NscgKind(interp, objs[i], &kind) != TCL_OK) {
            return TCL_ERROR;
        }
        *kinds |= LX_KIND_BIT(kind);
    }
    return TCL_OK;
}

/*
 * A signal by name, with or without SIG, or by number.
 */
int
NscgSignal(Tcl_Interp *interp, Tcl_Obj *obj, int *signal)
{
    *signal = lx_signal_find(Tcl_GetString(obj));
    if (*signal < 0) {
        return NscgError(
            interp, "VALUE", "SIGNAL",
            "bad signal \"%s\": must be a name such as SIGTERM, or a number "
            "from 0 to 64",
            Tcl_GetString(obj));
    }
    return TCL_OK;
}

Tcl_Obj *
NscgTextObj(const char *text)
{
    Tcl_DString utf;
    Tcl_Obj *obj;

    Tcl_ExternalToUtfDString(NULL, text, -1, &utf);
    obj = Tcl_NewStringObj(Tcl_DStringValue(&utf), Tcl_DStringLength(&utf));
    Tcl_DStringFree(&utf);
    return obj;
}
