/*
 * nscgLinkWords.c --
 *
 *      Options that link set and link create share: words -> flags and
 *      attributes.
 */

#include "nscgNet.h"

static int
Flag(
    Tcl_Interp *interp, Tcl_Obj *obj, unsigned flag, bool inverse,
    unsigned *flags, unsigned *mask)
{
    int on;

    if (obj == NULL) {
        return TCL_OK;
    }
    if (NscgSwitch(interp, obj, &on) != TCL_OK) {
        return TCL_ERROR;
    }
    *mask |= flag;
    if ((on != 0) != inverse) {
        *flags |= flag;
    }
    return TCL_OK;
}

int
NscgLinkFlags(
    Tcl_Interp *interp, const NscgLinkWords *words, unsigned *flags,
    unsigned *mask)
{
    const struct {
        Tcl_Obj *obj;
        unsigned flag;
        bool inverse;
    } rows[] = {
        {words->upObj, LX_LINK_UP, false},
        {words->arpObj, LX_LINK_NOARP, true},
        {words->promiscObj, LX_LINK_PROMISC, false},
        {words->multicastObj, LX_LINK_MULTICAST, false},
        {words->allmultiObj, LX_LINK_ALLMULTI, false},
    };

    *flags = *mask = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (Flag(
                interp, rows[i].obj, rows[i].flag, rows[i].inverse, flags, mask)
            != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

static int
Alias(NscgCompiler *compiler, Tcl_Obj *obj, const char **alias)
{
    if (obj == NULL) {
        return TCL_OK;
    }
    *alias = NscgText(compiler->interp, compiler->pool, obj);
    if (*alias == NULL) {
        return TCL_ERROR;
    }
    if (strlen(*alias) > 255) {
        return NscgError(
            compiler->interp, "VALUE", "TOOLONG",
            "-alias of %lu bytes is too long: limit 255",
            (unsigned long)strlen(*alias));
    }
    return TCL_OK;
}

static int
Addrgen(Tcl_Interp *interp, Tcl_Obj *obj, int *mode)
{
    return obj == NULL
        ? TCL_OK
        : Tcl_GetIndexFromObj(
            interp, obj, lx_link_addrgens, "-addrgen", TCL_EXACT, mode);
}

/*
 * An empty name is no master.
 */
static int
Master(
    NscgCompiler *compiler, Tcl_Obj *obj, struct lx_linkset *set,
    const char **master)
{
    *master = NULL;
    if (obj == NULL) {
        return TCL_OK;
    }
    if (Tcl_GetString(obj)[0] == '\0') {
        set->noMaster = true;
        return TCL_OK;
    }
    *master = NscgLinkName(compiler, obj);
    return *master != NULL ? TCL_OK : TCL_ERROR;
}

int
NscgLinkSetWords(
    NscgCompiler *compiler, const NscgLinkWords *words, struct lx_linkset *set,
    const char **master)
{
    Tcl_Interp *interp = compiler->interp;

    *set = (struct lx_linkset)LX_LINKSET_NONE;
    if ((words->nameObj != NULL
         && (set->name = NscgLinkName(compiler, words->nameObj)) == NULL)
        || (words->macObj != NULL
            && (set->mac = NscgMac(compiler, words->macObj)) == NULL)
        || (words->broadcastObj != NULL
            && (set->broadcast = NscgGroupMac(compiler, words->broadcastObj))
                == NULL)
        || Alias(compiler, words->aliasObj, &set->alias) != TCL_OK
        || NscgMayNumber(interp, words->mtuObj, "-mtu", INT_MAX, &set->mtu)
            != TCL_OK
        || NscgMayNumber(
               interp, words->queueObj, "-txqueuelen", INT_MAX, &set->queue)
            != TCL_OK
        || NscgMayNumber(
               interp, words->groupObj, "-group", INT_MAX, &set->group)
            != TCL_OK
        || NscgSwitch(interp, words->carrierObj, &set->carrier) != TCL_OK
        || Addrgen(interp, words->addrgenObj, &set->addrgen) != TCL_OK) {
        return TCL_ERROR;
    }
    return Master(compiler, words->masterObj, set, master);
}
