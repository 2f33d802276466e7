/*
 * nscgRouteList.c --
 *
 *      route list and route get.
 */

#include <errno.h>

#include "nscgNet.h"

typedef struct RouteAsk {
    NscgAsk ask; /* first: what each gets */
    int family, index;
    bool allTables;
    uint32_t table;
} RouteAsk;

static void
PutFlags(Tcl_Obj *dictObj, unsigned flags)
{
    NscgPutFlags(dictObj, "flags", flags, lx_route_flag, LX_ROUTE_FLAGS);
}

static Tcl_Obj *
HopsObj(struct lx_netlink *netlink, const struct lx_route *route)
{
    Tcl_Obj *listObj = Tcl_NewObj();

    for (size_t i = 0; i < route->hopCount; i++) {
        const struct lx_hop *hop = &route->hops[i];
        Tcl_Obj *dictObj = Tcl_NewDictObj();

        NscgPutIp(dictObj, "via", &hop->via);
        NscgPutLink(dictObj, "dev", netlink, hop->index);
        NscgPutNumber(dictObj, "weight", hop->weight);
        PutFlags(dictObj, hop->flags);
        Tcl_ListObjAppendElement(NULL, listObj, dictObj);
    }
    return listObj;
}

static void
PutDestination(Tcl_Obj *dictObj, const struct lx_route *route)
{
    char text[LX_IP_TEXT];

    NscgPutText(
        dictObj, "dest",
        route->to.bits == 0 ? "default" : lx_cidr_text(&route->to, text));
}

static Tcl_Obj *
RouteObj(struct lx_netlink *netlink, const struct lx_route *route)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    char word[LX_WORD_TEXT];

    PutDestination(dictObj, route);
    NscgPutText(dictObj, "family", lx_family_name(route->family));
    NscgPutText(
        dictObj, "type", lx_word_text(LX_WORDS_TYPE, route->type, word));
    NscgPutIp(dictObj, "via", &route->via);
    NscgPutLink(dictObj, "dev", netlink, route->index);
    NscgPutIp(dictObj, "src", &route->src);
    NscgPutIp(dictObj, "from", &route->from);
    NscgPutNumber(dictObj, "metric", route->metric);
    NscgPutText(
        dictObj, "table", lx_word_text(LX_WORDS_TABLE, route->table, word));
    NscgPutText(
        dictObj, "protocol",
        lx_word_text(LX_WORDS_PROTOCOL, route->protocol, word));
    NscgPutText(
        dictObj, "scope",
        lx_word_text(LX_WORDS_SCOPE, (uint32_t)route->scope, word));
    PutFlags(dictObj, route->flags);
    NscgPutNumber(dictObj, "mtu", route->mtu);
    NscgPutNumber(dictObj, "advmss", route->advmss);
    if (route->expires >= 0) {
        NscgPutNumber(dictObj, "expires", route->expires * 1000);
    }
    if (route->hopCount > 0) {
        NscgPut(dictObj, "nexthops", HopsObj(netlink, route));
    }
    return dictObj;
}

static bool
HasLink(const struct lx_route *route, int index)
{
    bool has = route->index == index;

    for (size_t i = 0; !has && i < route->hopCount; i++) {
        has = route->hops[i].index == index;
    }
    return has;
}

static void
Append(void *arg, const struct nlmsghdr *message)
{
    RouteAsk *ask = arg;
    struct lx_route route;

    if (lx_route_read(message, &route) && !(route.flags & LX_ROUTE_CLONED)
        && (ask->family == 0 || ask->family == route.family)
        && (ask->allTables || ask->table == route.table)
        && (ask->index == 0 || HasLink(&route, ask->index))) {
        Tcl_ListObjAppendElement(
            NULL, ask->ask.listObj, RouteObj(&ask->ask.netlink, &route));
    }
}

/* -- route list ----------------------------------------------------------- */

typedef struct ListWords {
    Tcl_Obj *nsObj, *familyObj, *tableObj, *devObj;
} ListWords;

#define AT(field) offsetof(ListWords, field)

