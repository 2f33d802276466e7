/*
 * nscgCgroupWords.c --
 *
 *      Words that the commands of `cgroup` share: groups and controllers.
 */

#include "nscgCgroup.h"

/* -- Words to values ------------------------------------------------------ */

struct lx_cgroups *
NscgCgroups(NscgState *state, Tcl_Interp *interp)
{
    struct lx_err err;

    if (lx_cgroups_fresh(&state->cgroups, &err) != 0) {
        NscgLxError(interp, &err);
        return NULL;
    }
    return &state->cgroups;
}

int
NscgGroup(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nameObj,
    struct lx_group *group)
{
    struct lx_cgroups *cgroups = NscgCgroups(state, interp);
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    const char *name =
        cgroups != NULL ? NscgText(interp, &pool, nameObj) : NULL;
    int result = TCL_ERROR;

    if (name != NULL) {
        result = lx_group_name(group, cgroups, name, &err) == 0
            ? TCL_OK
            : NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}

int
NscgGroupThere(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nameObj,
    struct lx_group *group, unsigned *where)
{
    struct lx_err err;

    if (NscgGroup(state, interp, nameObj, group) != TCL_OK) {
        return TCL_ERROR;
    }
    return lx_group_need(group, where, &err) == 0 ? TCL_OK
                                                  : NscgLxError(interp, &err);
}

int
NscgGroupBase(
    NscgState *state, Tcl_Interp *interp, struct lx_group *group,
    unsigned *where)
{
    const struct lx_cgroups *cgroups = NscgCgroups(state, interp);
    struct lx_err err;

    if (cgroups == NULL) {
        return TCL_ERROR;
    }
    lx_group_base(group, cgroups);
    return lx_group_need(group, where, &err) == 0 ? TCL_OK
                                                  : NscgLxError(interp, &err);
}

static int
BadController(Tcl_Interp *interp, const char *name)
{
    Tcl_Obj *namesObj = Tcl_NewStringObj("io", -1);

    Tcl_IncrRefCount(namesObj);
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        Tcl_AppendPrintfToObj(
            namesObj, ", %s%s", i == LX_CONTROLLERS - 1 ? "or " : "",
            lx_controllers[i].name1);
    }
    NscgError(
        interp, "CGROUP", "CONTROLLER", "bad controller \"%s\": must be %s",
        name, Tcl_GetString(namesObj));
    Tcl_DecrRefCount(namesObj);
    return TCL_ERROR;
}

int
NscgController(Tcl_Interp *interp, Tcl_Obj *nameObj, unsigned *controllers)
{
    int found = lx_controller_find(Tcl_GetString(nameObj));

    if (found < 0) {
        return BadController(interp, Tcl_GetString(nameObj));
    }
    *controllers |= LX_CG_BIT(found);
    return TCL_OK;
}

int
NscgControllers(Tcl_Interp *interp, Tcl_Obj *listObj, unsigned *controllers)
{
    Tcl_Obj **objv;
    Tcl_Size objc;

    *controllers = 0;
    if (Tcl_ListObjGetElements(interp, listObj, &objc, &objv) != TCL_OK) {
        return TCL_ERROR;
    }
    for (Tcl_Size i = 0; i < objc; i++) {
        if (NscgController(interp, objv[i], controllers) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

/* -- Values to words ------------------------------------------------------ */

Tcl_Obj *
NscgControllersObj(unsigned controllers, int version)
{
    Tcl_Obj *listObj = Tcl_NewObj();

    for (int i = 0; i < LX_CONTROLLERS; i++) {
        const struct lx_controllerinfo *info = &lx_controllers[i];
        const char *name = version == 2 ? info->name2 : info->name1;

        if ((controllers & LX_CG_BIT(i)) && name != NULL) {
            Tcl_ListObjAppendElement(NULL, listObj, Tcl_NewStringObj(name, -1));
        }
    }
    return listObj;
}
