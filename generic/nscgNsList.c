/*
 * nscgNsList.c --
 *
 *      ns list and ns processes: looking around.
 */

#include "nscgInt.h"

static void
Put(Tcl_Obj *dictObj, const char *key, Tcl_Obj *valueObj)
{
    Tcl_DictObjPut(NULL, dictObj, Tcl_NewStringObj(key, -1), valueObj);
}

static void
PutNumber(Tcl_Obj *dictObj, const char *key, Tcl_WideInt value)
{
    Put(dictObj, key, Tcl_NewWideIntObj(value));
}

static Tcl_Obj *
PidsObj(const struct lx_pids *list)
{
    Tcl_Obj *listObj = Tcl_NewListObj(0, NULL);

    for (size_t i = 0; i < list->count; i++) {
        Tcl_ListObjAppendElement(
            NULL, listObj, Tcl_NewWideIntObj(list->pids[i]));
    }
    return listObj;
}

static Tcl_Obj *
NamespaceObj(const struct lx_nsinfo *item)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    Tcl_Obj *pinsObj = Tcl_NewListObj(0, NULL);

    Put(dictObj, "kind", Tcl_NewStringObj(lx_kinds[item->kind].name, -1));
    PutNumber(dictObj, "inode", (Tcl_WideInt)item->inode);
    if (item->owner != 0) {
        PutNumber(dictObj, "owner", (Tcl_WideInt)item->owner);
    }
    if (item->parent != 0) {
        PutNumber(dictObj, "parent", (Tcl_WideInt)item->parent);
    }
    if (item->uid >= 0) {
        PutNumber(dictObj, "uid", item->uid);
    }
    Put(dictObj, "processes", PidsObj(&item->processes));
    if (item->childrenOf.count > 0) {
        Put(dictObj, "childrenof", PidsObj(&item->childrenOf));
    }
    for (size_t i = 0; i < item->pinCount; i++) {
        Tcl_ListObjAppendElement(NULL, pinsObj, NscgTextObj(item->pins[i]));
    }
    Put(dictObj, "pins", pinsObj);
    return dictObj;
}

/*
 * ns list ?-kind KIND?
 *
 *      Every namespace that can be seen: of processes, of pins, and those
 *      that own or contain one of them.
 *
 *      -kind KIND      of that kind only
 *      Result          list of dicts by kind and inode, with the keys kind,
 *                      inode, owner (inode of the user namespace that owns
 *                      it), parent (of pid and user), uid (who made it, of
 *                      user), processes, childrenof (pids of processes whose
 *                      children will be in it), pins (paths). What is not to
 *                      be seen is absent
 *      Errors          POSIX ENOENT
 *      Kernel          namespaces(7), ioctl_ns(2)
 */
int
NscgNsListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-kind", NSCG_OPT_OBJ, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};
    Tcl_Obj *kindObj = NULL;
    Tcl_Obj *listObj;
    struct lx_nsscan scan;
    struct lx_err err;
    enum lx_kind kind = LX_KINDS;

    (void)state;
    if (NscgOptions(
            interp, NULL, options, objc, objv, NSCG_TRAILING, NULL, &kindObj)
            != TCL_OK
        || (kindObj != NULL && NscgKind(interp, kindObj, &kind) != TCL_OK)) {
        return TCL_ERROR;
    }
    /* All kinds are looked at: some owners are seen from what they own. */
    if (lx_nsscan_run(&scan, (1u << LX_KINDS) - 1, &err) != 0) {
        lx_nsscan_free(&scan);
        return NscgLxError(interp, &err);
    }
    listObj = Tcl_NewListObj(0, NULL);
    for (size_t i = 0; i < scan.count; i++) {
        if (kind == LX_KINDS || scan.items[i].kind == kind) {
            Tcl_ListObjAppendElement(
                NULL, listObj, NamespaceObj(&scan.items[i]));
        }
    }
    lx_nsscan_free(&scan);
    Tcl_SetObjResult(interp, listObj);
    return TCL_OK;
}

/* ------------------------------------------------------------------------
 * ns processes
 */

/*
 * What no command line is left of stands in brackets, as in ps.
 */
static Tcl_Obj *
CommandObj(const struct lx_procinfo *process)
{
    Tcl_Obj *listObj = Tcl_NewListObj(0, NULL);
    const char *word = process->words;
    const char *end = word + process->wordsLen;

    if (process->wordsLen == 0) {
        Tcl_Obj *nameObj = NscgTextObj(process->name);

        Tcl_IncrRefCount(nameObj);
        Tcl_ListObjAppendElement(
            NULL, listObj, Tcl_ObjPrintf("[%s]", Tcl_GetString(nameObj)));
        Tcl_DecrRefCount(nameObj);
    }
    for (; word < end; word += strlen(word) + 1) {
        Tcl_ListObjAppendElement(NULL, listObj, NscgTextObj(word));
    }
    return listObj;
}

static int
AppendProcess(void *arg, const struct lx_procinfo *process)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    PutNumber(dictObj, "pid", process->pid);
    if (process->nspid > 0) {
        PutNumber(dictObj, "nspid", process->nspid);
    }
    PutNumber(dictObj, "ppid", process->ppid);
    PutNumber(dictObj, "uid", process->uid);
    Put(dictObj, "command", CommandObj(process));
    Tcl_ListObjAppendElement(NULL, arg, dictObj);
    return 0;
}

/*
 * ns processes TARGET
 *
 *      Every process of the target's pid namespace and of those below it, as
 *      seen from here.
 *
 *      TARGET          a process, or a pid namespace
 *      Result          list of dicts by pid, with the keys pid, nspid (its
 *                      number in the target's namespace), ppid, uid
 *                      (effective), command (a list of words)
 *      Errors          POSIX EACCES | ENOENT; NSCG NS EXITED | NOTNS | KIND |
 *                      TARGET
 *      Kernel          pid_namespaces(7)
 */
int
NscgNsProcessesCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    Tcl_Obj *listObj = Tcl_NewListObj(0, NULL);
    struct lx_target target;
    struct lx_err err;
    int result = NscgTarget(state, interp, &pool, objv[0], &target);

    (void)objc;
    Tcl_IncrRefCount(listObj);
    if (result == TCL_OK
        && lx_ns_processes(&target, AppendProcess, listObj, &err) != 0) {
        result = NscgLxError(interp, &err);
    }
    if (result == TCL_OK) {
        Tcl_SetObjResult(interp, listObj);
    }
    Tcl_DecrRefCount(listObj);
    lx_pool_free(&pool);
    return result;
}
