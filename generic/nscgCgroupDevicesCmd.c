/*
 * nscgCgroupDevicesCmd.c --
 *
 *      cgroup devices: which devices the processes of a group may use.
 */

#include "nscgCgroup.h"

/* -- Words ---------------------------------------------------------------- */

static int
BadRule(Tcl_Interp *interp, Tcl_Obj *obj)
{
    return NscgError(
        interp, "CGROUP", "RULE",
        "bad device rule \"%s\": must be all, or a type (b or c), "
        "MAJOR:MINOR (\"*\" for each) and letters of rwm, such as {c 1:3 rw}",
        Tcl_GetString(obj));
}

/*
 * {c 1:3 rwm}, {b *:* m}; all.
 */
static int
Rule(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_devrule *rule)
{
    static const struct lx_devrule all = {
        'a', LX_DEVICE_ANY, LX_DEVICE_ANY, LX_DEV_ACCESS};
    Tcl_Obj **words;
    Tcl_Size count;
    Tcl_Obj *lineObj;
    bool good;

    if (Tcl_ListObjGetElements(NULL, obj, &count, &words) != TCL_OK) {
        return BadRule(interp, obj);
    }
    if (count == 1 && strcmp(Tcl_GetString(words[0]), "all") == 0) {
        *rule = all;
        return TCL_OK;
    }
    if (count != 3) {
        return BadRule(interp, obj);
    }
    lineObj = Tcl_ObjPrintf(
        "%s %s %s", Tcl_GetString(words[0]), Tcl_GetString(words[1]),
        Tcl_GetString(words[2]));
    Tcl_IncrRefCount(lineObj);
    good = lx_devrule_parse(Tcl_GetString(lineObj), rule);
    Tcl_DecrRefCount(lineObj);
    if (!good) {
        return BadRule(interp, obj);
    }
    if ((rule->major != LX_DEVICE_ANY && rule->major > LX_DEVICE_MAJOR)
        || (rule->minor != LX_DEVICE_ANY && rule->minor > LX_DEVICE_MINOR)) {
        return NscgError(
            interp, "CGROUP", "RULE",
            "bad device rule \"%s\": the kernel's devices go up to %d:%d",
            Tcl_GetString(obj), LX_DEVICE_MAJOR, LX_DEVICE_MINOR);
    }
    return TCL_OK;
}

static const char *const actions[] = {"allow", "deny", "programs", NULL};
enum { ALLOW, DENY, PROGRAMS };

static int
Action(Tcl_Interp *interp, Tcl_Obj *obj, int *action)
{
    return Tcl_GetIndexFromObj(
        interp, obj, actions, "action", TCL_EXACT, action);
}

static bool
IsAction(Tcl_Obj *obj)
{
    int action;

    return Action(NULL, obj, &action) == TCL_OK;
}

/*
 * {allow|deny RULE ...} ... -> changes, in the pool.
 */
static int
Changes(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[],
    struct lx_devchange **changes, int *count)
{
    int action = ALLOW;

    *count = 0;
    *changes = lx_pool_alloc(pool, (size_t)objc * sizeof(**changes));
    if (*changes == NULL) {
        return NscgNoMemory(interp);
    }
    for (int i = 0; i < objc; i++) {
        struct lx_devchange *change = &(*changes)[*count];

        if (i == 0 || IsAction(objv[i])) {
            if (Action(interp, objv[i], &action) != TCL_OK) {
                return TCL_ERROR;
            }
            if (action == PROGRAMS || i + 1 == objc || IsAction(objv[i + 1])) {
                return NscgError(
                    interp, "CGROUP", "RULE", "\"%s\" takes %s",
                    Tcl_GetString(objv[i]),
                    action == PROGRAMS ? "no rules, and stands alone"
                                       : "one rule or more");
            }
            continue;
        }
        if (Rule(interp, objv[i], &change->rule) != TCL_OK) {
            return TCL_ERROR;
        }
        change->allow = action == ALLOW;
        (*count)++;
    }
    return TCL_OK;
}

