/*
 * nscgLaunchGroup.c --
 *
 *      -cgroup of ns clone and ns exec: the groups that the program is in
 *      before its first instruction.
 */

#include "nscgCgroup.h"

/*
 * A group by name; or, for the handle of a process, all groups of that.
 */
static int
Birth(
    NscgCompiler *compiler, const struct lx_cgroups *cgroups, Tcl_Obj *nameObj,
    bool explain, struct lx_births *births)
{
    const NscgHandle *handle =
        NscgHandleFind(compiler->state, &nscgProcessType, nameObj);
    struct lx_group *group = lx_pool_alloc(compiler->pool, sizeof(*group));
    const char *name = NscgText(compiler->interp, compiler->pool, nameObj);
    struct lx_err err;

    if (name == NULL) {
        return TCL_ERROR;
    }
    if (group == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    if (handle != NULL) {
        struct lx_target target = LX_TARGET_NONE;

        NscgProcessTarget(handle, &target);
        return lx_births_like(
                   births, cgroups, &target, explain, compiler->pool, &err)
                == 0
            ? TCL_OK
            : NscgLxError(compiler->interp, &err);
    }
    if (lx_group_name(group, cgroups, name, &err) != 0
        || lx_births_add(births, group, explain, compiler->pool, &err) != 0) {
        return NscgLxError(compiler->interp, &err);
    }
    return TCL_OK;
}

int
NscgBirths(
    NscgCompiler *compiler, Tcl_Obj *listObj, bool explain,
    struct lx_launch *launch)
{
    const struct lx_cgroups *cgroups;
    struct lx_births *births;
    Tcl_Obj **objv;
    Tcl_Size objc;

    if (listObj == NULL) {
        return TCL_OK;
    }
    if (Tcl_ListObjGetElements(compiler->interp, listObj, &objc, &objv)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (objc == 0) {
        return TCL_OK;
    }
    /* Looked at once: the groups have the places of the hierarchies in it. */
    cgroups = NscgCgroups(compiler->state, compiler->interp);
    if (cgroups == NULL) {
        return TCL_ERROR;
    }
    births = lx_pool_alloc(compiler->pool, sizeof(*births));
    if (births == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    births->into = -1;
    for (Tcl_Size i = 0; i < objc; i++) {
        if (Birth(compiler, cgroups, objv[i], explain, births) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    launch->births = births->count > 0 ? births : NULL;
    return TCL_OK;
}
