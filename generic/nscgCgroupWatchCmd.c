/*
 * nscgCgroupWatchCmd.c --
 *
 *      The words of cgroup watch.
 */

#include "nscgCgroup.h"

/* ------------------------------------------------------------------------
 * cgroup watch NAME EVENT COMMANDPREFIX ?-option value ...?
 *
 *      Calls the prefix from the event loop whenever EVENT happens to the
 *      group, with two more words: the handle, and a dict with event, group,
 *      times and values.
 *
 *      EVENT           empty, populated, frozen, thawed, gone; oom, oomkill,
 *                      memory.high, memory.max, pids.max; pressure
 *      -resource WORD  of pressure: cpu, io, irq or memory
 *      -full BOOL      all processes wait, not only some
 *      -stall MS       in so much time of
 *      -window MS      each so long one
 *      Result          handle: close, count, event, group, values. It is
 *                      closed when the group is removed
 *      Errors          POSIX ENOENT | EACCES | EPERM | EINVAL | EMFILE; NSCG
 *                      CGROUP NAME | NOTENABLED | NOTMOUNTED | ROOT |
 *                      UNSUPPORTED
 *      Kernel          cgroup-v2.rst, accounting/psi.rst,
 *                      cgroup-v1/memory.rst
 */

struct watchwords {
    struct lx_psi psi;
    Tcl_Obj *resourceObj, *stallObj, *windowObj, *fullObj;
};

static const NscgOption watchOptions[] = {
    {"-full", NSCG_OPT_OBJ, offsetof(struct watchwords, fullObj), NULL, 0},
    {"-resource", NSCG_OPT_OBJ, offsetof(struct watchwords, resourceObj), NULL,
     0},
    {"-stall", NSCG_OPT_OBJ, offsetof(struct watchwords, stallObj), NULL, 0},
    {"-window", NSCG_OPT_OBJ, offsetof(struct watchwords, windowObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

static const char *const resources[] = {"cpu", "io", "irq", "memory", NULL};

static int
PressureWords(Tcl_Interp *interp, struct watchwords *words)
{
    Tcl_WideInt stall = 200, window = 2000;
    int full = 0;

    if ((words->resourceObj != NULL
         && Tcl_GetIndexFromObjStruct(
                interp, words->resourceObj, resources, sizeof(*resources),
                "resource", TCL_EXACT, &words->psi.resource)
             != TCL_OK)
        || (words->fullObj != NULL
            && Tcl_GetBooleanFromObj(interp, words->fullObj, &full) != TCL_OK)
        || (words->windowObj != NULL
            && NscgNumber(
                   interp, words->windowObj, "-window", 500, 10000, &window)
                != TCL_OK)
        || (words->stallObj != NULL
            && NscgNumber(interp, words->stallObj, "-stall", 1, window, &stall)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    words->psi.full = full != 0;
    words->psi.stall = (int)(stall < window ? stall : window);
    words->psi.window = (int)window;
    return TCL_OK;
}

static int
WatchWords(
    Tcl_Interp *interp, int objc, Tcl_Obj *const objv[], enum lx_cgevent *event,
    struct watchwords *words)
{
    Tcl_Size length;
    int index;

    memset(words, 0, sizeof(*words));
    if (Tcl_GetIndexFromObjStruct(
            interp, objv[1], lx_cgevents, sizeof(*lx_cgevents), "event",
            TCL_EXACT, &index)
            != TCL_OK
        || Tcl_ListObjLength(interp, objv[2], &length) != TCL_OK
        || NscgOptions(
               interp, NULL, watchOptions, objc - 3, objv + 3, NSCG_TRAILING,
               NULL, words)
            != TCL_OK) {
        return TCL_ERROR;
    }
    *event = (enum lx_cgevent)index;
    if (length == 0) {
        return NscgError(
            interp, "VALUE", "EMPTY", "a watch needs a command to call");
    }
    if (*event != LX_CGEV_PRESSURE && objc > 3) {
        return NscgError(
            interp, "CGROUP", "EVENT",
            "the event %s has no options: they are those of pressure",
            lx_cgevents[index]);
    }
    return PressureWords(interp, words);
}

int
NscgCgroupWatchCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct watchwords words;
    enum lx_cgevent event;
    struct lx_group group;
    unsigned where;

    if (WatchWords(interp, objc, objv, &event, &words) != TCL_OK
        || NscgGroupThere(state, interp, objv[0], &group, &where) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgWatchCreate(state, &group, where, event, &words.psi, objv[2]);
}
