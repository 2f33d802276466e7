/*
 * nscgCgroupLifeCmd.c --
 *
 *      cgroup freeze, thaw, kill, delete, delegate: what becomes of a group.
 */

#include <signal.h>

#include "nscgCgroup.h"

static const NscgOption timeoutOption[] = {
    {"-timeout", NSCG_OPT_MS, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};

/* ------------------------------------------------------------------------
 * cgroup freeze NAME ?-timeout MS?
 *
 *      All in a group, and in those below it, stand still until cgroup thaw.
 *      Returns when they do.
 *
 *      -timeout MS     default 2000; when the time is over they go on
 *      Result          empty
 *      Errors          NSCG CGROUP TIMEOUT | UNSUPPORTED | ROOT | SELF | NAME;
 *                      POSIX ENOENT | EACCES
 *      Kernel          cgroup-v2.rst (cgroup.freeze), freezer-subsystem.rst
 */
int
NscgCgroupFreezeCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_group group;
    struct lx_err err;
    unsigned where;
    int timeout = LX_GROUP_TIMEOUT;

    if (NscgOptions(
            interp, NULL, timeoutOption, objc - 1, objv + 1, NSCG_TRAILING,
            NULL, &timeout)
            != TCL_OK
        || NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    return lx_group_freeze(&group, where, timeout, &err) == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}

/* ------------------------------------------------------------------------
 * cgroup thaw NAME
 *
 *      They go on.
 *
 *      Result          empty
 *      Errors          NSCG CGROUP FROZEN (it is done, but a group above it is
 *                      frozen too) | UNSUPPORTED | ROOT | NAME;
 *                      POSIX ENOENT | EACCES
 *      Kernel          as above
 */
int
NscgCgroupThawCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_group group;
    struct lx_err err;
    unsigned where;

    (void)objc;
    if (NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    return lx_group_thaw(&group, where, &err) == 0 ? TCL_OK
                                                   : NscgLxError(interp, &err);
}

/* ------------------------------------------------------------------------
 * cgroup kill NAME ?SIGNAL? ?-option value ...?
 *
 *      A signal for all in a group and in those below it, those too that are
 *      forked meanwhile.
 *
 *      SIGNAL          default KILL; then it returns when all are gone
 *      -self BOOL      also when this process is in it
 *      -timeout MS     default 2000
 *      Result          empty
 *      Errors          NSCG CGROUP SELF | ROOT | TIMEOUT | NAME; POSIX ENOENT
 *                      | EACCES | EPERM; NSCG VALUE SIGNAL
 *      Kernel          cgroup-v2.rst (cgroup.kill), pidfd_send_signal(2)
 */
int
NscgCgroupKillCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-self", NSCG_OPT_BOOL, offsetof(struct lx_cgkill, self), NULL, 0},
        {"-timeout", NSCG_OPT_MS, offsetof(struct lx_cgkill, timeoutMs), NULL,
         0},
        {NULL, 0, 0, NULL, 0}};
    struct lx_cgkill request = {
        .signal = SIGKILL, .timeoutMs = LX_GROUP_TIMEOUT};
    int words = objc > 1 && !NscgIsOption(objv[1]) ? 2 : 1;
    struct lx_group group;
    struct lx_err err;
    unsigned where;

    if (NscgOptions(
            interp, NULL, options, objc - words, objv + words, NSCG_TRAILING,
            NULL, &request)
            != TCL_OK
        || (words == 2
            && NscgSignal(interp, objv[1], &request.signal) != TCL_OK)
        || NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    return lx_group_kill(&group, where, &request, &err) == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}

/* ------------------------------------------------------------------------
 * cgroup delete NAME ?-option value ...?
 *
 *      Removes a group in every hierarchy in which it is.
 *
 *      -recursive BOOL the groups in it as well
 *      -kill BOOL      whoever is in it is killed
 *      -timeout MS     for those who are just ending; default 2000
 *      Result          empty
 *      Errors          POSIX EBUSY | ENOENT | EACCES; NSCG CGROUP ROOT | SELF |
 *                      TIMEOUT | NAME
 *      Kernel          rmdir(2), cgroups(7)
 */
