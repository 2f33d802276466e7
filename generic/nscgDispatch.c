/*
 * nscgDispatch.c --
 *
 *      From the tables' rows to Tcl commands, and to the list of them.
 */

#include "nscgInt.h"

const NscgArea nscgAreas[] = {
    {"ns", nscgNsCommands, true, LX_KINDS},
    {"mount", nscgMountCommands, true, LX_MNT},
    {"cgroup", nscgCgroupCommands, true, LX_KINDS},
    {"caps", nscgCapsCommands, false, LX_KINDS},
    {"link", nscgLinkCommands, false, LX_KINDS},
    {"veth", nscgVethCommands, true, LX_KINDS},
    {"address", nscgAddressCommands, false, LX_KINDS},
    {"route", nscgRouteCommands, false, LX_KINDS},
    {"neighbour", nscgNeighbourCommands, false, LX_KINDS},
    {"qdisc", nscgQdiscCommands, false, LX_KINDS},
    {"", nscgSettingCommands, false, LX_KINDS},
    {"", nscgLockCommands, false, LX_KINDS},
    {"", nscgCommandCommands, false, LX_KINDS},
    {NULL, NULL, false, LX_KINDS}};

/* A row and the state that its command works on. */
typedef struct Binding {
    NscgState *state;
    const NscgCommand *command;
} Binding;

int
NscgCheckCount(
    Tcl_Interp *interp, int min, int max, const char *usage, int words,
    int objc, Tcl_Obj *const objv[])
{
    if (objc - words < min || (max >= 0 && objc - words > max)) {
        Tcl_WrongNumArgs(interp, words, objv, usage[0] ? usage : NULL);
        return TCL_ERROR;
    }
    return TCL_OK;
}

static int
RunCommand(
    void *clientData, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Binding *binding = clientData;
    const NscgCommand *command = binding->command;
    struct lx_err err;
    int result;

    if (lx_thread_home(&err) != 0) {
        return NscgLxError(interp, &err);
    }
    if (NscgCheckCount(
            interp, command->min, command->max, command->usage, 1, objc, objv)
        != TCL_OK) {
        return TCL_ERROR;
    }
    result = command->run != NULL
        ? command->run(binding->state, interp, objc - 1, objv + 1)
        : NscgRunStep(binding->state, command->compile, objc - 1, objv + 1);
    if (lx_thread_lost()) {
        NscgUnwind(interp);
    }
    return result;
}

static void
FreeBinding(void *clientData)
{
    free(clientData);
}

static int
DefineCommand(NscgState *state, const char *prefix, const NscgCommand *command)
{
    Binding *binding = malloc(sizeof(*binding));
    Tcl_Obj *nameObj;

    if (binding == NULL) {
        return NscgNoMemory(state->interp);
    }
    binding->state = state;
    binding->command = command;
    nameObj = Tcl_ObjPrintf("%s%s", prefix, command->name);
    Tcl_IncrRefCount(nameObj);
    Tcl_CreateObjCommand(
        state->interp, Tcl_GetString(nameObj), RunCommand, binding,
        FreeBinding);
    Tcl_DecrRefCount(nameObj);
    return TCL_OK;
}

/*
 * ::nscg::mount::bind and its kin, and the ensemble ::nscg::mount over them.
 */
static int
DefineEnsemble(NscgState *state, const NscgArea *area)
{
    Tcl_Interp *interp = state->interp;
    Tcl_Obj *prefixObj = Tcl_ObjPrintf("::nscg::%s::", area->name);
    Tcl_Obj *nameObj = Tcl_ObjPrintf("::nscg::%s", area->name);
    Tcl_Obj *mapObj = Tcl_NewDictObj();
    Tcl_Namespace *nsPtr = NULL;
    Tcl_Command token;
    int result = TCL_ERROR;

    Tcl_IncrRefCount(prefixObj);
    Tcl_IncrRefCount(nameObj);
    Tcl_IncrRefCount(mapObj);
    nsPtr = Tcl_FindNamespace(interp, Tcl_GetString(nameObj), NULL, 0);
    if (nsPtr == NULL) {
        nsPtr = Tcl_CreateNamespace(interp, Tcl_GetString(nameObj), NULL, NULL);
    }
    if (nsPtr == NULL) {
        goto done;
    }
    for (const NscgCommand *row = area->commands; row->name; row++) {
        if (row->stepOnly) {
            continue;
        }
        if (DefineCommand(state, Tcl_GetString(prefixObj), row) != TCL_OK) {
            goto done;
        }
        Tcl_DictObjPut(
            NULL, mapObj, Tcl_NewStringObj(row->name, -1),
            Tcl_ObjPrintf("%s%s", Tcl_GetString(prefixObj), row->name));
    }
    token = Tcl_CreateEnsemble(interp, Tcl_GetString(nameObj), nsPtr, 0);
    result = Tcl_SetEnsembleMappingDict(interp, token, mapObj);

done:
    Tcl_DecrRefCount(prefixObj);
    Tcl_DecrRefCount(nameObj);
    Tcl_DecrRefCount(mapObj);
    return result;
}

