/*
 * nscgLinkSet.c --
 *
 *      link set, and the options that it shares with link create.
 */

#include "nscgNet.h"

static const NscgOption setOptions[] = {
    NSCG_LINK_OPTIONS,
    {"-bridge", NSCG_OPT_OBJ, offsetof(NscgLinkWords, bridgeObj), NULL, 0},
    {"-carrier", NSCG_OPT_OBJ, offsetof(NscgLinkWords, carrierObj), NULL, 0},
    {"-ipvlan", NSCG_OPT_OBJ, offsetof(NscgLinkWords, ipvlanObj), NULL, 0},
    {"-macvlan", NSCG_OPT_OBJ, offsetof(NscgLinkWords, macvlanObj), NULL, 0},
    {"-member", NSCG_OPT_OBJ, offsetof(NscgLinkWords, memberObj), NULL, 0},
    {"-name", NSCG_OPT_OBJ, offsetof(NscgLinkWords, nameObj), NULL, 0},
    {"-vxlan", NSCG_OPT_OBJ, offsetof(NscgLinkWords, vxlanObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

/* -- Words ---------------------------------------------------------------- */

static int
Flag(
    Tcl_Interp *interp, Tcl_Obj *obj, unsigned flag, bool inverse,
    unsigned *flags, unsigned *mask)
{
    int on;

    if (obj == NULL) {
        return TCL_OK;
    }
    if (Tcl_GetBooleanFromObj(interp, obj, &on) != TCL_OK) {
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
                interp, rows[i].obj, rows[i].flag, rows[i].inverse, flags,
                mask)
            != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

static int
Number(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, Tcl_WideInt min,
    Tcl_WideInt max, int64_t *value)
{
    Tcl_WideInt wide;

    if (obj == NULL) {
        return TCL_OK;
    }
    if (NscgNumber(interp, obj, what, min, max, &wide) != TCL_OK) {
        return TCL_ERROR;
    }
    *value = wide;
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
Carrier(Tcl_Interp *interp, Tcl_Obj *obj, int *carrier)
{
    return obj == NULL ? TCL_OK : Tcl_GetBooleanFromObj(interp, obj, carrier);
}

static int
Addrgen(Tcl_Interp *interp, Tcl_Obj *obj, int *mode)
{
    return obj == NULL ? TCL_OK
                       : Tcl_GetIndexFromObj(
                           interp, obj, lx_link_addrgens, "-addrgen",
                           TCL_EXACT, mode);
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
        || Number(interp, words->mtuObj, "-mtu", 0, INT_MAX, &set->mtu)
            != TCL_OK
        || Number(
               interp, words->queueObj, "-txqueuelen", 0, INT_MAX, &set->queue)
            != TCL_OK
        || Number(interp, words->groupObj, "-group", 0, INT_MAX, &set->group)
            != TCL_OK
        || Carrier(interp, words->carrierObj, &set->carrier) != TCL_OK
        || Addrgen(interp, words->addrgenObj, &set->addrgen) != TCL_OK) {
        return TCL_ERROR;
    }
    return Master(compiler, words->masterObj, set, master);
}

/* -- link set ------------------------------------------------------------- */

typedef struct Set {
    NscgLinkWords words;
    const char *name;
    const char *master;
    struct lx_linkset set;
    unsigned flags, mask;
} Set;

static int
Kinds(NscgPlan *plan, struct lx_netpart *part, const NscgLinkWords *words)
{
    const struct {
        const char *kind;
        Tcl_Obj *obj;
        bool member;
    } rows[] = {
        {"bridge", words->bridgeObj, false},
        {"macvlan", words->macvlanObj, false},
        {"ipvlan", words->ipvlanObj, false},
        {"vxlan", words->vxlanObj, false},
        {"bridge", words->memberObj, true},
    };
    bool had[2] = {false, false};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char what[32];

        if (rows[i].obj == NULL) {
            continue;
        }
        if (had[rows[i].member]) {
            return NscgError(
                plan->compiler->interp, "NET", "KIND",
                "a link is of one kind: -%s cannot be set with another",
                rows[i].kind);
        }
        had[rows[i].member] = true;
        lx_format(
            what, sizeof(what), "-%s key",
            rows[i].member ? "member" : rows[i].kind);
        if (NscgPlanKind(
                plan, part, rows[i].kind, rows[i].member, rows[i].obj, what)
            != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

/*
 * One request for all. A master is looked for where the link is by then.
 */
static int
AddSet(NscgPlan *plan, Set *set, unsigned mask)
{
    int where = set->set.ns >= 0 ? 1 : 0;
    struct lx_netpart *part =
        NscgPlanAdd(plan, 0, "cannot set link \"%s\"", set->name);

    if (part == NULL || NscgPlanKeep(plan, part) != TCL_OK) {
        return TCL_ERROR;
    }
    part->link = set->name;
    part->taken[where] = set->set.name != NULL ? set->set.name
        : where == 1                           ? set->name
                                               : NULL;
    lx_link_change(part->request, NULL, set->flags & mask, mask);
    lx_link_put(part->request, &set->set);
    if (NscgPlanIndex(plan, part, set->name, LX_LINK_INDEX, 0) != TCL_OK) {
        return TCL_ERROR;
    }
    if (set->master != NULL
        && NscgPlanIndex(
               plan, part, set->master, lx_link_put_master(part->request),
               where)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return Kinds(plan, part, &set->words);
}

/*
 * The kernel gives a new name before it sets a link down, and before Linux 6.2
 * it gives none to a link that is up.
 */
static int
AddDown(NscgPlan *plan, const Set *set)
{
    struct lx_netpart *part =
        NscgPlanAdd(plan, 0, "cannot set link \"%s\" down", set->name);

    if (part == NULL || NscgPlanKeep(plan, part) != TCL_OK) {
        return TCL_ERROR;
    }
    part->link = set->name;
    lx_link_change(part->request, NULL, 0, LX_LINK_UP);
    return NscgPlanIndex(plan, part, set->name, LX_LINK_INDEX, 0);
}

static int
Compile(NscgPlan *plan, Set *set)
{
    NscgCompiler *compiler = plan->compiler;
    const NscgLinkWords *words = &set->words;
    unsigned mask;

    if (NscgLinkFlags(compiler->interp, words, &set->flags, &set->mask)
            != TCL_OK
        || NscgLinkSetWords(compiler, words, &set->set, &set->master)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (words->netnsObj != NULL) {
        if (NscgPlanPeer(plan, words->netnsObj) != TCL_OK) {
            return TCL_ERROR;
        }
        set->set.ns = plan->plan->place[1].ns;
    }
    mask = set->mask;
    if (set->set.name != NULL && (mask & LX_LINK_UP)
        && !(set->flags & LX_LINK_UP)) {
        if (AddDown(plan, set) != TCL_OK) {
            return TCL_ERROR;
        }
        mask &= ~(unsigned)LX_LINK_UP;
    }
    return AddSet(plan, set, mask);
}

/*
 * link set NAME ?-option value ...?
 *
 *      Changes a link: all that is asked for, or nothing.
 *
 *      -ns TARGET      where it is
 *      -netns TARGET   it moves there
 *      -up, -arp, -promisc, -multicast, -allmulticast BOOL
 *      -name NAME      a new name
 *      -mac, -broadcast MAC
 *      -mtu BYTES, -txqueuelen PACKETS, -group NUMBER, -alias TEXT
 *      -master NAME    a bridge, or {}
 *      -carrier BOOL, -addrgen MODE
 *      -bridge, -macvlan, -ipvlan, -vxlan DICT   what its kind has
 *      -member DICT    what a member of a bridge has
 *      Result          empty
 *      Errors          POSIX ENODEV | EPERM | EEXIST | EINVAL | EBUSY;
 *                      NSCG NET NAME | MAC | KIND
 *      Kernel          rtnetlink(7)
 */
int
NscgCompileLinkSet(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Set set = {.name = NscgLinkName(compiler, objv[0])};
    NscgPlan plan;

    if (set.name == NULL
        || NscgOptions(
               compiler->interp, compiler->pool, setOptions, objc - 1,
               objv + 1, NSCG_TRAILING, NULL, &set.words)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, set.words.nsObj, "link set")
            != TCL_OK
        || Compile(&plan, &set) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}
