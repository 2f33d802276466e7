/*
 * nscgLinkList.c --
 *
 *      link list and link get: links as dicts.
 */

#include "nscgNet.h"

static void
PutMac(Tcl_Obj *dictObj, const char *key, const void *mac, size_t len)
{
    char text[LX_MAC_TEXT];

    if (mac != NULL) {
        NscgPutText(dictObj, key, lx_mac_text(mac, len, text));
    }
}

static void
PutAltNames(Tcl_Obj *dictObj, const struct lx_link *link)
{
    Tcl_Obj *listObj = NULL;
    const char *name;
    size_t at = 0;

    while ((name = lx_link_altname(link, &at)) != NULL) {
        if (listObj == NULL) {
            listObj = Tcl_NewObj();
        }
        Tcl_ListObjAppendElement(NULL, listObj, NscgTextObj(name));
    }
    if (listObj != NULL) {
        NscgPut(dictObj, "altnames", listObj);
    }
}

/*
 * The link below, or the other end: of another namespace only its number is
 * known, and a number for that namespace.
 */
static void
PutLower(
    Tcl_Obj *dictObj, struct lx_netlink *netlink, const struct lx_link *link)
{
    if (link->link <= 0 || (link->link == link->index && link->linkNs < 0)) {
        return;
    }
    if (link->linkNs < 0) {
        NscgPutLink(dictObj, "link", netlink, link->link);
    }
    NscgPutNumber(dictObj, "linkindex", link->link);
    NscgPutNumber(dictObj, "linknsid", link->linkNs);
}

static void
PutKind(
    Tcl_Obj *dictObj, struct lx_netlink *netlink, const struct lx_link *link)
{
    Tcl_Obj *kindObj =
        NscgKindObj(netlink, lx_link_kind(link->kind), link->data);
    Tcl_Obj *memberObj = NscgKindObj(
        netlink, lx_link_member(link->memberKind), link->memberData);

    if (kindObj != NULL) {
        NscgPut(dictObj, link->kind, kindObj);
    }
    if (link->master > 0) {
        NscgPutLink(dictObj, "master", netlink, link->master);
        NscgPutText(dictObj, "masterkind", link->memberKind);
    }
    if (memberObj != NULL) {
        NscgPut(dictObj, "member", memberObj);
    }
}

static Tcl_Obj *
LinkObj(struct lx_netlink *netlink, const struct lx_link *link)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    const char *type = lx_link_type(link->type);

    NscgPutText(dictObj, "name", link->name);
    NscgPutNumber(dictObj, "index", link->index);
    NscgPutText(dictObj, "kind", link->kind);
    NscgPutBool(dictObj, "up", (link->flags & LX_LINK_UP) != 0);
    NscgPutText(dictObj, "state", lx_link_state((unsigned)link->state));
    NscgPutBool(dictObj, "carrier", link->hasCarrier);
    NscgPutFlags(dictObj, "flags", link->flags, lx_link_flag, LX_LINK_FLAGS);
    if (type != NULL) {
        NscgPutText(dictObj, "type", type);
    } else {
        NscgPutNumber(dictObj, "type", link->type);
    }
    PutMac(dictObj, "mac", link->mac, link->macLen);
    PutMac(dictObj, "broadcast", link->broadcast, link->broadcastLen);
    PutMac(dictObj, "permanentmac", link->permanent, link->permanentLen);
    NscgPutNumber(dictObj, "mtu", link->mtu);
    NscgPutNumber(dictObj, "minmtu", link->minMtu);
    NscgPutNumber(dictObj, "maxmtu", link->maxMtu);
    NscgPutText(dictObj, "alias", link->alias);
    PutAltNames(dictObj, link);
    PutLower(dictObj, netlink, link);
    PutKind(dictObj, netlink, link);
    NscgPutText(dictObj, "qdisc", link->qdisc);
    NscgPutNumber(dictObj, "txqueuelen", link->queue);
    NscgPutNumber(dictObj, "txqueues", link->txQueues);
    NscgPutNumber(dictObj, "rxqueues", link->rxQueues);
    NscgPutNumber(dictObj, "group", link->group);
    NscgPutNumber(dictObj, "promiscuity", link->promiscuity);
    NscgPutNumber(dictObj, "allmulticast", link->allMulti);
    NscgPutNumber(dictObj, "carrierchanges", link->carrierChanges);
    NscgPutNumber(dictObj, "gsomaxsize", link->gsoMaxSize);
    NscgPutNumber(dictObj, "gsomaxsegs", link->gsoMaxSegs);
    if (link->addrgen >= 0) {
        NscgPutText(
            dictObj, "addrgen", lx_link_addrgen((unsigned)link->addrgen));
    }
    NscgPutText(dictObj, "bus", link->bus);
    NscgPutText(dictObj, "device", link->device);
    return dictObj;
}

