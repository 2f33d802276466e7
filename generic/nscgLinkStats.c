/*
 * nscgLinkStats.c --
 *
 *      link stats and link wait.
 */

#include "nscgNet.h"

/* -- link stats ----------------------------------------------------------- */

static void
ReadStats(void *arg, const struct nlmsghdr *message)
{
    NscgAsk *ask = arg;
    struct lx_linkcount count;
    struct lx_link link;
    Tcl_Obj *statsObj, *directionObj = NULL;
    const char *direction = "";

    if (!lx_link_read(message, &link)) {
        return;
    }
    statsObj = Tcl_NewDictObj();
    for (size_t n = 0; lx_link_count(&link, n, &count); n++) {
        if (strcmp(direction, count.direction) != 0) {
            direction = count.direction;
            directionObj = Tcl_NewDictObj();
            NscgPut(statsObj, direction, directionObj);
        }
        NscgPut(directionObj, count.name, NscgCountObj(count.value));
    }
    Tcl_ListObjAppendElement(NULL, ask->listObj, statsObj);
}

static int
Stats(NscgAsk *ask, const char *name)
{
    struct lx_nlrequest request;
    Tcl_Obj *statsObj;

    lx_link_ask(&request, 0, name, true);
    if (lx_netlink_ask(&ask->netlink, &request, ReadStats, ask) != 0
        || Tcl_ListObjIndex(NULL, ask->listObj, 0, &statsObj) != TCL_OK
        || statsObj == NULL) {
        return NscgAskNoLink(ask, name, "cannot get the counts of");
    }
    Tcl_SetObjResult(ask->interp, statsObj);
    return TCL_OK;
}

/*
 * link stats NAME ?-ns TARGET?
 *
 *      What a link has counted since it was made, in 64 bits.
 *
 *      Result          dict of two dicts, rx and tx: bytes, packets, errors,
 *                      dropped and others
 *      Errors          POSIX ENODEV; NSCG NET NAME
 *      Kernel          rtnetlink(7), IFLA_STATS64
 */
int
NscgLinkStatsCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return NscgAskRun(state, interp, objc, objv, true, Stats);
}

/* -- link wait ------------------------------------------------------------ */

#define DEFAULT_TIMEOUT 10000 /* ms */

typedef struct WaitWords {
    Tcl_Obj *nsObj;
    Tcl_Obj *existsObj, *upObj, *carrierObj, *tentativeObj;
    int timeout;
} WaitWords;

#define AT(field) offsetof(WaitWords, field)

static const NscgOption waitOptions[] = {
    {"-carrier", NSCG_OPT_SWITCH, AT(carrierObj), NULL, 0},
    {"-exists", NSCG_OPT_SWITCH, AT(existsObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-tentative", NSCG_OPT_SWITCH, AT(tentativeObj), NULL, 0},
    {"-timeout", NSCG_OPT_MS, AT(timeout), NULL, 0},
    {"-up", NSCG_OPT_SWITCH, AT(upObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

#undef AT

static int
Condition(Tcl_Interp *interp, Tcl_Obj *obj, int *value)
{
    *value = -1;
    return NscgSwitch(interp, obj, value);
}

/*
 * Who asks for nothing special wants a link that can be used.
 */
static int
Conditions(Tcl_Interp *interp, const WaitWords *words, struct lx_linkwait *wait)
{
    int exists, tentative;

    if (Condition(interp, words->existsObj, &exists) != TCL_OK
        || Condition(interp, words->upObj, &wait->up) != TCL_OK
        || Condition(interp, words->carrierObj, &wait->carrier) != TCL_OK
        || Condition(interp, words->tentativeObj, &tentative) != TCL_OK) {
        return TCL_ERROR;
    }
    wait->gone = exists == 0;
    wait->settled = tentative < 0 ? -1 : !tentative;
    if (exists < 0 && wait->up < 0 && wait->carrier < 0 && tentative < 0) {
        wait->up = wait->carrier = wait->settled = 1;
    }
    wait->timeout = words->timeout;
    return TCL_OK;
}

static int
Wait(NscgAsk *ask, struct lx_linkwait *wait)
{
    struct lx_err err;

    wait->where = ask->where;
    if (lx_link_wait(&ask->target, wait, &err) != 0) {
        return NscgLxError(ask->interp, &err);
    }
    return wait->gone ? TCL_OK : NscgAskLink(ask, wait->name);
}

/*
 * link wait NAME ?-option value ...?
 *
 *      Waits until a link is there, up, has a carrier and no tentative
 *      address; or, with options that say what, for that alone. No events are
 *      served meanwhile.
 *
 *      -ns TARGET      where it is to be
 *      -timeout MS     10000
 *      -exists, -up, -carrier, -tentative BOOL   what is waited for
 *      Result          the link, as link get has it; empty for -exists 0
 *      Errors          NSCG NET TIMEOUT | DUPLICATE | NAME
 *      Kernel          rtnetlink(7)
 */
int
NscgLinkWaitCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    WaitWords words = {.timeout = DEFAULT_TIMEOUT};
    struct lx_linkwait wait;
    NscgAsk ask;
    int result;

    if (NscgOptions(
            interp, NULL, waitOptions, objc - 1, objv + 1, NSCG_TRAILING, NULL,
            &words)
            != TCL_OK
        || Conditions(interp, &words, &wait) != TCL_OK) {
        return TCL_ERROR;
    }
    result = NscgAskBegin(&ask, state, interp, words.nsObj);
    if (result == TCL_OK) {
        wait.name = NscgLinkName(&ask.compiler, objv[0]);
        result = wait.name != NULL ? Wait(&ask, &wait) : TCL_ERROR;
    }
    NscgAskEnd(&ask);
    return result;
}
