/*
 * nscgLinkList.c --
 *
 *      link list and link get: links as dicts.
 */

#include "nscgNet.h"

static void
Put(Tcl_Obj *dictObj, const char *key, Tcl_Obj *valueObj)
{
    Tcl_DictObjPut(NULL, dictObj, Tcl_NewStringObj(key, -1), valueObj);
}

static void
PutNumber(Tcl_Obj *dictObj, const char *key, uint64_t value)
{
    Put(dictObj, key, Tcl_NewWideIntObj((Tcl_WideInt)value));
}

static void
PutText(Tcl_Obj *dictObj, const char *key, const char *text)
{
    if (text != NULL) {
        Put(dictObj, key, NscgTextObj(text));
    }
}

static Tcl_Obj *
FlagsObj(unsigned flags)
{
    Tcl_Obj *listObj = Tcl_NewObj();

    for (int i = 0; i < LX_LINK_FLAGS; i++) {
        const char *name = lx_link_flag(flags, i);

        if (name != NULL) {
            Tcl_ListObjAppendElement(NULL, listObj, Tcl_NewStringObj(name, -1));
        }
    }
    return listObj;
}

static Tcl_Obj *
LinkObj(const struct lx_link *link)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    const char *type = lx_link_type(link->type);
    char text[LX_MAC_TEXT];

    PutText(dictObj, "name", link->name);
    PutNumber(dictObj, "index", (uint64_t)link->index);
    PutText(dictObj, "kind", link->kind);
    Put(dictObj, "up", Tcl_NewBooleanObj((link->flags & LX_LINK_UP) != 0));
    PutText(dictObj, "state", lx_link_state((unsigned)link->state));
    Put(dictObj, "carrier", Tcl_NewBooleanObj(link->hasCarrier));
    Put(dictObj, "flags", FlagsObj(link->flags));
    PutNumber(dictObj, "mtu", link->mtu);
    if (type != NULL) {
        PutText(dictObj, "type", type);
    } else {
        PutNumber(dictObj, "type", link->type);
    }
    if (link->mac != NULL) {
        PutText(dictObj, "mac", lx_mac_text(link->mac, link->macLen, text));
    }
    if (link->broadcast != NULL) {
        PutText(
            dictObj, "broadcast",
            lx_mac_text(link->broadcast, link->broadcastLen, text));
    }
    PutText(dictObj, "alias", link->alias);
    PutText(dictObj, "qdisc", link->qdisc);
    return dictObj;
}

typedef struct List {
    Tcl_Obj *listObj;
} List;

static void
Append(void *arg, const struct nlmsghdr *message)
{
    List *list = arg;
    struct lx_link link;

    if (lx_link_read(message, &link)) {
        Tcl_ListObjAppendElement(NULL, list->listObj, LinkObj(&link));
    }
}

static int
Ask(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nsObj, const char *name,
    Tcl_Obj *listObj)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_netlink netlink;
    struct lx_nlrequest request;
    List list = {listObj};
    struct lx_err err;
    int result = 0;

    if (NscgNetOpen(state, interp, nsObj, &netlink, &kernel) != TCL_OK) {
        return TCL_ERROR;
    }
    lx_link_ask(&request, name);
    if (lx_netlink_ask(&netlink, &request, Append, &list) != 0) {
        result = name != NULL
            ? lx_netlink_fail(&netlink, &err, "cannot find link \"%s\"", name)
            : lx_netlink_fail(&netlink, &err, "cannot list the links");
    }
    lx_netlink_close(&netlink);
    return result == 0 ? TCL_OK : NscgLxError(interp, &err);
}

static const NscgOption nsOption[] = {
    {"-ns", NSCG_OPT_OBJ, 0, NULL, 0}, {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

int
NscgLinkListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Tcl_Obj *nsObj = NULL;
    Tcl_Obj *listObj;

    if (NscgOptions(
            interp, NULL, nsOption, objc, objv, NSCG_TRAILING, NULL, &nsObj)
        != TCL_OK) {
        return TCL_ERROR;
    }
    listObj = Tcl_NewObj();
    Tcl_IncrRefCount(listObj);
    if (Ask(state, interp, nsObj, NULL, listObj) != TCL_OK) {
        Tcl_DecrRefCount(listObj);
        return TCL_ERROR;
    }
    Tcl_SetObjResult(interp, listObj);
    Tcl_DecrRefCount(listObj);
    return TCL_OK;
}
