/*
 * nscgLayerCmd.c --
 *
 *      mount layer: what an overlay's upper folder says.
 */

#include "nscgInt.h"

/*
 * mount layer DIR
 *
 *      What the upper folder of an overlay holds: the changes to the layers
 *      below it. The overlay need not be mounted.
 *
 *      DIR             the folder
 *      Result          list of dicts, a folder before what is in it: path
 *                      (from DIR, which is "/"), type (file, folder, link,
 *                      whiteout, other); of a folder that hides those of the
 *                      same name below it, opaque (1); of one whose inside is
 *                      too deep and left out, deep (1)
 *      Errors          POSIX ENOENT | ENOTDIR | EACCES
 *      Kernel          overlayfs: whiteouts and opaque directories
 */
static int
Found(void *arg, const struct lx_layerentry *entry, struct lx_err *err)
{
    static const char *const types[] = {
        [LX_LAYER_FILE] = "file",
        [LX_LAYER_FOLDER] = "folder",
        [LX_LAYER_LINK] = "link",
        [LX_LAYER_WHITEOUT] = "whiteout",
        [LX_LAYER_OTHER] = "other"};
    Tcl_Obj *entryObj = Tcl_NewDictObj();

    (void)err;
    Tcl_DictObjPut(
        NULL, entryObj, Tcl_NewStringObj("path", -1), NscgTextObj(entry->path));
    Tcl_DictObjPut(
        NULL, entryObj, Tcl_NewStringObj("type", -1),
        Tcl_NewStringObj(types[entry->type], -1));
    if (entry->opaque) {
        Tcl_DictObjPut(
            NULL, entryObj, Tcl_NewStringObj("opaque", -1),
            Tcl_NewWideIntObj(1));
    }
    if (entry->deep) {
        Tcl_DictObjPut(
            NULL, entryObj, Tcl_NewStringObj("deep", -1), Tcl_NewWideIntObj(1));
    }
    Tcl_ListObjAppendElement(NULL, arg, entryObj);
    return 0;
}

int
NscgLayerCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    Tcl_Obj *resultObj = Tcl_NewObj();
    const char *path = NscgPath(interp, &pool, objv[0]);
    struct lx_err err;
    int result = TCL_ERROR;

    (void)state, (void)objc;
    Tcl_IncrRefCount(resultObj);
    if (path != NULL) {
        result = lx_layer_walk(path, Found, resultObj, &err) == 0
            ? TCL_OK
            : NscgLxError(interp, &err);
    }
    if (result == TCL_OK) {
        Tcl_SetObjResult(interp, resultObj);
    }
    Tcl_DecrRefCount(resultObj);
    lx_pool_free(&pool);
    return result;
}
