/*
 * nscgRouteCmd.c --
 *
 *      The table of `route`, and what adds and deletes routes.
 */

#include "nscgNet.h"

typedef struct RouteWords {
    Tcl_Obj *nsObj, *viaObj, *devObj, *srcObj;
    Tcl_Obj *metricObj, *tableObj, *scopeObj, *typeObj, *protocolObj;
    Tcl_Obj *mtuObj, *advmssObj;
    bool onlink, replace;
} RouteWords;

#define AT(field) offsetof(RouteWords, field)

static const NscgOption addOptions[] = {
    {"-advmss", NSCG_OPT_OBJ, AT(advmssObj), NULL, 0},
    {"-dev", NSCG_OPT_OBJ, AT(devObj), NULL, 0},
    {"-metric", NSCG_OPT_OBJ, AT(metricObj), NULL, 0},
    {"-mtu", NSCG_OPT_OBJ, AT(mtuObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-onlink", NSCG_OPT_BOOL, AT(onlink), NULL, 0},
    {"-protocol", NSCG_OPT_OBJ, AT(protocolObj), NULL, 0},
    {"-replace", NSCG_OPT_BOOL, AT(replace), NULL, 0},
    {"-scope", NSCG_OPT_OBJ, AT(scopeObj), NULL, 0},
    {"-src", NSCG_OPT_OBJ, AT(srcObj), NULL, 0},
    {"-table", NSCG_OPT_OBJ, AT(tableObj), NULL, 0},
    {"-type", NSCG_OPT_OBJ, AT(typeObj), NULL, 0},
    {"-via", NSCG_OPT_OBJ, AT(viaObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

static const NscgOption deleteOptions[] = {
    {"-dev", NSCG_OPT_OBJ, AT(devObj), NULL, 0},
    {"-metric", NSCG_OPT_OBJ, AT(metricObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-protocol", NSCG_OPT_OBJ, AT(protocolObj), NULL, 0},
    {"-scope", NSCG_OPT_OBJ, AT(scopeObj), NULL, 0},
    {"-src", NSCG_OPT_OBJ, AT(srcObj), NULL, 0},
    {"-table", NSCG_OPT_OBJ, AT(tableObj), NULL, 0},
    {"-type", NSCG_OPT_OBJ, AT(typeObj), NULL, 0},
    {"-via", NSCG_OPT_OBJ, AT(viaObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

#undef AT

/* -- Words ---------------------------------------------------------------- */

static int
Ip(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_ip *ip)
{
    struct lx_err err;

    if (obj == NULL) {
        return TCL_OK;
    }
    return lx_ip_parse(Tcl_GetString(obj), ip, &err) == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}

static int
Word(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, enum lx_words words,
    uint32_t *value)
{
    return obj == NULL ? TCL_OK : NscgWord(interp, obj, what, words, value);
}

/*
 * The family is that of the destination; of "default", that of the others.
 */
static int
Destination(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_route *route)
{
    int guess = route->src.family != 0 ? route->src.family : route->via.family;
    struct lx_err err;

    if (lx_network_parse(Tcl_GetString(obj), guess, &route->to, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    route->family = route->to.family;
    if ((route->src.family != 0 && route->src.family != route->family)
        || (route->via.family == LX_INET && route->family == LX_INET6)) {
        return NscgError(
            interp, "NET", "FAMILY",
            "-via, -src and the destination \"%s\" are of different families",
            Tcl_GetString(obj));
    }
    return TCL_OK;
}

static int
Words(
    NscgCompiler *compiler, const RouteWords *words, Tcl_Obj *toObj,
    struct lx_route *route)
{
    Tcl_Interp *interp = compiler->interp;

    if (Ip(interp, words->viaObj, &route->via) != TCL_OK
        || Ip(interp, words->srcObj, &route->src) != TCL_OK
        || Destination(interp, toObj, route) != TCL_OK
        || NscgMayNumber(
               interp, words->metricObj, "-metric", UINT32_MAX, &route->metric)
            != TCL_OK
        || NscgMayNumber(interp, words->mtuObj, "-mtu", UINT32_MAX, &route->mtu)
            != TCL_OK
        || NscgMayNumber(
               interp, words->advmssObj, "-advmss", UINT32_MAX, &route->advmss)
            != TCL_OK
        || Word(
               interp, words->tableObj, "-table", LX_WORDS_TABLE, &route->table)
            != TCL_OK
        || Word(interp, words->typeObj, "-type", LX_WORDS_TYPE, &route->type)
            != TCL_OK
        || Word(
               interp, words->protocolObj, "-protocol", LX_WORDS_PROTOCOL,
               &route->protocol)
            != TCL_OK) {
        return TCL_ERROR;
    }
    route->flags = words->onlink ? LX_ROUTE_ONLINK : 0;
    return NscgScope(interp, words->scopeObj, &route->scope);
}

/* -- Commands ------------------------------------------------------------- */

typedef struct Change {
    RouteWords words;
    struct lx_route route;
    const char *dev; /* or NULL */
    NscgPlan plan;
    struct lx_netpart *part;
} Change;

/*
 * DEST ?-option value ...?
 */
static int
Begin(
    NscgCompiler *compiler, const NscgOption *options, int objc,
    Tcl_Obj *const objv[], const char *what, const char *format, Change *change)
{
    RouteWords *words = &change->words;

    if (NscgOptions(
            compiler->interp, compiler->pool, options, objc - 1, objv + 1,
            NSCG_TRAILING, NULL, words)
            != TCL_OK
        || Words(compiler, words, objv[0], &change->route) != TCL_OK
        || (words->devObj != NULL
            && (change->dev = NscgLinkName(compiler, words->devObj)) == NULL)
        || NscgPlanBegin(&change->plan, compiler, words->nsObj, what) != TCL_OK
        || (change->part =
                NscgPlanAdd(&change->plan, 0, format, Tcl_GetString(objv[0])))
            == NULL) {
        return TCL_ERROR;
    }
    change->part->link = change->dev;
    return TCL_OK;
}

static int
Finish(Change *change, size_t at, struct lx_step *step)
{
    if (change->dev != NULL
        && NscgPlanIndex(&change->plan, change->part, change->dev, at, 0)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&change->plan, step);
}

/*
 * route add DEST ?-option value ...?
 *
 *      Adds a route.
 *
 *      DEST            10.0.0.0/24, fd00::/64, an address, default or ::/0
 *      -via ADDRESS    the router
 *      -dev NAME       the link
 *      -src ADDRESS    from which is sent
 *      -metric NUMBER  the lowest is taken
 *      -table TABLE    -scope SCOPE    -protocol PROTOCOL
 *      -type TYPE      unicast, blackhole, unreachable, prohibit, ...
 *      -onlink BOOL    the router is on the link, whatever addresses say
 *      -mtu, -advmss BYTES
 *      -replace BOOL   another one to DEST is replaced
 *      -ns TARGET      where
 *      Result          empty
 *      Errors          POSIX EEXIST | ENETUNREACH | ENODEV | EPERM | EINVAL;
 *                      NSCG NET ADDRESS | NAME | FAMILY | NEEDS;
 *                      NSCG VALUE WORD
 *      Kernel          rtnetlink(7)
 */
static int
CompileRouteAdd(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Change change = {.route = LX_ROUTE_NONE};
    const RouteWords *words = &change.words;
    size_t at;

    if (Begin(
            compiler, addOptions, objc, objv, "route add",
            "cannot add a route to %s", &change)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (words->typeObj == NULL && words->viaObj == NULL && change.dev == NULL) {
        return NscgError(
            compiler->interp, "NET", "NEEDS",
            "a route to \"%s\" needs -via or -dev", Tcl_GetString(objv[0]));
    }
    change.part->exists =
        "there is a route to it already: with another -metric it is a second "
        "one, -replace 1 replaces it";
    lx_route_add(
        change.part->request, &change.route, words->replace, change.dev != NULL,
        &at);
    return Finish(&change, at, step);
}

/*
 * route delete DEST ?-option value ...?
 *
 *      Deletes the first route to DEST that is as the options say.
 *
 *      Result          empty
 *      Errors          POSIX ESRCH | ENODEV | EPERM;
 *                      NSCG NET ADDRESS | NAME | FAMILY; NSCG VALUE WORD
 *      Kernel          rtnetlink(7)
 */
static int
CompileRouteDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Change change = {.route = LX_ROUTE_NONE};
    size_t at;

    change.route.type = change.route.protocol = 0; /* any */
    if (Begin(
            compiler, deleteOptions, objc, objv, "route delete",
            "cannot delete the route to %s", &change)
        != TCL_OK) {
        return TCL_ERROR;
    }
    change.part->missing = "there is no such route";
    lx_route_remove(
        change.part->request, &change.route, change.dev != NULL, &at);
    return Finish(&change, at, step);
}

const NscgCommand nscgRouteCommands[] = {
    {"add", 1, -1, "dest ?-option value ...?", "Add a route", NULL,
     CompileRouteAdd, false},
    {"delete", 1, -1, "dest ?-option value ...?", "Delete a route", NULL,
     CompileRouteDelete, false},
    {"get", 1, -1, "address ?-option value ...?",
     "Find the way that is taken to an address", NscgRouteGetCmd, NULL, false},
    {"list", 0, -1, "?-option value ...?", "List the routes of a net namespace",
     NscgRouteListCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
