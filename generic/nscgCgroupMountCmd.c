/*
 * nscgCgroupMountCmd.c --
 *
 *      Hierarchies of version 1 as objects: cgroup mount, cgroup umount, and
 *      what the kernel runs when a group of one becomes empty: cgroup release,
 *      cgroup releaseagent.
 */

#include "nscgCgroup.h"
#include "nscgMount.h"

/* ------------------------------------------------------------------------
 * cgroup mount CONTROLLERS PATH ?-option value ...?
 *
 *      Mounts a hierarchy of version 1. It is made, with every process in its
 *      topmost group, unless there is one with just these controllers, or of
 *      that name.
 *
 *      CONTROLLERS     list of names; may be empty where there is a name
 *      PATH            an existing folder
 *      -name NAME      letters, digits, ".", "_" and "-"; at most 63
 *      -mkdir BOOL     PATH is made, mode 755, if it is not there
 *      Result          empty
 *      Errors          POSIX EBUSY | EPERM | ENOENT | ENOTDIR | ENODEV; NSCG
 *                      CGROUP CONTROLLER | NAME | NOCONTROLLER | UNSUPPORTED
 *      Kernel          cgroups(7), cgroup-v1/cgroups.rst
 */
static const NscgOption mountOptions[] = {
    {"-mkdir", NSCG_OPT_BOOL, offsetof(struct lx_cgmount, mkdir), NULL, 0},
    {"-name", NSCG_OPT_TEXT, offsetof(struct lx_cgmount, name), NULL, 0},
    NSCG_END};

static int
CheckMount(Tcl_Interp *interp, const struct lx_cgmount *mount)
{
    if (mount->name != NULL && !lx_hierarchy_isname(mount->name)) {
        return NscgError(
            interp, "CGROUP", "NAME",
            "bad name \"%s\" of a hierarchy: must be 1 to %d letters, digits, "
            "\".\", \"_\" or \"-\"",
            mount->name, LX_HIERARCHY_NAME);
    }
    if (mount->name == NULL && mount->controllers == 0) {
        return NscgError(
            interp, "CGROUP", "CONTROLLER",
            "a hierarchy without a controller needs a -name");
    }
    return TCL_OK;
}

