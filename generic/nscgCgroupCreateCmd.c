/*
 * nscgCgroupCreateCmd.c --
 *
 *      cgroup create.
 */

#include "nscgCgroup.h"

/* ------------------------------------------------------------------------
 * cgroup create NAME ?-option value ...?
 *
 *      Makes a group, in each hierarchy that its controllers need, and in
 *      version 2 wherever that is mounted.
 *
 *      -controllers LIST   which; those that its parent has, if not given,
 *                          and those of the keys in -set. They are enabled
 *                          above it where need be.
 *                          name=NAME: in the hierarchy of that name
 *      -parents BOOL       groups above it that are missing are made as well
 *      -set DICT           keys and values, as for cgroup set; when one is
 *                          refused, nothing of the group is left
 *      -threaded BOOL      version 2: it takes threads of its parent's
 *                          processes
 *      Result          the name
 *      Errors          POSIX EEXIST | ENOENT | EACCES | EBUSY | EROFS;
 *                      NSCG CGROUP NAME | CONTROLLER | NOTMOUNTED |
 *                      NOCONTROLLER | ROOT
 *      Kernel          cgroups(7), cgroup-v2.rst
 */

struct createwords {
    Tcl_Obj *controllersObj, *setObj;
    bool parents, threaded;
};

static const NscgOption createOptions[] = {
    {"-controllers", NSCG_OPT_OBJ, offsetof(struct createwords, controllersObj),
     NULL, 0},
    {"-parents", NSCG_OPT_BOOL, offsetof(struct createwords, parents), NULL, 0},
    {"-set", NSCG_OPT_OBJ, offsetof(struct createwords, setObj), NULL, 0},
    {"-threaded", NSCG_OPT_BOOL, offsetof(struct createwords, threaded), NULL,
     0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

static int
SettingsOfDict(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *dictObj,
    struct lx_settings *settings)
{
    Tcl_Obj **objv;
    Tcl_Size objc;

    if (Tcl_DictObjSize(interp, dictObj, &objc) != TCL_OK
        || Tcl_ListObjGetElements(interp, dictObj, &objc, &objv) != TCL_OK) {
        Tcl_SetObjResult(
            interp, Tcl_ObjPrintf("bad -set: %s", Tcl_GetStringResult(interp)));
        return TCL_ERROR;
    }
    return NscgSettings(interp, pool, (int)objc, objv, settings);
}

/*
 * Of a hierarchy that may have no controllers the name says which it is.
 */
static int
HierarchiesOfList(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *listObj,
    const struct lx_group *group, struct lx_cgcreate *create)
{
    Tcl_Obj **objv;
    Tcl_Size objc;
    struct lx_err err;

    create->all = false;
    if (Tcl_ListObjGetElements(interp, listObj, &objc, &objv) != TCL_OK) {
        return TCL_ERROR;
    }
    for (Tcl_Size i = 0; i < objc; i++) {
        const char *word = NscgText(interp, pool, objv[i]);

        if (word == NULL) {
            return TCL_ERROR;
        }
        if (strncmp(word, "name=", 5) != 0 || word[5] == '\0') {
            if (NscgController(interp, objv[i], &create->controllers)
                != TCL_OK) {
                return TCL_ERROR;
            }
        } else if (lx_cgcreate_named(create, group, word + 5, &err) != 0) {
            return NscgLxError(interp, &err);
        }
    }
    return TCL_OK;
}

int
NscgCgroupCreateCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct createwords words = {NULL, NULL, false, false};
    struct lx_cgcreate create = {.all = true};
    struct lx_pool pool = {NULL, NULL};
    struct lx_settings settings;
    struct lx_group group;
    struct lx_err err;
    int result = TCL_OK;

    if (NscgOptions(
            interp, NULL, createOptions, objc - 1, objv + 1, NSCG_TRAILING,
            NULL, &words)
            != TCL_OK
        || NscgGroup(state, interp, objv[0], &group) != TCL_OK) {
        return TCL_ERROR;
    }
    if (words.controllersObj != NULL) {
        result = HierarchiesOfList(
            interp, &pool, words.controllersObj, &group, &create);
    }
    create.parents = words.parents;
    create.threaded = words.threaded;
    if (result == TCL_OK && words.setObj != NULL) {
        result = SettingsOfDict(interp, &pool, words.setObj, &settings);
        create.settings = &settings;
    }
    if (result == TCL_OK && lx_group_create(&group, &create, &err) != 0) {
        result = NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    if (result == TCL_OK) {
        Tcl_SetObjResult(interp, NscgTextObj(group.name));
    }
    return result;
}
