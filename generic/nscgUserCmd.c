/*
 * nscgUserCmd.c --
 *
 *      The step user.
 */

#include "nscgInt.h"

#define GROUPS_MAX 65536 /* NGROUPS_MAX of the kernel */

static const NscgOption userOptions[] = {
    {"-keepcaps", NSCG_OPT_BOOL, offsetof(struct lx_user, keepCaps), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

static int
ReadGroups(NscgCompiler *compiler, Tcl_Obj *listObj, struct lx_user *user)
{
    Tcl_Interp *interp = compiler->interp;
    Tcl_Size count;
    Tcl_Obj **objs;
    uint32_t *groups;

    user->groupsGiven = true;
    if (strcmp(Tcl_GetString(listObj), "keep") == 0) {
        user->keepGroups = true;
        return TCL_OK;
    }
    if (Tcl_ListObjGetElements(interp, listObj, &count, &objs) != TCL_OK) {
        return TCL_ERROR;
    }
    if (count > GROUPS_MAX) {
        return NscgError(
            interp, "VALUE", "NUMBER",
            "%" TCL_SIZE_MODIFIER "d groups are too many: the kernel takes %d",
            count, GROUPS_MAX);
    }
    groups = lx_pool_alloc(compiler->pool, (size_t)count * sizeof(*groups));
    if (groups == NULL) {
        return NscgNoMemory(interp);
    }
    for (Tcl_Size i = 0; i < count; i++) {
        if (NscgId(interp, objs[i], "group", &groups[i]) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    user->groups = groups;
    user->groupCount = (size_t)count;
    return TCL_OK;
}

/*
 * user UID ?GID? ?GROUPS? ?-keepcaps BOOL?
 *
 *      Becomes another user, for good: real, effective and saved ids.
 *
 *      UID, GID        numbers; GID is the same as UID unless given
 *      GROUPS          list of supplementary groups, none unless given; or
 *                      keep: they stay as they are
 *      -keepcaps BOOL  what is permitted stays so when root is left; it is
 *                      made effective again with caps set
 *      Errors          POSIX EPERM | EINVAL; NSCG VALUE NUMBER
 *      Kernel          setgroups(2), setresgid(2), setresuid(2), prctl(2)
 *                      PR_SET_KEEPCAPS, capabilities(7)
 */
int
NscgCompileUser(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Interp *interp = compiler->interp;
    struct lx_user *user = lx_pool_alloc(compiler->pool, sizeof(*user));
    int i = 1;

    if (user == NULL) {
        return NscgNoMemory(interp);
    }
    if (NscgId(interp, objv[0], "uid", &user->uid) != TCL_OK) {
        return TCL_ERROR;
    }
    user->gid = user->uid;
    if (i < objc && !NscgIsOption(objv[i])
        && NscgId(interp, objv[i++], "gid", &user->gid) != TCL_OK) {
        return TCL_ERROR;
    }
    if (i == 2 && i < objc && !NscgIsOption(objv[i])
        && ReadGroups(compiler, objv[i++], user) != TCL_OK) {
        return TCL_ERROR;
    }
    if (NscgOptions(
            interp, compiler->pool, userOptions, objc - i, objv + i,
            NSCG_TRAILING, NULL, user)
        != TCL_OK) {
        return TCL_ERROR;
    }
    step->run = lx_user_run;
    step->args = user;
    return TCL_OK;
}
