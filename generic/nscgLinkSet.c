/*
 * nscgLinkSet.c --
 *
 *      link set.
 */

#include "nscgNet.h"

static const NscgOption setOptions[] = {
    NSCG_LINK_OPTIONS,
    NSCG_LINK_OPTION("-bridge", bridgeObj),
    NSCG_LINK_SWITCH("-carrier", carrierObj),
    NSCG_LINK_OPTION("-ipvlan", ipvlanObj),
    NSCG_LINK_OPTION("-macvlan", macvlanObj),
    NSCG_LINK_OPTION("-member", memberObj),
    NSCG_LINK_OPTION("-name", nameObj),
    NSCG_LINK_SWITCH("-return", returnObj),
    NSCG_LINK_OPTION("-vxlan", vxlanObj),
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

typedef struct Set {
    NscgLinkWords words;
    const char *name;
    const char *master;
    struct lx_linkset set;
    unsigned flags, mask;
} Set;

static int
PutKind(
    NscgPlan *plan, struct lx_netpart *part, const char *kind, bool member,
    Tcl_Obj *dictObj)
{
    char what[32];

    lx_format(what, sizeof(what), "-%s key", member ? "member" : kind);
    return NscgPlanKind(plan, part, kind, member, dictObj, what);
}

static int
Kinds(NscgPlan *plan, struct lx_netpart *part, const NscgLinkWords *words)
{
    const struct {
        const char *kind;
        Tcl_Obj *obj;
    } rows[] = {
        {"bridge", words->bridgeObj},
        {"macvlan", words->macvlanObj},
        {"ipvlan", words->ipvlanObj},
        {"vxlan", words->vxlanObj},
    };
    bool had = false;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].obj == NULL) {
            continue;
        }
        if (had) {
            return NscgError(
                plan->compiler->interp, "NET", "KIND",
                "a link is of one kind: -%s cannot be set with another",
                rows[i].kind);
        }
        had = true;
        if (PutKind(plan, part, rows[i].kind, false, rows[i].obj) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    /* What is to become a member first, has a request of its own for this. */
    return words->memberObj != NULL && words->masterObj == NULL
        ? PutKind(plan, part, "bridge", true, words->memberObj)
        : TCL_OK;
}

/*
 * What the kernel means by a bare "operation not supported".
 */
static const char *
Cannot(const NscgLinkWords *words)
{
    if (words->memberObj != NULL) {
        return "-member is for members of a bridge";
    }
    if (words->bridgeObj != NULL || words->macvlanObj != NULL
        || words->ipvlanObj != NULL || words->vxlanObj != NULL) {
        return "the link is of another kind, or that cannot be changed of it";
    }
    if (words->carrierObj != NULL) {
        return "of links of its kind the carrier cannot be set";
    }
    return NULL;
}

/*
 * A part by which the link changes that is called `name` at `where`.
 */
static struct lx_netpart *
Add(NscgPlan *plan, const Set *set, int where, const char *name, unsigned mask)
{
    struct lx_netpart *part =
        NscgPlanAdd(plan, where, "cannot set link \"%s\"", set->name);

    if (part == NULL || NscgPlanKeep(plan, part) != TCL_OK) {
        return NULL;
    }
    part->link = name;
    part->cannot = Cannot(&set->words);
    part->master = part->cannot == NULL ? set->master : NULL;
    lx_link_change(part->request, NULL, set->flags & mask, set->mask & mask);
    return NscgPlanIndex(plan, part, name, LX_LINK_INDEX, where) == TCL_OK
        ? part
        : NULL;
}

static int
PutMaster(NscgPlan *plan, const Set *set, struct lx_netpart *part)
{
    if (set->master == NULL) {
        return TCL_OK;
    }
    return NscgPlanIndex(
        plan, part, set->master, lx_link_put_master(part->request),
        part->where);
}

/*
 * What it has as a member of a master that it has been given before.
 */
static int
AddMember(NscgPlan *plan, const Set *set, int where, const char *name)
{
    struct lx_netpart *part;

    if (set->words.memberObj == NULL || set->words.masterObj == NULL) {
        return TCL_OK;
    }
    part = Add(plan, set, where, name, 0);
    return part != NULL
        ? PutKind(plan, part, "bridge", true, set->words.memberObj)
        : TCL_ERROR;
}

/*
 * All that is asked for in one request. Only a name is not given to a link
 * that is up, before Linux 6.2; and the kernel gives it before it sets the
 * link down.
 */
static int
Stay(NscgPlan *plan, const Set *set)
{
    bool down = (set->mask & LX_LINK_UP) && !(set->flags & LX_LINK_UP);
    struct lx_netpart *part;

    if (set->set.name != NULL && down
        && Add(plan, set, 0, set->name, LX_LINK_UP) == NULL) {
        return TCL_ERROR;
    }
    part = Add(plan, set, 0, set->name, ~0u);
    if (part == NULL) {
        return TCL_ERROR;
    }
    part->taken[0] = set->set.name;
    lx_link_put(part->request, &set->set);
    if (PutMaster(plan, set, part) != TCL_OK
        || Kinds(plan, part, &set->words) != TCL_OK) {
        return TCL_ERROR;
    }
    return AddMember(
        plan, set, 0, set->set.name != NULL ? set->set.name : set->name);
}

/*
 * What can be changed where it is, is: that can be put back. Then it moves,
 * and loses its addresses, master and routes; and what belongs to the new
 * place comes last.
 */