/*
 * A name that the global namespace already has is left as it is.
 */
static int
ImportWhereFree(Tcl_Interp *interp, const char *name)
{
    Tcl_Obj *obj;
    int result;

    if (Tcl_FindCommand(interp, name, NULL, TCL_GLOBAL_ONLY) != NULL) {
        return TCL_OK;
    }
    obj = Tcl_ObjPrintf("::nscg::%s", name);
    Tcl_IncrRefCount(obj);
    result = Tcl_Import(
        interp, Tcl_GetGlobalNamespace(interp), Tcl_GetString(obj), 0);
    Tcl_DecrRefCount(obj);
    return result;
}

int
NscgDefineCommands(NscgState *state)
{
    Tcl_Interp *interp = state->interp;
    Tcl_Namespace *nscgPtr = Tcl_FindNamespace(interp, "::nscg", NULL, 0);

    if (nscgPtr == NULL) {
        nscgPtr = Tcl_CreateNamespace(interp, "::nscg", NULL, NULL);
    }
    if (nscgPtr == NULL) {
        return TCL_ERROR;
    }
    for (const NscgArea *area = nscgAreas; area->name != NULL; area++) {
        if (area->name[0] != '\0') {
            if (DefineEnsemble(state, area) != TCL_OK
                || Tcl_Export(interp, nscgPtr, area->name, 0) != TCL_OK) {
                return TCL_ERROR;
            }
            if (area->global && ImportWhereFree(interp, area->name) != TCL_OK) {
                return TCL_ERROR;
            }
            continue;
        }
        for (const NscgCommand *row = area->commands; row->name; row++) {
            if (row->stepOnly) {
                continue;
            }
            if (DefineCommand(state, "::nscg::", row) != TCL_OK
                || Tcl_Export(interp, nscgPtr, row->name, 0) != TCL_OK) {
                return TCL_ERROR;
            }
        }
    }
    return TCL_OK;
}

/* What is known of a row. */
static Tcl_Obj *
RowObj(const NscgCommand *row)
{
    Tcl_Obj *rowObj = Tcl_NewDictObj();

#define PUT(key, valueObj) \
    Tcl_DictObjPut(NULL, rowObj, Tcl_NewStringObj(key, -1), valueObj)
    PUT("usage", Tcl_NewStringObj(row->usage, -1));
    PUT("summary", Tcl_NewStringObj(row->summary, -1));
    PUT("step", Tcl_NewBooleanObj(row->compile != NULL));
    PUT("prompt", Tcl_NewBooleanObj(!row->stepOnly));
    PUT("min", Tcl_NewWideIntObj(row->min));
    if (row->max >= 0) {
        PUT("max", Tcl_NewWideIntObj(row->max));
    }
#undef PUT
    return rowObj;
}

/*
 * nscg::commands
 *
 *      What this version of nscg can do.
 *
 *      Result          dict: name (as "mount bind") -> dict with the keys
 *                      usage (the words that follow), summary (one line),
 *                      step (1: -setup takes it), prompt (1: it can be
 *                      typed), min and max (how many words follow; without
 *                      max, any number)
 */
static int
CommandsCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Tcl_Obj *resultObj = Tcl_NewDictObj();

    (void)state, (void)objc, (void)objv;
    for (const NscgArea *area = nscgAreas; area->name != NULL; area++) {
        for (const NscgCommand *row = area->commands; row->name; row++) {
            Tcl_DictObjPut(
                NULL, resultObj,
                Tcl_ObjPrintf(
                    "%s%s%s", area->name, area->name[0] ? " " : "", row->name),
                RowObj(row));
        }
    }
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

const NscgCommand nscgCommandCommands[] = {
    {"commands", 0, 0, "", "List all commands and steps, as a dict",
     CommandsCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
