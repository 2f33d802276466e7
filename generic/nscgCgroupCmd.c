/*
 * nscgCgroupCmd.c --
 *
 *      The table of `cgroup`, and what it says of the machine: hierarchies,
 *      controllers, and where processes are.
 */

#include "nscgCgroup.h"

/* ------------------------------------------------------------------------
 * cgroup mode
 *
 *      Where this machine has its controllers.
 *
 *      Result          v1, v2, hybrid (version 2 beside controllers on
 *                      version 1), or none
 *      Kernel          cgroups(7)
 */
static int
ModeCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const struct lx_cgroups *cgroups = NscgCgroups(state, interp);
    bool one = false;

    (void)objc, (void)objv;
    if (cgroups == NULL) {
        return TCL_ERROR;
    }
    for (int i = 0; i < cgroups->count; i++) {
        one = one
            || (cgroups->list[i].version == 1
                && cgroups->list[i].controllers != 0);
    }
    Tcl_SetObjResult(
        interp,
        Tcl_NewStringObj(
            cgroups->unified >= 0 ? (one ? "hybrid" : "v2")
                                  : (one ? "v1" : "none"),
            -1));
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup hierarchies
 *
 *      The hierarchies that are mounted here.
 *
 *      Result          list of dicts: hierarchy (its name, as the keys of
 *                      cgroup of), version, controllers, path, root (the group
 *                      that is seen there), readonly
 *      Kernel          cgroups(7), proc_pid_mountinfo(5)
 */
static int
HierarchiesCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const struct lx_cgroups *cgroups = NscgCgroups(state, interp);
    Tcl_Obj *resultObj;

    (void)objc, (void)objv;
    if (cgroups == NULL) {
        return TCL_ERROR;
    }
    resultObj = Tcl_NewObj();
    for (int i = 0; i < cgroups->count; i++) {
        const struct lx_hierarchy *hierarchy = &cgroups->list[i];
        Tcl_Obj *dictObj = Tcl_NewDictObj();

        NscgPut(dictObj, "hierarchy", NscgTextObj(hierarchy->label));
        NscgPut(dictObj, "version", Tcl_NewWideIntObj(hierarchy->version));
        NscgPut(
            dictObj, "controllers",
            NscgControllersObj(hierarchy->controllers, hierarchy->version));
        NscgPut(dictObj, "path", NscgTextObj(hierarchy->path));
        NscgPut(dictObj, "root", NscgTextObj(hierarchy->root));
        NscgPut(dictObj, "readonly", Tcl_NewBooleanObj(hierarchy->readonly));
        Tcl_ListObjAppendElement(NULL, resultObj, dictObj);
    }
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup controllers
 *
 *      The controllers that this kernel has, and where each is.
 *
 *      Result          dict: controller -> dict: mounted; and when it is 1
 *                      version, hierarchy, path
 *      Kernel          cgroups(7), /proc/cgroups
 */
static int
ControllersCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const struct lx_cgroups *cgroups = NscgCgroups(state, interp);
    Tcl_Obj *resultObj;

    (void)objc, (void)objv;
    if (cgroups == NULL) {
        return TCL_ERROR;
    }
    resultObj = Tcl_NewDictObj();
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        int index = lx_cgroups_of(cgroups, (enum lx_controller)i);
        Tcl_Obj *dictObj;

        if (index < 0 && !(cgroups->enabled & LX_CG_BIT(i))) {
            continue;
        }
        dictObj = Tcl_NewDictObj();
        NscgPut(dictObj, "mounted", Tcl_NewBooleanObj(index >= 0));
        if (index >= 0) {
            const struct lx_hierarchy *hierarchy = &cgroups->list[index];

            NscgPut(dictObj, "version", Tcl_NewWideIntObj(hierarchy->version));
            NscgPut(dictObj, "hierarchy", NscgTextObj(hierarchy->label));
            NscgPut(dictObj, "path", NscgTextObj(hierarchy->path));
        }
        NscgPut(
            resultObj,
            index >= 0 && cgroups->list[index].version == 2
                ? lx_controllers[i].name2
                : lx_controllers[i].name1,
            dictObj);
    }
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup of ?TARGET?
 *
 *      The groups that a process is in.
 *
 *      TARGET          a pid, a process handle, or self (the default)
 *      Result          dict: hierarchy -> the group's path there, as the
 *                      kernel writes it; version 2 is called unified
 *      Errors          NSCG NS EXITED, NSCG NS TARGET; POSIX EACCES
 *      Kernel          cgroups(7), /proc/PID/cgroup
 */
static int
OfCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_target target = LX_TARGET_SELF;
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    struct lx_cgline parsed;
    char *text = NULL, *next;
    Tcl_Obj *resultObj;

    if (objc == 0
        || NscgTarget(state, interp, &pool, objv[0], &target) == TCL_OK) {
        text = lx_proc_text(&target, "cgroup", &err);
        if (text == NULL) {
            NscgLxError(interp, &err);
        }
    }
    lx_pool_free(&pool);
    if (text == NULL) {
        return TCL_ERROR;
    }
    resultObj = Tcl_NewDictObj();
    for (next = text; lx_cgline_next(&next, &parsed);) {
        Tcl_DictObjPut(
            NULL, resultObj, NscgTextObj(parsed.label),
            NscgTextObj(parsed.path));
    }
    free(text);
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup base ?PATH?
 *
 *      What relative names are below: this process's own groups, as they were
 *      when nscg first looked, or PATH once it is set.
 *
 *      PATH            a group with a "/" before it; {} for the own groups, as
 *                      they are now
 *      Result          dict: hierarchy -> the group
 *      Errors          NSCG CGROUP NAME; POSIX ENOENT
 *      Kernel          cgroups(7)
 */