static int
BeforeMove(NscgPlan *plan, const Set *set)
{
    struct lx_netpart *part =
        Add(plan, set, 0, set->name, ~(unsigned)LX_LINK_UP);
    struct lx_linkset here = set->set;

    if (part == NULL) {
        return TCL_ERROR;
    }
    here.name = NULL;
    here.addrgen = -1;
    here.ns = -1;
    here.noMaster = false;
    lx_link_put(part->request, &here);
    if (set->master != NULL
        && NscgPlanNeed(plan, part, set->master, 1) != TCL_OK) {
        return TCL_ERROR;
    }
    return Kinds(plan, part, &set->words);
}

static int
Move(NscgPlan *plan, const Set *set, const char *name)
{
    struct lx_linkset there = LX_LINKSET_NONE;
    struct lx_netpart *part = Add(plan, set, 0, set->name, 0);

    if (part == NULL) {
        return TCL_ERROR;
    }
    there.ns = plan->plan->place[1].ns;
    there.name = name;
    part->moves = set->set.name; /* the kernel looks at the old one itself */
    part->taken[1] = name;
    part->invalid = "lo, bridges and some others stay where they are";
    lx_link_put(part->request, &there);

    part = NscgPlanAdd(plan, 1, "cannot move link \"%s\" back", name);
    if (part == NULL) {
        return TCL_ERROR;
    }
    part->undo = true;
    part->link = name;
    there.name = set->name;
    there.ns = plan->plan->place[0].ns;
    lx_link_change(part->request, NULL, 0, 0);
    lx_link_put(part->request, &there);
    if (there.ns < 0) {
        part->home = lx_link_put_pid(part->request);
    }
    return NscgPlanIndex(plan, part, name, LX_LINK_INDEX, 1);
}

static int
AfterMove(NscgPlan *plan, const Set *set, const char *name)
{
    struct lx_linkset there = LX_LINKSET_NONE;
    struct lx_netpart *part;

    if (set->master == NULL && set->set.addrgen < 0
        && !(set->mask & set->flags & LX_LINK_UP)) {
        return TCL_OK;
    }
    part = Add(plan, set, 1, name, LX_LINK_UP);
    if (part == NULL) {
        return TCL_ERROR;
    }
    there.addrgen = set->set.addrgen;
    lx_link_put(part->request, &there);
    return PutMaster(plan, set, part) == TCL_OK ? AddMember(plan, set, 1, name)
                                                : TCL_ERROR;
}

static int
Compile(NscgPlan *plan, Set *set)
{
    NscgCompiler *compiler = plan->compiler;
    const NscgLinkWords *words = &set->words;
    const char *name;

    if (NscgLinkFlags(compiler->interp, words, &set->flags, &set->mask)
            != TCL_OK
        || NscgLinkSetWords(compiler, words, &set->set, &set->master)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (words->netnsObj == NULL) {
        return Stay(plan, set);
    }
    name = set->set.name != NULL ? set->set.name : set->name;
    if (NscgPlanPeer(plan, words->netnsObj) != TCL_OK
        || BeforeMove(plan, set) != TCL_OK || Move(plan, set, name) != TCL_OK) {
        return TCL_ERROR;
    }
    return AfterMove(plan, set, name);
}

int
NscgLinkSetWordsRead(
    Tcl_Interp *interp, int objc, Tcl_Obj *const objv[], NscgLinkWords *words)
{
    return NscgOptions(
        interp, NULL, setOptions, objc, objv, NSCG_TRAILING, NULL, words);
}

/*
 * Who lends a link has to be there when it comes home.
 */
static int
CheckReturn(const NscgCompiler *compiler, const NscgLinkWords *words)
{
    int on = 0;

    if (NscgSwitch(compiler->interp, words->returnObj, &on) != TCL_OK) {
        return TCL_ERROR;
    }
    return !on || compiler->lends
        ? TCL_OK
        : NscgError(
            compiler->interp, "NET", "RETURN",
            "a step cannot lend a link: -return is for the prompt, once the "
            "process is there");
}

/*
 * link set NAME ?-option value ...?
 *
 *      Changes a link: all that is asked for, or nothing.
 *
 *      -ns TARGET      where it is
 *      -netns TARGET   it moves there
 *      -return BOOL    TARGET is a process: when that has ended, the link
 *                      comes home as it was. Not in a step
 *      -up, -arp, -promisc, -multicast, -allmulticast BOOL
 *      -name NAME      a new name
 *      -mac, -broadcast MAC
 *      -mtu BYTES, -txqueuelen PACKETS, -group NUMBER, -alias TEXT
 *      -master NAME    a bridge, or {}
 *      -carrier BOOL, -addrgen MODE
 *      -bridge, -macvlan, -ipvlan, -vxlan DICT   what its kind has
 *      -member DICT    what a member of a bridge has
 *      Result          empty
 *      Errors          POSIX ENODEV | EPERM | EEXIST | EINVAL | EBUSY |
 *                      EMSGSIZE;
 *                      NSCG NET NAME | MAC | KIND | RETURN
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
        || NscgLinkSetWordsRead(
               compiler->interp, objc - 1, objv + 1, &set.words)
            != TCL_OK
        || CheckReturn(compiler, &set.words) != TCL_OK
        || NscgPlanBegin(&plan, compiler, set.words.nsObj, "link set") != TCL_OK
        || Compile(&plan, &set) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}
