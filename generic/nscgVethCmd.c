/*
 * nscgVethCmd.c --
 *
 *      veth: two links that are the ends of one cable.
 */

#include "nscgNet.h"

typedef struct VethWords {
    Tcl_Obj *nsObj, *peerNsObj;
    Tcl_Obj *macObj, *peerMacObj;
    Tcl_Obj *mtuObj;
    bool up;
} VethWords;

#define AT(field) offsetof(VethWords, field)

static const NscgOption createOptions[] = {
    {"-mac", NSCG_OPT_OBJ, AT(macObj), NULL, 0},
    {"-mtu", NSCG_OPT_OBJ, AT(mtuObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-peermac", NSCG_OPT_OBJ, AT(peerMacObj), NULL, 0},
    {"-peerns", NSCG_OPT_OBJ, AT(peerNsObj), NULL, 0},
    {"-up", NSCG_OPT_BOOL, AT(up), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

#undef AT

/*
 * -ns TARGET -> a descriptor of its net namespace, in the pool.
 */
static int
NamespaceFd(NscgCompiler *compiler, Tcl_Obj *nsObj)
{
    struct lx_target target;
    struct lx_err err;
    int fd;

    if (NscgTarget(
            compiler->state, compiler->interp, compiler->pool, nsObj, &target)
        != TCL_OK) {
        return -1;
    }
    fd = lx_ns_open(&target, LX_NET, &err);
    if (fd < 0) {
        NscgLxError(compiler->interp, &err);
        return -1;
    }
    fd = lx_pool_fd(compiler->pool, fd);
    if (fd < 0) {
        NscgNoMemory(compiler->interp);
    }
    return fd;
}

static int
Ends(
    NscgCompiler *compiler, const VethWords *words, Tcl_Obj *const objv[],
    struct lx_linkend *end, struct lx_linkend *peer)
{
    Tcl_WideInt mtu = 0;

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
        || (words->peerNsObj != NULL
            && (peer->ns = NamespaceFd(compiler, words->peerNsObj)) < 0)) {
        return TCL_ERROR;
    }
    end->mtu = peer->mtu = (uint32_t)mtu;
    return TCL_OK;
}

static int
AddUp(NscgPlan *plan, int where, const char *name)
{
    struct lx_netpart *part = NscgPlanAdd(plan, "cannot set \"%s\" up", name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->where = where;
    lx_link_change(part->request, name, LX_LINK_UP, LX_LINK_UP);
    return TCL_OK;
}

static int
Create(
    NscgPlan *plan, const VethWords *words, const struct lx_linkend *end,
    const struct lx_linkend *peer)
{
    bool apart = words->peerNsObj != NULL;
    struct lx_netpart *part = NscgPlanAdd(
        plan, "cannot create the pair \"%s\" and \"%s\"", end->name,
        peer->name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    lx_veth_make(part->request, end, peer);
    if ((part = NscgPlanAdd(plan, "cannot remove the pair")) == NULL) {
        return TCL_ERROR;
    }
    part->undo = true;
    lx_link_remove(part->request, end->name);
    if (words->up
        && (AddUp(plan, 0, end->name) != TCL_OK
            || AddUp(plan, apart, peer->name) != TCL_OK)) {
        return TCL_ERROR;
    }
    return TCL_OK;
}

/*
 * veth create NAME PEER ?-option value ...?
 *
 *      Makes a pair of links, each in its namespace with its final name; on
 *      any failure there is neither.
 *
 *      NAME, PEER          names, up to 15 bytes
 *      -ns, -peerns TARGET where the ends are; this net namespace
 *      -mac, -peermac MAC  hardware addresses
 *      -mtu BYTES          of both
 *      -up BOOL            both are set up
 *      Result              empty
 *      Errors              POSIX EEXIST | EPERM; NSCG NET NAME | MAC
 *      Kernel              rtnetlink(7), veth(4)
 */
static int
CompileVethCreate(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    VethWords words = {.up = false};
    struct lx_linkend end, peer;
    NscgPlan plan;

    if (NscgOptions(
            compiler->interp, compiler->pool, createOptions, objc - 2, objv + 2,
            NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || Ends(compiler, &words, objv, &end, &peer) != TCL_OK
        || NscgPlanBegin(&plan, compiler, words.nsObj, "veth create") != TCL_OK
        || (words.peerNsObj != NULL
            && NscgPlanPeer(&plan, words.peerNsObj) != TCL_OK)
        || Create(&plan, &words, &end, &peer) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}

const NscgCommand nscgVethCommands[] = {
    {"create", 2, -1, "name peer ?-option value ...?",
     "Make a pair of links, the ends of one cable", NULL, CompileVethCreate,
     false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
