/*
 * nscgDict.c --
 *
 *      Results: values into dicts.
 */

#include "nscgInt.h"

void
NscgPut(Tcl_Obj *dictObj, const char *key, Tcl_Obj *valueObj)
{
    Tcl_DictObjPut(NULL, dictObj, Tcl_NewStringObj(key, -1), valueObj);
}

void
NscgPutText(Tcl_Obj *dictObj, const char *key, const char *text)
{
    if (text != NULL) {
        NscgPut(dictObj, key, NscgTextObj(text));
    }
}

void
NscgPutNumber(Tcl_Obj *dictObj, const char *key, int64_t value)
{
    if (value >= 0) {
        NscgPut(dictObj, key, Tcl_NewWideIntObj((Tcl_WideInt)value));
    }
}

/*
 * What does not fit into a wide integer is text with its digits.
 */
Tcl_Obj *
NscgCountObj(uint64_t count)
{
    char digits[24];

    if (count <= INT64_MAX) {
        return Tcl_NewWideIntObj((Tcl_WideInt)count);
    }
    lx_format(digits, sizeof(digits), "%L", count);
    return Tcl_NewStringObj(digits, -1);
}

void
NscgPutBool(Tcl_Obj *dictObj, const char *key, bool value)
{
    NscgPut(dictObj, key, Tcl_NewBooleanObj(value));
}

void
NscgPutFlags(
    Tcl_Obj *dictObj, const char *key, unsigned flags,
    const char *(*name)(unsigned flags, int n), int count)
{
    Tcl_Obj *listObj = Tcl_NewObj();

    for (int i = 0; i < count; i++) {
        const char *text = name(flags, i);

        if (text != NULL) {
            Tcl_ListObjAppendElement(NULL, listObj, Tcl_NewStringObj(text, -1));
        }
    }
    NscgPut(dictObj, key, listObj);
}
