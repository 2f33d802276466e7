/*
 * nscgQdiscList.c --
 *
 *      qdisc list.
 */

#include "nscgNet.h"

typedef struct QdiscAsk {
    NscgAsk ask; /* first: what each gets */
    int index;
} QdiscAsk;

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
        && (ask->index == 0 || ask->index == info.index)) {
        Tcl_ListObjAppendElement(
            NULL, ask->ask.listObj, InfoObj(&ask->ask.netlink, &info));
    }
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
    struct lx_nlrequest request;
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
        lx_qdisc_ask(&request);
        if (NscgAskAll(&ask.ask, &request, Append) != 0) {
            result = NscgAskError(&ask.ask, "cannot list the qdiscs");
        } else {
            Tcl_SetObjResult(interp, ask.ask.listObj);
        }
    }
    NscgAskEnd(&ask.ask);
    return result;
}
