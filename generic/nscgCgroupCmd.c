/*
 * nscgCgroupCmd.c --
 *
 *      The table of `cgroup`, and what it says of the machine: hierarchies,
 *      controllers, and where processes are.
 */

#include "nscgCgroup.h"

/* -- Words ---------------------------------------------------------------- */

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
    char names[LX_CONTROLLER_NAMES];

    return NscgError(
        interp, "CGROUP", "CONTROLLER", "bad controller \"%s\": must be io, %s",
        name, lx_controller_names(LX_CG_ALL, 1, ' ', names, sizeof(names)));
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
        int found = lx_controller_find(Tcl_GetString(objv[i]));

        if (found < 0) {
            return BadController(interp, Tcl_GetString(objv[i]));
        }
        *controllers |= LX_CG_BIT(found);
    }
    return TCL_OK;
}

/* -- Values --------------------------------------------------------------- */

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
    struct lx_target target = {.self = true, .pidfd = -1, .fd = -1};
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    char *text = NULL, *line, *next;
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
    for (next = text; *next != '\0';) {
        struct lx_cgline parsed;

        line = next;
        next += strcspn(next, "\n");
        if (*next == '\n') {
            *next++ = '\0';
        }
        if (lx_cgline_parse(line, &parsed)) {
            Tcl_DictObjPut(
                NULL, resultObj, NscgTextObj(parsed.label),
                NscgTextObj(parsed.path));
        }
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
    unsigned where;

    if (Tcl_GetString(pathObj)[0] != '\0') {
        if (NscgGroupThere(state, interp, pathObj, &group, &where) != TCL_OK) {
            return TCL_ERROR;
        }
        if (group.relative) {
            return NscgError(
                interp, "CGROUP", "NAME",
                "bad base \"%s\": must begin with \"/\"",
                Tcl_GetString(pathObj));
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
        const struct lx_hierarchy *hierarchy = &cgroups->list[i];
        const char *base =
            cgroups->base != NULL ? cgroups->base + 1 : hierarchy->own;

        if (base != NULL) {
            Tcl_Obj *pathObj = NscgTextObj(base);
            Tcl_Obj *absoluteObj = Tcl_NewStringObj("/", 1);

            Tcl_IncrRefCount(pathObj);
            Tcl_AppendObjToObj(absoluteObj, pathObj);
            Tcl_DecrRefCount(pathObj);
            NscgPut(resultObj, hierarchy->label, absoluteObj);
        }
    }
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup create NAME ?-option value ...?
 *
 *      Makes a group, in each hierarchy that its controllers need, and in
 *      version 2 wherever that is mounted.
 *
 *      -controllers LIST   which; those that its parent has, if not given.
 *                          They are enabled above it where need be
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
        return TCL_ERROR;
    }
    return NscgSettings(interp, pool, (int)objc, objv, settings);
}

static int
CreateCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
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
        create.all = false;
        if (NscgControllers(interp, words.controllersObj, &create.controllers)
            != TCL_OK) {
            return TCL_ERROR;
        }
    }
    create.parents = words.parents;
    create.threaded = words.threaded;
    if (words.setObj != NULL) {
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

const NscgCommand nscgCgroupCommands[] = {
    {"attach", 2, -1, "name target ?target ...? ?-thread bool?",
     "Move processes into a group", NscgCgroupAttachCmd, NULL, false},
    {"base", 0, 1, "?path?", "What relative group names are below", BaseCmd,
     NULL, false},
    {"controllers", 0, 0, "", "The kernel's controllers and where each is",
     ControllersCmd, NULL, false},
    {"create", 1, -1, "name ?-option value ...?", "Make a group", CreateCmd,
     NULL, false},
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
