/*
 * nscgVethCmd.c --
 *
 *      veth: two links that are the ends of one cable.
 */

#include "nscgNet.h"

typedef struct VethWords {
    Tcl_Obj *nsObj, *peerNsObj;
    Tcl_Obj *macObj, *peerMacObj;
    Tcl_Obj *addressObj, *peerAddressObj;
    Tcl_Obj *mtuObj, *groupObj, *masterObj;
    bool up, nodad;
} VethWords;

#define AT(field) offsetof(VethWords, field)

static const NscgOption createOptions[] = {
    {"-address", NSCG_OPT_OBJ, AT(addressObj), NULL, 0},
    {"-group", NSCG_OPT_OBJ, AT(groupObj), NULL, 0},
    {"-mac", NSCG_OPT_OBJ, AT(macObj), NULL, 0},
    {"-master", NSCG_OPT_OBJ, AT(masterObj), NULL, 0},
    {"-mtu", NSCG_OPT_OBJ, AT(mtuObj), NULL, 0},
    {"-nodad", NSCG_OPT_BOOL, AT(nodad), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-peeraddress", NSCG_OPT_OBJ, AT(peerAddressObj), NULL, 0},
    {"-peermac", NSCG_OPT_OBJ, AT(peerMacObj), NULL, 0},
    {"-peerns", NSCG_OPT_OBJ, AT(peerNsObj), NULL, 0},
    {"-up", NSCG_OPT_BOOL, AT(up), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

#undef AT

static int
Ends(
    NscgCompiler *compiler, const VethWords *words, Tcl_Obj *const objv[],
    struct lx_linkend *end, struct lx_linkend *peer)
{
    Tcl_WideInt mtu = 0, group = 0;

    *end = *peer = (struct lx_linkend){.ns = -1};
    end->name = NscgLinkName(compiler, objv[0]);
    peer->name = end->name != NULL ? NscgLinkName(compiler, objv[1]) : NULL;
    if (peer->name == NULL
        || (words->macObj != NULL
            && (end->mac = NscgMac(compiler, words->macObj)) == NULL)
        || (words->peerMacObj != NULL
            && (peer->mac = NscgMac(compiler, words->peerMacObj)) == NULL)
        || (words->mtuObj != NULL
            && NscgNumber(
                   compiler->interp, words->mtuObj, "-mtu", 68, 65535, &mtu)
                != TCL_OK)
        || (words->groupObj != NULL
            && NscgNumber(
                   compiler->interp, words->groupObj, "-group", 0, INT_MAX,
                   &group)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    end->mtu = peer->mtu = (uint32_t)mtu;
    end->group = peer->group = (uint32_t)group;
    return TCL_OK;
}

/*
 * Of the first end alone: the kernel does not look for a master of the other.
 */
static int
AddMaster(NscgPlan *plan, struct lx_netpart *part, Tcl_Obj *masterObj)
{
    const char *master = NscgLinkName(plan->compiler, masterObj);

    return master != NULL ? NscgPlanIndex(
               plan, part, master, lx_link_put_master(part->request), 0)
                          : TCL_ERROR;
}

static int
AddPair(
    NscgPlan *plan, const VethWords *words, const struct lx_linkend *end,
    const struct lx_linkend *peer)
{
    struct lx_netpart *part = NscgPlanAdd(
        plan, 0, "cannot create veth \"%s\" with peer \"%s\"", end->name,
        peer->name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->kind = "veth";
    part->taken[0] = end->name;
    part->taken[1] = peer->name;
    lx_veth_make(part->request, end, peer);
    if (words->masterObj != NULL
        && AddMaster(plan, part, words->masterObj) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanUndo(plan, 0, end->name);
}

static int
Compile(NscgPlan *plan, const VethWords *words, Tcl_Obj *const objv[])
{
    struct lx_linkend end, peer;
    int far = words->peerNsObj != NULL;

    if (Ends(plan->compiler, words, objv, &end, &peer) != TCL_OK) {
        return TCL_ERROR;
    }
    if (far) {
        if (NscgPlanPeer(plan, words->peerNsObj) != TCL_OK) {
            return TCL_ERROR;
        }
        peer.ns = plan->plan->place[1].ns;
    }
    if (AddPair(plan, words, &end, &peer) != TCL_OK
        || (words->addressObj != NULL
            && NscgPlanAddresses(
                   plan, 0, end.name, words->addressObj, words->nodad)
                != TCL_OK)
        || (words->peerAddressObj != NULL
            && NscgPlanAddresses(
                   plan, far, peer.name, words->peerAddressObj, words->nodad)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    return words->up
            && (NscgPlanUp(plan, 0, end.name) != TCL_OK
                || NscgPlanUp(plan, far, peer.name) != TCL_OK
                || NscgPlanSettle(plan, 0, end.name) != TCL_OK
                || NscgPlanSettle(plan, far, peer.name) != TCL_OK)
        ? TCL_ERROR
        : TCL_OK;
}

/*
 * veth create NAME PEER ?-option value ...?
 *
 *      Makes a pair of links, each in its namespace with its final name; on
 *      any failure there is neither.
 *
 *      NAME, PEER          names, up to 15 bytes
 *      -ns TARGET          where NAME is made; this net namespace
 *      -peerns TARGET      where PEER is; that of NAME
 *      -mac, -peermac MAC  hardware addresses
 *      -mtu BYTES          of both
 *      -group NUMBER       of both
 *      -master NAME        a bridge that NAME is a member of from the start
 *      -address, -peeraddress LIST   addresses with their networks
 *      -nodad BOOL         IPv6 addresses are good at once
 *      -up BOOL            both are set up, and can be used
 *      Result              empty
 *      Errors              POSIX EEXIST | EPERM | EOPNOTSUPP;
 *                          NSCG NET NAME | MAC | ADDRESS
 *      Kernel              rtnetlink(7), veth(4)
 */
static int
CompileVethCreate(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    VethWords words = {.up = false};
    NscgPlan plan;

    if (NscgOptions(
            compiler->interp, compiler->pool, createOptions, objc - 2, objv + 2,
            NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, words.nsObj, "veth create") != TCL_OK
        || Compile(&plan, &words, objv) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}

/*
 * veth delete NAME ?-ns TARGET?
 *
 *      Removes a pair, by either end. The call returns when both are gone.
 *
 *      -ns TARGET      where NAME is
 *      Result          empty
 *      Errors          POSIX ENODEV | EPERM; NSCG NET NAME | KIND
 *      Kernel          rtnetlink(7)
 */
static int
CompileVethDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    return NscgCompileDelete(compiler, objc, objv, "veth", step);
}

const NscgCommand nscgVethCommands[] = {
    {"create", 2, -1, "name peer ?-option value ...?",
     "Make a pair of links, the ends of one cable", NULL, CompileVethCreate,
     false},
    {"delete", 1, -1, "name ?-ns target?", "Remove both ends of a cable", NULL,
     CompileVethDelete, false},
    {"peer", 1, -1, "name ?-ns target?", "Find the other end of a cable",
     NscgVethPeerCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
