/*
 * nscgOptions.c --
 *
 *      -name value: one parser, which every command's table drives.
 */

#include "nscgInt.h"

#define FIELD(record, option, type) \
    ((type *)(void *)((char *)(record) + (option)->offset))

/*
 * Where options come last, a boolean may stand alone. "-readonly -nosuid" and
 * "-readonly 1 -nosuid 0" say what they seem to say: a word that reads as a
 * boolean is the value, any other is the next option.
 */
static bool
StandsAlone(const NscgOption *option, int flags, int left, Tcl_Obj *nextObj)
{
    int ignored;

    if ((option->type != NSCG_OPT_BOOL && option->type != NSCG_OPT_BIT
         && option->type != NSCG_OPT_SWITCH)
        || !(flags & NSCG_TRAILING)) {
        return false;
    }
    return left == 0
        || Tcl_GetBooleanFromObj(NULL, nextObj, &ignored) != TCL_OK;
}

static int
Milliseconds(Tcl_Interp *interp, const char *name, Tcl_Obj *obj, int *value)
{
    Tcl_WideInt wide;

    if (NscgNumber(interp, obj, name, 0, INT_MAX, &wide) != TCL_OK) {
        return TCL_ERROR;
    }
    *value = (int)wide;
    return TCL_OK;
}

static int
Read(
    Tcl_Interp *interp, struct lx_pool *pool, const NscgOption *option,
    Tcl_Obj *obj, void *record)
{
    int boolean = 1;

    switch (option->type) {
    case NSCG_OPT_BOOL:
    case NSCG_OPT_BIT:
        if (obj != NULL
            && Tcl_GetBooleanFromObj(interp, obj, &boolean) != TCL_OK) {
            return TCL_ERROR;
        }
        if (option->type == NSCG_OPT_BOOL) {
            *FIELD(record, option, bool) = boolean != 0;
        } else if (boolean) {
            *FIELD(record, option, unsigned) |= option->bits;
        } else {
            *FIELD(record, option, unsigned) &= ~option->bits;
        }
        return TCL_OK;
    case NSCG_OPT_OBJ:
    case NSCG_OPT_SWITCH:
        *FIELD(record, option, Tcl_Obj *) = obj;
        return TCL_OK;
    case NSCG_OPT_TEXT:
        return (*FIELD(record, option, const char *) =
                    NscgText(interp, pool, obj))
            ? TCL_OK
            : TCL_ERROR;
    case NSCG_OPT_PATH:
        return (*FIELD(record, option, const char *) =
                    NscgPath(interp, pool, obj))
            ? TCL_OK
            : TCL_ERROR;
    case NSCG_OPT_MS:
        return Milliseconds(
            interp, option->name, obj, FIELD(record, option, int));
    case NSCG_OPT_KINDS:
        return NscgKinds(interp, obj, FIELD(record, option, unsigned));
    case NSCG_OPT_WORD:
        return Tcl_GetIndexFromObj(
            interp, obj, option->words, option->name + 1, TCL_EXACT,
            FIELD(record, option, int));
    }
    return TCL_ERROR;
}

bool
NscgIsOption(Tcl_Obj *obj)
{
    return Tcl_GetString(obj)[0] == '-';
}

int
NscgSwitch(Tcl_Interp *interp, Tcl_Obj *obj, int *value)
{
    if (obj == NULL) {
        return TCL_OK;
    }
    if (NscgIsOption(obj)) { /* it stood alone */
        *value = 1;
        return TCL_OK;
    }
    return Tcl_GetBooleanFromObj(interp, obj, value);
}

int
NscgOptions(
    Tcl_Interp *interp, struct lx_pool *pool, const NscgOption *options,
    int objc, Tcl_Obj *const objv[], int flags, int *used, void *record)
{
    int i = 0;

    while (i < objc) {
        const char *word = Tcl_GetString(objv[i]);
        Tcl_Obj *valueObj;
        int index;
        bool alone;

        if (!(flags & NSCG_TRAILING)) {
            if (strcmp(word, "--") == 0) {
                i++;
                break;
            }
            if (word[0] != '-') {
                break;
            }
        }
        if (Tcl_GetIndexFromObjStruct(
                interp, objv[i], options, sizeof(*options), "option", TCL_EXACT,
                &index)
            != TCL_OK) {
            return TCL_ERROR;
        }
        i++;
        alone = StandsAlone(
            &options[index], flags, objc - i, i < objc ? objv[i] : NULL);
        if (!alone && i == objc) {
            Tcl_SetObjResult(
                interp, Tcl_ObjPrintf("value for \"%s\" missing", word));
            Tcl_SetErrorCode(interp, "TCL", "WRONGARGS", NULL);
            return TCL_ERROR;
        }
        valueObj = alone ? NULL : objv[i];
        if (alone && options[index].type == NSCG_OPT_SWITCH) {
            valueObj = objv[i - 1]; /* its own name: see NscgSwitch */
        }
        if (Read(interp, pool, &options[index], valueObj, record) != TCL_OK) {
            return TCL_ERROR;
        }
        i += alone ? 0 : 1;
    }
    if (used != NULL) {
        *used = i;
    }
    return TCL_OK;
}