static const NscgOption listOptions[] = {
    {"-dev", NSCG_OPT_OBJ, AT(devObj), NULL, 0},
    {"-family", NSCG_OPT_OBJ, AT(familyObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-table", NSCG_OPT_OBJ, AT(tableObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

#undef AT

static int
Table(Tcl_Interp *interp, Tcl_Obj *obj, RouteAsk *ask)
{
    if (obj == NULL) {
        return TCL_OK;
    }
    if (strcmp(Tcl_GetString(obj), "all") == 0) {
        ask->allTables = true;
        return TCL_OK;
    }
    return NscgWord(interp, obj, "-table", LX_WORDS_TABLE, &ask->table);
}

/*
 * route list ?-option value ...?
 *
 *      -family FAMILY  inet or inet6; both
 *      -table TABLE    main, or all
 *      -dev NAME       only those of that link
 *      -ns TARGET      where
 *      Result          list of dicts: dest, family, type, table, protocol,
 *                      scope, flags, and, where there is one, via, dev, src,
 *                      metric, mtu, advmss, expires (ms), nexthops
 *      Errors          POSIX ENODEV; NSCG NET NAME; NSCG VALUE WORD
 *      Kernel          rtnetlink(7)
 */
int
NscgRouteListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    ListWords words = {NULL, NULL, NULL, NULL};
    RouteAsk ask = {.table = LX_TABLE_MAIN};
    struct lx_nlrequest request;
    int result;

    if (NscgOptions(
            interp, NULL, listOptions, objc, objv, NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || NscgFamily(interp, words.familyObj, &ask.family) != TCL_OK
        || Table(interp, words.tableObj, &ask) != TCL_OK) {
        return TCL_ERROR;
    }
    result = NscgAskBegin(&ask.ask, state, interp, words.nsObj);
    if (result == TCL_OK) {
        result = NscgAskIndex(&ask.ask, words.devObj, &ask.index);
    }
    if (result == TCL_OK) {
        lx_route_ask(&request, ask.family);
        if (lx_netlink_list(&ask.ask.netlink, &request, Append, &ask) != 0) {
            result = NscgAskError(&ask.ask, "cannot list the routes");
        } else {
            Tcl_SetObjResult(interp, ask.ask.listObj);
        }
    }
    NscgAskEnd(&ask.ask);
    return result;
}

/* -- route get ------------------------------------------------------------ */

typedef struct GetWords {
    Tcl_Obj *nsObj, *devObj, *fromObj, *markObj;
} GetWords;

#define AT(field) offsetof(GetWords, field)

static const NscgOption getOptions[] = {
    {"-dev", NSCG_OPT_OBJ, AT(devObj), NULL, 0},
    {"-from", NSCG_OPT_OBJ, AT(fromObj), NULL, 0},
    {"-mark", NSCG_OPT_OBJ, AT(markObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

#undef AT

static void
AppendFound(void *arg, const struct nlmsghdr *message)
{
    RouteAsk *ask = arg;
    struct lx_route route;

    if (lx_route_read(message, &route)) {
        Tcl_ListObjAppendElement(
            NULL, ask->ask.listObj, RouteObj(&ask->ask.netlink, &route));
    }
}

static int
GetParse(
    Tcl_Interp *interp, const GetWords *words, Tcl_Obj *toObj,
    struct lx_route *route, Tcl_WideInt *mark)
{
    struct lx_err err;

    if (lx_ip_parse(Tcl_GetString(toObj), &route->to, &err) != 0
        || (words->fromObj != NULL
            && lx_ip_parse(Tcl_GetString(words->fromObj), &route->from, &err)
                != 0)) {
        return NscgLxError(interp, &err);
    }
    route->family = route->to.family;
    if (route->from.family != 0 && route->from.family != route->family) {
        return NscgError(
            interp, "NET", "FAMILY",
            "-from \"%s\" is of another family than the address",
            Tcl_GetString(words->fromObj));
    }
    return words->markObj == NULL
        ? TCL_OK
        : NscgNumber(interp, words->markObj, "-mark", 0, UINT32_MAX, mark);
}

static int
Get(RouteAsk *ask, const struct lx_route *route, int64_t mark)
{
    struct lx_nlrequest request;
    char text[LX_IP_TEXT];
    Tcl_Obj *routeObj;

    lx_route_find(&request, route, mark);
    errno = 0;
    if (lx_netlink_ask(&ask->ask.netlink, &request, AppendFound, ask) != 0
        || Tcl_ListObjIndex(NULL, ask->ask.listObj, 0, &routeObj) != TCL_OK
        || routeObj == NULL) {
        errno = errno != 0 ? errno : ENETUNREACH;
        return NscgAskError(
            &ask->ask, "cannot find a way to %s in %s",
            lx_ip_text(&route->to, text), ask->ask.where);
    }
    Tcl_SetObjResult(ask->ask.interp, routeObj);
    return TCL_OK;
}

/*
 * route get ADDRESS ?-option value ...?
 *
 *      The route that a packet to ADDRESS would take.
 *
 *      -from ADDRESS   of that sender
 *      -dev NAME       by that link
 *      -mark NUMBER    with that mark
 *      -ns TARGET      where
 *      Result          a dict as route list has it
 *      Errors          POSIX ENETUNREACH | EHOSTUNREACH | EACCES | EINVAL |
 *                      ENODEV; NSCG NET ADDRESS | NAME | FAMILY
 *      Kernel          rtnetlink(7), RTM_GETROUTE
 */
int
NscgRouteGetCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    GetWords words = {NULL, NULL, NULL, NULL};
    struct lx_route route = LX_ROUTE_NONE;
    RouteAsk ask = {.allTables = true};
    Tcl_WideInt mark = -1;
    int result;

    if (NscgOptions(
            interp, NULL, getOptions, objc - 1, objv + 1, NSCG_TRAILING, NULL,
            &words)
            != TCL_OK
        || GetParse(interp, &words, objv[0], &route, &mark) != TCL_OK) {
        return TCL_ERROR;
    }
    result = NscgAskBegin(&ask.ask, state, interp, words.nsObj);
    if (result == TCL_OK) {
        result = NscgAskIndex(&ask.ask, words.devObj, &route.index);
    }
    if (result == TCL_OK) {
        result = Get(&ask, &route, mark);
    }
    NscgAskEnd(&ask.ask);
    return result;
}