static void
Append(void *arg, const struct nlmsghdr *message)
{
    NscgAsk *ask = arg;
    struct lx_link link;

    if (lx_link_read(message, &link)) {
        Tcl_ListObjAppendElement(
            NULL, ask->listObj, LinkObj(&ask->netlink, &link));
    }
}

/* -- link list ------------------------------------------------------------ */

typedef struct Entry {
    Tcl_WideInt index;
    Tcl_Obj *linkObj;
} Entry;

static int
ByIndex(const void *a, const void *b)
{
    Tcl_WideInt first = ((const Entry *)a)->index;
    Tcl_WideInt second = ((const Entry *)b)->index;

    return first < second ? -1 : first > second;
}

/*
 * Linux before 6.6 has an order of its own.
 */
static int
SetSorted(NscgAsk *ask)
{
    Tcl_Obj *keyObj = Tcl_NewStringObj("index", -1);
    Tcl_Obj *sortedObj = Tcl_NewObj();
    Tcl_Size count;
    Tcl_Obj **objs;
    Entry *entries;

    Tcl_IncrRefCount(keyObj);
    Tcl_IncrRefCount(sortedObj);
    Tcl_ListObjGetElements(NULL, ask->listObj, &count, &objs);
    entries = malloc(((size_t)count + 1) * sizeof(*entries));
    for (Tcl_Size i = 0; entries != NULL && i < count; i++) {
        Tcl_Obj *valueObj = NULL;

        entries[i] = (Entry){0, objs[i]};
        if (Tcl_DictObjGet(NULL, objs[i], keyObj, &valueObj) == TCL_OK
            && valueObj != NULL) {
            Tcl_GetWideIntFromObj(NULL, valueObj, &entries[i].index);
        }
    }
    if (entries != NULL) {
        qsort(entries, (size_t)count, sizeof(*entries), ByIndex);
        for (Tcl_Size i = 0; i < count; i++) {
            Tcl_ListObjAppendElement(NULL, sortedObj, entries[i].linkObj);
        }
        Tcl_SetObjResult(ask->interp, sortedObj);
    }
    Tcl_DecrRefCount(keyObj);
    Tcl_DecrRefCount(sortedObj);
    if (entries == NULL) {
        return NscgNoMemory(ask->interp);
    }
    free(entries);
    return TCL_OK;
}

static int
AskLinks(NscgAsk *ask, const char *name)
{
    struct lx_nlrequest request;

    lx_link_ask(&request, 0, name, false);
    return lx_netlink_list(&ask->netlink, &request, Append, ask) == 0
        ? SetSorted(ask)
        : NscgAskError(ask, "cannot list the links");
}

/*
 * link list ?-ns TARGET?
 *
 *      The links of a net namespace.
 *
 *      Result          list of dicts, in the order of their numbers: name,
 *                      index, kind (but of physical ones and lo), up, state,
 *                      carrier, flags, type, mac, mtu, ...; see the manual
 *      Errors          POSIX EPERM; NSCG NS ...
 *      Kernel          rtnetlink(7)
 */
int
NscgLinkListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return NscgAskRun(state, interp, objc, objv, false, AskLinks);
}

/* -- link get ------------------------------------------------------------- */

int
NscgAskLink(NscgAsk *ask, const char *name)
{
    struct lx_nlrequest request;
    Tcl_Obj *linkObj;

    lx_link_ask(&request, 0, name, false);
    if (lx_netlink_ask(&ask->netlink, &request, Append, ask) != 0
        || Tcl_ListObjIndex(NULL, ask->listObj, 0, &linkObj) != TCL_OK
        || linkObj == NULL) {
        return NscgAskNoLink(ask, name, "cannot get link");
    }
    Tcl_SetObjResult(ask->interp, linkObj);
    return TCL_OK;
}

/*
 * link get NAME ?-ns TARGET?
 *
 *      Result          one of the dicts of link list
 *      Errors          POSIX ENODEV; NSCG NET NAME
 *      Kernel          rtnetlink(7)
 */
int
NscgLinkGetCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return NscgAskRun(state, interp, objc, objv, true, NscgAskLink);
}