int
NscgCompileCgroupMount(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_cgmount mount = {.controllers = 0};
    char label[LX_CONTROLLER_NAMES + LX_HIERARCHY_NAME + 8];

    if (NscgControllers(compiler->interp, objv[0], &mount.controllers) != TCL_OK
        || NscgMountPath(compiler, objv[1], &mount.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, mountOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &mount)
            != TCL_OK
        || CheckMount(compiler->interp, &mount) != TCL_OK
        || NscgCheckShared(compiler, LX_MNT, "cgroup mount") != TCL_OK) {
        return TCL_ERROR;
    }
    lx_hierarchy_label(mount.controllers, mount.name, label, sizeof(label));
    mount.label = lx_pool_string(compiler->pool, label, strlen(label));
    if (mount.label == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    return NscgMountStep(compiler, step, lx_cgmount_run, &mount, sizeof(mount));
}

/* ------------------------------------------------------------------------
 * cgroup umount PATH ?-option value ...?
 *
 *      Unmounts a hierarchy, of either version. One of version 1 that is
 *      mounted nowhere any more ends, and its controllers are free: unless it
 *      has groups. Then it lives on unseen, and is there again, with its
 *      groups, when it is mounted again.
 *
 *      PATH            where it is mounted
 *      -detach BOOL    out of sight at once, and gone when nobody uses it any
 *                      more
 *      -timeout MS     waits so long for its end, which takes the kernel some
 *                      time; 2000 unless given
 *      Result          dict: ended, groups (how many it has, without the
 *                      topmost), mounts (list of where else it is mounted)
 *      Errors          POSIX EPERM | ENOENT | EBUSY; NSCG CGROUP NOTHIERARCHY
 *      Kernel          umount2(2), cgroups(7)
 */

#define END_TIMEOUT 2000

struct umountwords {
    struct lx_umount umount;
    int timeout;
};

static const NscgOption umountOptions[] = {
    {"-detach", NSCG_OPT_BOOL, offsetof(struct lx_umount, detach), NULL, 0},
    {"-timeout", NSCG_OPT_MS, offsetof(struct umountwords, timeout), NULL, 0},
    NSCG_END};

static int
UmountWords(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[],
    struct umountwords *words)
{
    memset(words, 0, sizeof(*words));
    words->timeout = END_TIMEOUT;
    words->umount.target.path = NscgPath(interp, pool, objv[0]);
    return words->umount.target.path == NULL
        ? TCL_ERROR
        : NscgOptions(
            interp, pool, umountOptions, objc - 1, objv + 1, NSCG_TRAILING,
            NULL, words);
}

int
NscgCompileCgroupUmount(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct umountwords words;

    if (UmountWords(compiler->interp, compiler->pool, objc, objv, &words)
            != TCL_OK
        || NscgCheckShared(compiler, LX_MNT, "cgroup umount") != TCL_OK) {
        return TCL_ERROR;
    }
    /* A descriptor of its folder would keep it busy. */
    lx_cgroups_letgo(&compiler->state->cgroups);
    return NscgMountStep(
        compiler, step, lx_cgumount_run, &words.umount, sizeof(words.umount));
}

static void
AddMount(void *arg, const char *path)
{
    Tcl_ListObjAppendElement(NULL, arg, NscgTextObj(path));
}

static Tcl_Obj *
RemainsObj(const struct lx_cgremains *remains, int timeout)
{
    Tcl_Obj *mountsObj = Tcl_NewObj();
    Tcl_Obj *resultObj = Tcl_NewDictObj();
    Tcl_Size count;
    bool ended;

    lx_cgremains_mounts(remains, AddMount, mountsObj);
    Tcl_ListObjLength(NULL, mountsObj, &count);
    ended = lx_cgremains_end(remains, count == 0 ? timeout : 0);
    NscgPut(resultObj, "ended", Tcl_NewBooleanObj(ended));
    NscgPut(
        resultObj, "groups", Tcl_NewWideIntObj((Tcl_WideInt)remains->groups));
    NscgPut(resultObj, "mounts", mountsObj);
    return resultObj;
}

int
NscgCgroupUmountCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct umountwords words;
    struct lx_cgremains remains;
    struct lx_err err;
    int result = UmountWords(interp, &pool, objc, objv, &words);

    if (result == TCL_OK) {
        result = lx_cgremains(words.umount.target.path, &remains, &err) == 0
            ? NscgRunStep(state, NscgCompileCgroupUmount, objc, objv)
            : NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    if (result == TCL_OK) {
        Tcl_SetObjResult(interp, RemainsObj(&remains, words.timeout));
    }
    return result;
}

/* ------------------------------------------------------------------------
 * cgroup release NAME ?BOOL?
 *
 *      Whether the kernel runs the release agent when the group's last process
 *      has left, and its last group is gone.
 *
 *      BOOL            sets it, in every hierarchy of version 1 that has the
 *                      group, or in none
 *      Result          dict: hierarchy -> 0 or 1; empty if it is set
 *      Errors          POSIX EACCES | EROFS | ENOENT; NSCG CGROUP ROOT |
 *                      UNSUPPORTED
 *      Kernel          cgroups(7), notify_on_release
 */
static int
SetRelease(
    Tcl_Interp *interp, struct lx_group *group, unsigned where,
    Tcl_Obj *valueObj)
{
    struct lx_err err;
    int value;

    if (Tcl_GetBooleanFromObj(interp, valueObj, &value) != TCL_OK) {
        return TCL_ERROR;
    }
    return lx_group_noroot(group, "set the release of", &err) == 0
            && lx_release_set(group, where, value != 0, &err) == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}

int
NscgReleaseCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    int values[LX_HIERARCHIES];
    struct lx_group group;
    struct lx_err err;
    Tcl_Obj *resultObj;
    unsigned where;

    if (NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    if (objc == 2) {
        return SetRelease(interp, &group, where, objv[1]);
    }
    if (lx_release_get(&group, where, values, &err) < 0) {
        return NscgLxError(interp, &err);
    }
    resultObj = Tcl_NewDictObj();
    for (int i = 0; i < group.cgroups->count; i++) {
        if (values[i] >= 0) {
            Tcl_DictObjPut(
                NULL, resultObj, NscgTextObj(group.cgroups->list[i].label),
                Tcl_NewBooleanObj(values[i]));
        }
    }
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup releaseagent HIERARCHY ?PATH?
 *
 *      The program that the kernel runs, as root in the first namespaces, with
 *      the path of a group of this hierarchy that has become empty.
 *
 *      HIERARCHY       as cgroup hierarchies calls it, or one of its
 *                      controllers, or where it is mounted
 *      PATH            sets it: a path from "/" on, in the first mount
 *                      namespace; {} for none
 *      Result          the path; empty if there is none, or if it is set
 *      Errors          POSIX EPERM | EACCES | ENOENT | EROFS; NSCG CGROUP
 *                      AGENT | HIERARCHY | PART | UNSUPPORTED
 *      Kernel          cgroups(7), release_agent
 */
static int
FindHierarchy(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *obj,
    const struct lx_hierarchy **hierarchy)
{
    const struct lx_cgroups *cgroups = NscgCgroups(state, interp);
    struct lx_pool pool = {NULL, NULL};
    const char *text = cgroups != NULL ? NscgText(interp, &pool, obj) : NULL;
    int index = text != NULL ? lx_cgroups_find(cgroups, text) : -1;

    lx_pool_free(&pool);
    if (text == NULL) {
        return TCL_ERROR;
    }
    if (index < 0) {
        return NscgError(
            interp, "CGROUP", "HIERARCHY",
            "no hierarchy \"%s\" is mounted here: see cgroup hierarchies",
            Tcl_GetString(obj));
    }
    *hierarchy = &cgroups->list[index];
    return TCL_OK;
}

int
NscgReleaseAgentCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const struct lx_hierarchy *hierarchy = NULL;
    struct lx_pool pool = {NULL, NULL};
    char agent[LX_AGENT_SIZE];
    const char *path = NULL;
    struct lx_err err;
    int result;

    if (FindHierarchy(state, interp, objv[0], &hierarchy) != TCL_OK) {
        return TCL_ERROR;
    }
    if (objc == 1) {
        if (lx_agent_get(hierarchy, agent, &err) != 0) {
            return NscgLxError(interp, &err);
        }
        Tcl_SetObjResult(interp, NscgTextObj(agent));
        return TCL_OK;
    }
    path = NscgText(interp, &pool, objv[1]);
    result = path == NULL                          ? TCL_ERROR
        : lx_agent_set(hierarchy, path, &err) == 0 ? TCL_OK
                                                   : NscgLxError(interp, &err);
    lx_pool_free(&pool);
    return result;
}
