/*
 * nscgNetAsk.c --
 *
 *      What commands share that ask the kernel and tell its answer in dicts.
 */

#include <errno.h>
#include <stdio.h>

#include "nscgNet.h"

int
NscgAskBegin(NscgAsk *ask, NscgState *state, Tcl_Interp *interp, Tcl_Obj *nsObj)
{
    struct lx_err err;

    *ask =
        (NscgAsk){.state = state, .interp = interp, .target = LX_TARGET_SELF};
    ask->compiler = (NscgCompiler){
        .state = state, .interp = interp, .pool = &ask->pool, .host = true};
    ask->netlink.fd = -1;
    ask->listObj = Tcl_NewObj();
    Tcl_IncrRefCount(ask->listObj);
    ask->where = NscgNetWhere(&ask->compiler, nsObj);
    if (ask->where == NULL
        || (nsObj != NULL
            && NscgTarget(state, interp, &ask->pool, nsObj, &ask->target)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    if (lx_net_open(&ask->netlink, &ask->kernel, &ask->target, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    return TCL_OK;
}

void
NscgAskEnd(NscgAsk *ask)
{
    lx_netlink_close(&ask->netlink);
    lx_pool_free(&ask->pool);
    Tcl_DecrRefCount(ask->listObj);
}

int
NscgAskRun(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[],
    bool named, NscgAskProc *proc)
{
    Tcl_Obj *nsObj = NULL;
    const char *name = NULL;
    NscgAsk ask;
    int result;

    if (NscgOptions(
            interp, NULL, nscgNsOption, objc - named, objv + named,
            NSCG_TRAILING, NULL, &nsObj)
        != TCL_OK) {
        return TCL_ERROR;
    }
    result = NscgAskBegin(&ask, state, interp, nsObj);
    if (result == TCL_OK && named) {
        name = NscgLinkName(&ask.compiler, objv[0]);
        result = name != NULL ? TCL_OK : TCL_ERROR;
    }
    if (result == TCL_OK) {
        result = proc(&ask, name);
    }
    NscgAskEnd(&ask);
    return result;
}

int
NscgAskIndex(NscgAsk *ask, Tcl_Obj *nameObj, int *index)
{
    const char *name;
    struct lx_err err;

    *index = 0;
    if (nameObj == NULL) {
        return TCL_OK;
    }
    name = NscgLinkName(&ask->compiler, nameObj);
    if (name == NULL) {
        return TCL_ERROR;
    }
    if (lx_net_index(&ask->netlink, name, index, &err) != 0) {
        if (err.errnum == ENODEV) {
            lx_net_why_absent(&ask->netlink, name, ask->where, &err);
        }
        return NscgLxError(ask->interp, &err);
    }
    return TCL_OK;
}

int
NscgAskError(NscgAsk *ask, const char *format, ...)
{
    char what[512];
    struct lx_err err;
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    lx_netlink_fail(&ask->netlink, &err, "%s", what);
    return NscgLxError(ask->interp, &err);
}

int
NscgAskNoLink(NscgAsk *ask, const char *name, const char *what)
{
    int errnum = errno != 0 ? errno : ENODEV;
    struct lx_err err;

    errno = errnum;
    lx_netlink_fail(&ask->netlink, &err, "%s %q", what, name);
    if (errnum == ENODEV) {
        lx_net_why_absent(&ask->netlink, name, ask->where, &err);
    }
    return NscgLxError(ask->interp, &err);
}

/* -- Dicts ---------------------------------------------------------------- */

void
NscgPutIp(Tcl_Obj *dictObj, const char *key, const struct lx_ip *ip)
{
    char text[LX_IP_TEXT];

    if (ip->family != 0) {
        NscgPutText(dictObj, key, lx_ip_text(ip, text));
    }
}

void
NscgPutLink(
    Tcl_Obj *dictObj, const char *key, struct lx_netlink *netlink,
    int64_t index)
{
    char name[LX_NET_NAME];

    if (lx_net_linkname(netlink, index, name) != NULL) {
        NscgPutText(dictObj, key, name);
    } else if (index > 0) {
        NscgPutNumber(dictObj, key, index);
    }
}