static int
SetBase(NscgState *state, Tcl_Interp *interp, Tcl_Obj *pathObj)
{
    struct lx_group group;
    struct lx_err err;

    if (Tcl_GetString(pathObj)[0] != '\0') {
        unsigned where;

        if (NscgGroup(state, interp, pathObj, &group) != TCL_OK) {
            return TCL_ERROR;
        }
        if (group.relative) {
            return NscgError(
                interp, "CGROUP", "NAME",
                "bad base \"%s\": must begin with \"/\"",
                Tcl_GetString(pathObj));
        }
        if (lx_group_need(&group, &where, &err) != 0) {
            return NscgLxError(interp, &err);
        }
    }
    return lx_cgroups_base(
               &state->cgroups,
               Tcl_GetString(pathObj)[0] != '\0' ? group.name : NULL, &err)
            == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}

static int
BaseCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const struct lx_cgroups *cgroups;
    Tcl_Obj *resultObj;

    if (objc == 1 && SetBase(state, interp, objv[0]) != TCL_OK) {
        return TCL_ERROR;
    }
    cgroups = NscgCgroups(state, interp);
    if (cgroups == NULL) {
        return TCL_ERROR;
    }
    resultObj = Tcl_NewDictObj();
    for (int i = 0; i < cgroups->count; i++) {
        const char *base = lx_cgroups_below(cgroups, i);

        if (base != NULL) {
            Tcl_Obj *pathObj = NscgTextObj(base);
            Tcl_Obj *absoluteObj = Tcl_NewStringObj("/", 1);

            Tcl_IncrRefCount(pathObj);
            Tcl_AppendObjToObj(absoluteObj, pathObj);
            Tcl_DecrRefCount(pathObj);
            NscgPut(resultObj, cgroups->list[i].label, absoluteObj);
        }
    }
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

const NscgCommand nscgCgroupCommands[] = {
    {"attach", 2, -1, "name target ?target ...? ?-thread bool?",
     "Move processes into a group", NscgCgroupAttachCmd, NULL, false},
    {"base", 0, 1, "?path?", "What relative group names are below", BaseCmd,
     NULL, false},
    {"controllers", 0, 0, "", "The kernel's controllers and where each is",
     ControllersCmd, NULL, false},
    {"create", 1, -1, "name ?-option value ...?", "Make a group",
     NscgCgroupCreateCmd, NULL, false},
    {"delegate", 1, -1, "name ?-option value ...?",
     "Move who is in a group to a leaf, or give it to a user",
     NscgCgroupDelegateCmd, NULL, false},
    {"delete", 1, -1, "name ?-option value ...?", "Remove a group",
     NscgCgroupDeleteCmd, NULL, false},
    {"devices", 1, -1, "name ?allow|deny rule ...? ?programs?",
     "Which devices a group may use", NscgCgroupDevicesCmd, NULL, false},
    {"freeze", 1, -1, "name ?-timeout ms?", "All in a group stand still",
     NscgCgroupFreezeCmd, NULL, false},
    {"get", 1, 2, "name ?key?", "What is set of a group", NscgCgroupGetCmd,
     NULL, false},
    {"hierarchies", 0, 0, "", "The hierarchies that are mounted",
     HierarchiesCmd, NULL, false},
    {"kill", 1, -1, "name ?signal? ?-option value ...?",
     "A signal for all in a group", NscgCgroupKillCmd, NULL, false},
    {"list", 0, -1, "?name? ?-recursive bool?", "The groups in a group",
     NscgCgroupListCmd, NULL, false},
    {"mode", 0, 0, "", "Where the controllers are: v1, v2, hybrid or none",
     ModeCmd, NULL, false},
    {"mount", 2, -1, "controllers path ?-option value ...?",
     "Mount a hierarchy of version 1", NULL, NscgCompileCgroupMount, false},
    {"of", 0, 1, "?target?", "The groups that a process is in", OfCmd, NULL,
     false},
    {"perf", 2, -1, "name counters ?-option value ...?",
     "Count what a group does on every processor", NscgCgroupPerfCmd, NULL,
     false},
    {"processes", 1, -1, "name ?-recursive bool?", "The pids in a group",
     NscgCgroupProcessesCmd, NULL, false},
    {"release", 1, 2, "name ?boolean?",
     "Whether the release agent is told that a group is empty", NscgReleaseCmd,
     NULL, false},
    {"releaseagent", 1, 2, "hierarchy ?path?",
     "The program that is run for an empty group", NscgReleaseAgentCmd, NULL,
     false},
    {"set", 3, -1, "name key value ?key value ...?",
     "Set limits and weights of a group", NscgCgroupSetCmd, NULL, false},
    {"stats", 1, 2, "name ?controller?", "What the kernel has counted",
     NscgCgroupStatsCmd, NULL, false},
    {"thaw", 1, 1, "name", "All in a group go on", NscgCgroupThawCmd, NULL,
     false},
    {"threads", 1, -1, "name ?-recursive bool?", "The threads in a group",
     NscgCgroupThreadsCmd, NULL, false},
    {"umount", 1, -1, "path ?-option value ...?", "Unmount a hierarchy",
     NscgCgroupUmountCmd, NscgCompileCgroupUmount, false},
    {"watch", 3, -1, "name event commandPrefix ?-option value ...?",
     "Call a command when something happens to a group", NscgCgroupWatchCmd,
     NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