/* -- Results -------------------------------------------------------------- */

static void
Append(Tcl_Obj *listObj, const char *text)
{
    Tcl_ListObjAppendElement(NULL, listObj, Tcl_NewStringObj(text, -1));
}

static Tcl_Obj *
DevicesObj(const struct lx_devices *devices)
{
    Tcl_Obj *listObj = Tcl_NewObj();

    Append(listObj, devices->allow ? "allow" : "deny");
    Append(listObj, "all");
    if (devices->count > 0) {
        Append(listObj, devices->allow ? "deny" : "allow");
    }
    for (int i = 0; i < devices->count; i++) {
        char text[LX_DEVICE_TEXT];

        Append(listObj, lx_devrule_text(&devices->list[i], text));
    }
    return listObj;
}

static void
AddProgram(void *arg, const char *group, const struct lx_cgprogram *program)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    Tcl_Obj *tagObj = Tcl_NewObj();

    for (size_t i = 0; i < sizeof(program->tag); i++) {
        Tcl_AppendPrintfToObj(tagObj, "%02x", program->tag[i]);
    }
    NscgPut(dictObj, "group", NscgTextObj(group));
    NscgPut(dictObj, "id", Tcl_NewWideIntObj((Tcl_WideInt)program->id));
    NscgPut(dictObj, "name", NscgTextObj(program->name));
    NscgPut(dictObj, "tag", tagObj);
    NscgPut(dictObj, "ours", Tcl_NewBooleanObj(program->ours));
    Tcl_ListObjAppendElement(NULL, arg, dictObj);
}

static int
Programs(Tcl_Interp *interp, struct lx_group *group)
{
    Tcl_Obj *listObj = Tcl_NewObj();
    struct lx_err err;

    Tcl_IncrRefCount(listObj);
    if (lx_devices_programs(group, AddProgram, listObj, &err) != 0) {
        Tcl_DecrRefCount(listObj);
        return NscgLxError(interp, &err);
    }
    Tcl_SetObjResult(interp, listObj);
    Tcl_DecrRefCount(listObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * cgroup devices NAME ?allow|deny RULE ...? ...
 * cgroup devices NAME programs
 *
 *      Which devices the processes of a group may open and make.
 *
 *      RULE            {TYPE MAJOR:MINOR ACCESS}: b or c, two numbers or "*",
 *                      letters of r (read) w (write) m (mknod); or all
 *      Result          the rules, in words that can be given again; with
 *                      rules: empty. programs: list of dicts group id name tag
 *                      ours, the BPF programs that decide on version 2
 *      Errors          NSCG CGROUP RULE | OVERLAP | TOOMANY | ROOT | FOREIGN |
 *                      UNSUPPORTED devices; POSIX EPERM | EINVAL | ENOENT
 *      Kernel          cgroup-v1/devices.rst; bpf(2),
 *                      BPF_PROG_TYPE_CGROUP_DEVICE; Linux 4.15, 5.6
 */
int
NscgCgroupDevicesCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_devchange *changes = NULL;
    struct lx_group group;
    struct lx_err err;
    int count, result;

    if (objc == 2 && strcmp(Tcl_GetString(objv[1]), actions[PROGRAMS]) == 0) {
        return NscgGroup(state, interp, objv[0], &group) == TCL_OK
            ? Programs(interp, &group)
            : TCL_ERROR;
    }
    result = Changes(interp, &pool, objc - 1, objv + 1, &changes, &count);
    if (result == TCL_OK) {
        result = NscgGroup(state, interp, objv[0], &group);
    }
    if (result == TCL_OK && objc == 1) {
        struct lx_devices devices;

        if (lx_devices_get(&group, &devices, &err) != 0) {
            result = NscgLxError(interp, &err);
        } else {
            Tcl_SetObjResult(interp, DevicesObj(&devices));
        }
    } else if (
        result == TCL_OK && lx_devices_set(&group, changes, count, &err) != 0) {
        result = NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}
