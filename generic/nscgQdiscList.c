/*
 * nscgQdiscList.c --
 *
 *      qdisc list.
 */

#include "nscgNet.h"

typedef struct QdiscAsk {
    NscgAsk ask;     /* first: what each gets */
    int index;       /* of the link; 0: any */
    uint32_t handle; /* of the qdisc whose classes are listed; 0: none */
} QdiscAsk;

#define MAJOR 0xffff0000u /* of a handle: the qdisc's own part */

static Tcl_Obj *
DecimalObj(double value)
{
    return value == (double)(Tcl_WideInt)value
        ? Tcl_NewWideIntObj((Tcl_WideInt)value)
        : Tcl_NewDoubleObj(value);
}

static Tcl_Obj *
ValueObj(enum lx_qdiscform form, int64_t value)
{
    switch (form) {
    case LX_QFORM_RATE:
        return Tcl_NewWideIntObj(
            value < INT64_MAX / 8 ? (Tcl_WideInt)value * 8 : INT64_MAX);
    case LX_QFORM_MS:
        return DecimalObj((double)value / 1e6);
    case LX_QFORM_SHARE:
        return DecimalObj(lx_percent(value));
    case LX_QFORM_BOOL:
        return Tcl_NewBooleanObj(value != 0);
    default:
        return Tcl_NewWideIntObj((Tcl_WideInt)value);
    }
}

static Tcl_Obj *
OptionsObj(const struct lx_qdisc *qdisc)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    for (int i = 0; i < LX_QDISC_VALUES; i++) {
        enum lx_qdiscform form = lx_qdisc_form(qdisc->kind, i);

        if (form != LX_QFORM_NONE && qdisc->values[i] >= 0) {
            NscgPut(dictObj, lx_qdisc_key(i), ValueObj(form, qdisc->values[i]));
        }
    }
    return dictObj;
}

static Tcl_Obj *
StatsObj(const struct lx_qdiscinfo *info)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    for (int i = 0; i < LX_QCOUNTS; i++) {
        if (info->counted[i]) {
            NscgPut(dictObj, lx_qdisc_count(i), NscgCountObj(info->counts[i]));
        }
    }
    return dictObj;
}

static Tcl_Obj *
InfoObj(struct lx_netlink *netlink, const struct lx_qdiscinfo *info)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    char text[LX_QDISC_TEXT];

    if (!info->isClass) {
        NscgPutLink(dictObj, "link", netlink, info->index);
        NscgPutNumber(dictObj, "index", info->index);
    }
    NscgPutText(dictObj, "kind", info->kind);
    NscgPutText(dictObj, "handle", lx_qdisc_handle(info->handle, text));
    NscgPutText(dictObj, "parent", lx_qdisc_handle(info->parent, text));
    NscgPut(dictObj, "options", OptionsObj(&info->qdisc));
    NscgPut(dictObj, "stats", StatsObj(info));
    return dictObj;
}

static void
Append(void *arg, const struct nlmsghdr *message)
{
    QdiscAsk *ask = arg;
    struct lx_qdiscinfo info;

    if (lx_qdisc_read(message, &info)
        && (ask->index == 0 || ask->index == info.index)
        && (ask->handle == 0 || ask->handle == (info.handle & MAJOR))) {
        Tcl_ListObjAppendElement(
            NULL, ask->ask.listObj, InfoObj(&ask->ask.netlink, &info));
    }
}

/*
 * The number of an htb that the dict tells of; 0: it is none.
 */
static uint32_t
HtbOf(Tcl_Obj *dictObj, int *index)
{
    static const char *const keys[] = {"kind", "handle", "index"};
    Tcl_Obj *objs[3];

    for (int i = 0; i < 3; i++) {
        Tcl_Obj *keyObj = Tcl_NewStringObj(keys[i], -1);

        Tcl_IncrRefCount(keyObj);
        objs[i] = NULL;
        Tcl_DictObjGet(NULL, dictObj, keyObj, &objs[i]);
        Tcl_DecrRefCount(keyObj);
    }
    if (objs[0] == NULL || objs[1] == NULL || objs[2] == NULL
        || strcmp(Tcl_GetString(objs[0]), lx_qdisc_kinds[LX_HTB]) != 0
        || Tcl_GetIntFromObj(NULL, objs[2], index) != TCL_OK) {
        return 0;
    }
    return (uint32_t)strtoul(Tcl_GetString(objs[1]), NULL, 16) << 16;
}

/*
 * Each htb in the list gets its classes, which the kernel tells of one link at
 * a time.
 */
static int
AddClasses(QdiscAsk *ask, Tcl_Obj *listObj)
{
    struct lx_nlrequest request;
    Tcl_Size count;
    Tcl_Obj **objs;

    if (Tcl_ListObjGetElements(ask->ask.interp, listObj, &count, &objs)
        != TCL_OK) {
        return TCL_ERROR;
    }
    for (Tcl_Size i = 0; i < count; i++) {
        ask->handle = HtbOf(objs[i], &ask->index);
        if (ask->handle == 0) {
            continue;
        }
        Tcl_DecrRefCount(ask->ask.listObj);
        ask->ask.listObj = Tcl_NewObj();
        Tcl_IncrRefCount(ask->ask.listObj);
        lx_qdisc_ask_classes(&request, ask->index);
        if (lx_netlink_list(&ask->ask.netlink, &request, Append, ask) != 0) {
            return NscgAskError(&ask->ask, "cannot list the classes of htb");
        }
        NscgPut(objs[i], "classes", ask->ask.listObj);
    }
    return TCL_OK;
}

static int
List(QdiscAsk *ask)
{
    struct lx_nlrequest request;
    Tcl_Obj *listObj;
    int result;

    lx_qdisc_ask(&request);
    if (lx_netlink_list(&ask->ask.netlink, &request, Append, ask) != 0) {
        return NscgAskError(&ask->ask, "cannot list the qdiscs");
    }
    listObj = ask->ask.listObj;
    ask->ask.listObj = Tcl_NewObj();
    Tcl_IncrRefCount(ask->ask.listObj);
    result = AddClasses(ask, listObj);
    if (result == TCL_OK) {
        Tcl_SetObjResult(ask->ask.interp, listObj);
    }
    Tcl_DecrRefCount(listObj);
    return result;
}

/*
 * qdisc list ?NAME? ?-ns TARGET?
 *
 *      Result          list of dicts: link, index, kind, handle, parent,
 *                      options (as those of qdisc set, without the "-"), stats
 *                      (bytes, packets, drops, overlimits, requeues, backlog,
 *                      queued), and, of htb, classes
 *      Errors          POSIX ENODEV; NSCG NET NAME
 *      Kernel          rtnetlink(7), RTM_GETQDISC, RTM_GETTCLASS
 */
int
NscgQdiscListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    bool named = objc > 0 && Tcl_GetString(objv[0])[0] != '-';
    Tcl_Obj *nsObj = NULL;
    QdiscAsk ask = {.index = 0};
    int result;

    if (NscgOptions(
            interp, NULL, nscgNsOption, objc - named, objv + named,
            NSCG_TRAILING, NULL, &nsObj)
        != TCL_OK) {
        return TCL_ERROR;
    }
    result = NscgAskBegin(&ask.ask, state, interp, nsObj);
    if (result == TCL_OK) {
        result = NscgAskIndex(&ask.ask, named ? objv[0] : NULL, &ask.index);
    }
    if (result == TCL_OK) {
        result = List(&ask);
    }
    NscgAskEnd(&ask.ask);
    return result;
}