int
NscgCgroupDeleteCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-kill", NSCG_OPT_BOOL, offsetof(struct lx_cgdelete, kill), NULL, 0},
        {"-recursive", NSCG_OPT_BOOL, offsetof(struct lx_cgdelete, recursive),
         NULL, 0},
        {"-timeout", NSCG_OPT_MS, offsetof(struct lx_cgdelete, timeoutMs), NULL,
         0},
        {NULL, 0, 0, NULL, 0}};
    struct lx_cgdelete request = {.timeoutMs = LX_GROUP_TIMEOUT};
    struct lx_group group;
    struct lx_err err;
    unsigned where;

    if (NscgOptions(
            interp, NULL, options, objc - 1, objv + 1, NSCG_TRAILING, NULL,
            &request)
            != TCL_OK
        || NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_group_delete(&group, where, &request, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    lx_statcache_forget(state->cgroups.stats, &group);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup delegate NAME ?-option value ...?
 *
 *      Version 2: the processes in a group itself go to the group nscg-leaf
 *      below it, so that the groups in it may have controllers. Or, with
 *      -user: that user may do as he likes below the group.
 *
 *      NAME            {}: what relative names are below. Not to be left out,
 *                      since those who only ask for the usage do so
 *      -user UID       the user whose it is to be, and
 *      -group GID      his group; default: as it is
 *      -timeout MS     for new processes to stop coming; default 2000
 *      Result          the leaf's name, empty where version 2 is not mounted;
 *                      with -user, the group's
 *      Errors          NSCG CGROUP OWNER | ROOT | TIMEOUT | NAME; POSIX ENOENT
 *                      | EACCES | EPERM
 *      Kernel          cgroup-v2.rst (delegation, no internal processes)
 */
struct delegatewords {
    Tcl_Obj *userObj, *groupObj;
    int timeoutMs;
};

static int
Give(
    Tcl_Interp *interp, const struct delegatewords *words,
    struct lx_group *group, unsigned where)
{
    uint32_t uid, gid = UINT32_MAX;
    struct lx_err err;

    if (NscgId(interp, words->userObj, "uid", &uid) != TCL_OK
        || (words->groupObj != NULL
            && NscgId(interp, words->groupObj, "gid", &gid) != TCL_OK)) {
        return TCL_ERROR;
    }
    if (lx_group_give(group, where, uid, gid, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    Tcl_SetObjResult(interp, NscgTextObj(group->name));
    return TCL_OK;
}

int
NscgCgroupDelegateCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-group", NSCG_OPT_OBJ, offsetof(struct delegatewords, groupObj), NULL,
         0},
        {"-timeout", NSCG_OPT_MS, offsetof(struct delegatewords, timeoutMs),
         NULL, 0},
        {"-user", NSCG_OPT_OBJ, offsetof(struct delegatewords, userObj), NULL,
         0},
        {NULL, 0, 0, NULL, 0}};
    struct delegatewords words = {.timeoutMs = LX_GROUP_TIMEOUT};
    bool named = Tcl_GetString(objv[0])[0] != '\0';
    struct lx_group group, leaf;
    struct lx_err err;
    unsigned where;
    int result;

    if (NscgOptions(
            interp, NULL, options, objc - 1, objv + 1, NSCG_TRAILING, NULL,
            &words)
            != TCL_OK
        || (named ? NscgGroupThere(state, interp, objv[0], &group, &where)
                  : NscgGroupBase(state, interp, &group, &where))
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (words.userObj != NULL) {
        return Give(interp, &words, &group, where);
    }
    if (words.groupObj != NULL) {
        return NscgError(
            interp, "CGROUP", "USER", "-group needs -user, whose group it is");
    }
    result = lx_group_leaf(&group, &leaf, words.timeoutMs, &err);
    if (result < 0) {
        return NscgLxError(interp, &err);
    }
    if (result > 0) {
        Tcl_SetObjResult(interp, NscgTextObj(leaf.name));
    }
    return TCL_OK;
}
