/*
 * nscgLinkCreate.c --
 *
 *      link create.
 */

#include "nscgNet.h"

typedef struct Create {
    NscgLinkWords words;
    const char *kind, *name;
    const NscgLinkOptions *own;
    const char *master, *link;
    struct lx_linkset set;
    unsigned flags, mask;
    int where; /* it is in the end */
} Create;

/*
 * A kind that is not known here may be known to the kernel.
 */
static int
Kind(NscgCompiler *compiler, Tcl_Obj *obj, Create *create)
{
    const char *kind = NscgText(compiler->interp, compiler->pool, obj);

    if (kind == NULL) {
        return TCL_ERROR;
    }
    create->kind = kind;
    create->own = NscgFindLinkOptions(kind);
    if (kind[0] == '\0' || kind[0] == '-' || strlen(kind) > 31) {
        return NscgError(
            compiler->interp, "NET", "KIND",
            "bad kind of link \"%s\": must be like bridge, dummy, ifb, ipvlan, "
            "macvlan, tap, tun, vlan, or vxlan",
            kind);
    }
    if (strcmp(kind, "veth") == 0) {
        return NscgError(
            compiler->interp, "NET", "KIND",
            "links of kind veth come in pairs: veth create NAME PEER");
    }
    return TCL_OK;
}

/* -- The request ---------------------------------------------------------- */

/*
 * What was given of the kind's own, as a dict: an option is a key with "-"
 * before it.
 */
static Tcl_Obj *
KindDict(const Create *create)
{
    const size_t first = offsetof(NscgLinkWords, kindObjs);
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    for (const NscgOption *option = create->own->options; option->name != NULL;
         option++) {
        Tcl_Obj *valueObj = NULL;

        if ((option->type == NSCG_OPT_OBJ || option->type == NSCG_OPT_SWITCH)
            && option->offset >= first) {
            size_t slot = (option->offset - first) / sizeof(Tcl_Obj *);

            if (slot < sizeof(create->words.kindObjs) / sizeof(Tcl_Obj *)) {
                valueObj = create->words.kindObjs[slot];
            }
        }
        if (valueObj != NULL && option->type == NSCG_OPT_SWITCH
            && NscgIsOption(valueObj)) {
            valueObj = Tcl_NewBooleanObj(1); /* it stood alone */
        }
        if (valueObj != NULL) {
            NscgPut(dictObj, option->name + 1, valueObj);
        }
    }
    return dictObj;
}

static int
PutKind(NscgPlan *plan, struct lx_netpart *part, const Create *create)
{
    Tcl_Obj *dictObj = KindDict(create);
    int result;

    Tcl_IncrRefCount(dictObj);
    result = NscgPlanKind(
        plan, part, create->kind, false, dictObj, "option of the kind");
    Tcl_DecrRefCount(dictObj);
    return result;
}

static int
PutMaster(NscgPlan *plan, struct lx_netpart *part, const Create *create)
{
    return create->master == NULL
        ? TCL_OK
        : NscgPlanIndex(
            plan, part, create->master, lx_link_put_master(part->request),
            create->where);
}

/*
 * What the kernel does not look at when it makes a link is set afterwards.
 */
static int
AddRest(NscgPlan *plan, const Create *create)
{
    struct lx_linkset rest = LX_LINKSET_NONE;
    struct lx_netpart *part;

    if (create->set.alias == NULL && create->set.addrgen < 0) {
        return TCL_OK;
    }
    part = NscgPlanAdd(
        plan, create->where, "cannot set link \"%s\"", create->name);
    if (part == NULL) {
        return TCL_ERROR;
    }
    rest.alias = create->set.alias;
    rest.addrgen = create->set.addrgen;
    lx_link_change(part->request, NULL, 0, 0);
    lx_link_put(part->request, &rest);
    return NscgPlanIndex(
        plan, part, create->name, LX_LINK_INDEX, create->where);
}

static int
AddMake(NscgPlan *plan, const Create *create)
{
    struct lx_linkset first = create->set;
    struct lx_netpart *part = NscgPlanAdd(
        plan, 0, "cannot create %s \"%s\"", create->kind, create->name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->kind = create->kind;
    part->taken[create->where] = create->name;
    first.alias = NULL;
    first.addrgen = -1;
    lx_link_make(part->request, create->name, create->flags, create->mask);
    lx_link_put(part->request, &first);
    if (create->link != NULL
        && NscgPlanIndex(
               plan, part, create->link, lx_link_put_link(part->request), 0)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (PutMaster(plan, part, create) != TCL_OK
        || PutKind(plan, part, create) != TCL_OK
        || NscgPlanUndo(plan, create->where, create->name) != TCL_OK) {
        return TCL_ERROR;
    }
    return AddRest(plan, create);
}

/* -- tun and tap ---------------------------------------------------------- */

static int
TunId(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, int64_t *id)
{
    uint32_t value;

    *id = LX_TUN_NOBODY;
    if (obj == NULL) {
        return TCL_OK;
    }
    if (NscgId(interp, obj, what, &value) != TCL_OK) {
        return TCL_ERROR;
    }
    *id = value;
    return TCL_OK;
}

static int
TunBool(Tcl_Interp *interp, Tcl_Obj *obj, bool *value)
{
    int on = *value;

    if (NscgSwitch(interp, obj, &on) != TCL_OK) {
        return TCL_ERROR;
    }
    *value = on != 0;
    return TCL_OK;
}

static int
TunWords(Tcl_Interp *interp, const Create *create, struct lx_tun *tun)
{
    Tcl_Obj *const *objs = create->words.kindObjs;

    *tun = (struct lx_tun){
        .name = create->name, .fd = -1, .tap = create->kind[1] == 'a'};
    if (TunBool(interp, objs[0], &tun->multiQueue) != TCL_OK
        || TunBool(interp, objs[1], &tun->packetInfo) != TCL_OK
        || TunBool(interp, objs[4], &tun->vnetHeader) != TCL_OK
        || TunId(interp, objs[2], "-usergroup", &tun->gid) != TCL_OK) {
        return TCL_ERROR;
    }
    return TunId(interp, objs[3], "-user", &tun->uid);
}

/*
 * The device, opened in TARGET's namespace: what it makes is there.
 */
static int
TunDevice(NscgCompiler *compiler, Tcl_Obj *nsObj, struct lx_tun *tun)
{
    struct lx_target target;
    struct lx_err err;

    if (nsObj == NULL) {
        return TCL_OK;
    }
    if (NscgTarget(
            compiler->state, compiler->interp, compiler->pool, nsObj, &target)
        != TCL_OK) {
        return TCL_ERROR;
    }
    tun->fd = lx_net_tun(&target, &err);
    if (tun->fd < 0) {
        return NscgLxError(compiler->interp, &err);
    }
    tun->fd = lx_pool_fd(compiler->pool, tun->fd);
    return tun->fd >= 0 ? TCL_OK : NscgNoMemory(compiler->interp);
}

static struct lx_netpart *
AddTunPart(NscgPlan *plan, const Create *create, int where)
{
    return NscgPlanAdd(
        plan, where, "cannot create %s \"%s\"", create->kind, create->name);
}

static int
AddTunMake(NscgPlan *plan, const Create *create)
{
    NscgCompiler *compiler = plan->compiler;
    struct lx_tun *tun = lx_pool_alloc(compiler->pool, sizeof(*tun));
    struct lx_netpart *part = AddTunPart(plan, create, 0);

    if (part == NULL || tun == NULL) {
        return tun == NULL ? NscgNoMemory(compiler->interp) : TCL_ERROR;
    }
    if (TunWords(compiler->interp, create, tun) != TCL_OK
        || TunDevice(compiler, create->words.nsObj, tun) != TCL_OK) {
        return TCL_ERROR;
    }
    part->tun = tun;
    part->kind = create->kind;
    part->taken[0] = create->name;
    return NscgPlanUndo(plan, 0, create->name);
}

/*
 * It moves by a request that does nothing else: what the kernel refuses of
 * another one, it refuses of a link that has moved already.
 */
static int
AddTunMove(NscgPlan *plan, const Create *create)
{
    struct lx_linkset there = LX_LINKSET_NONE;
    struct lx_netpart *part;

    if (create->where == 0) {
        return TCL_OK;
    }
    part = AddTunPart(plan, create, 0);
    if (part == NULL) {
        return TCL_ERROR;
    }
    there.ns = create->set.ns;
    part->taken[1] = create->name;
    lx_link_change(part->request, NULL, 0, 0);
    lx_link_put(part->request, &there);
    return NscgPlanIndex(plan, part, create->name, LX_LINK_INDEX, 0) == TCL_OK
        ? NscgPlanUndo(plan, 1, create->name)
        : TCL_ERROR;
}

/*
 * What else is asked of it is set where it is in the end.
 */
static int
AddTun(NscgPlan *plan, const Create *create)
{
    struct lx_linkset rest = create->set;
    struct lx_netpart *part;

    if (AddTunMake(plan, create) != TCL_OK || AddTunMove(plan, create) != TCL_OK
        || (part = AddTunPart(plan, create, create->where)) == NULL) {
        return TCL_ERROR;
    }
    rest.ns = -1;
    lx_link_change(part->request, NULL, create->flags, create->mask);
    lx_link_put(part->request, &rest);
    return NscgPlanIndex(plan, part, create->name, LX_LINK_INDEX, create->where)
            == TCL_OK
        ? PutMaster(plan, part, create)
        : TCL_ERROR;
}

/* ------------------------------------------------------------------------ */

static int
Words(NscgPlan *plan, Create *create)
{
    NscgCompiler *compiler = plan->compiler;
    const NscgLinkWords *words = &create->words;

    if (create->own->upon && words->linkObj == NULL) {
        return NscgError(
            compiler->interp, "NET", "NEEDS",
            "a link of kind %s needs -link: the one that it is made upon",
            create->kind);
    }
    if (NscgLinkFlags(compiler->interp, words, &create->flags, &create->mask)
            != TCL_OK
        || NscgLinkSetWords(compiler, words, &create->set, &create->master)
            != TCL_OK
        || (words->linkObj != NULL
            && (create->link = NscgLinkName(compiler, words->linkObj))
                == NULL)) {
        return TCL_ERROR;
    }
    if (words->netnsObj != NULL) {
        if (NscgPlanPeer(plan, words->netnsObj) != TCL_OK) {
            return TCL_ERROR;
        }
        create->set.ns = plan->plan->place[1].ns;
        create->where = 1;
    }
    return TCL_OK;
}

/*
 * link create KIND NAME ?-option value ...?
 *
 *      Makes a link; on any failure there is none.
 *
 *      -ns TARGET      where it is made, and where its -link is
 *      -netns TARGET   where it is in the end
 *      -address LIST   its addresses, as address add takes them
 *      ...             as for link set, and what the kind has
 *      Result          empty
 *      Errors          POSIX EEXIST | EPERM | EOPNOTSUPP | ENODEV | EINVAL;
 *                      NSCG NET NAME | MAC | KIND | NEEDS | ADDRESS
 *      Kernel          rtnetlink(7); /dev/net/tun
 */
int
NscgCompileLinkCreate(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Create create = {.where = 0};
    NscgPlan plan;

    if (Kind(compiler, objv[0], &create) != TCL_OK
        || (create.name = NscgLinkName(compiler, objv[1])) == NULL
        || NscgOptions(
               compiler->interp, compiler->pool, create.own->options, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &create.words)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, create.words.nsObj, "link create")
            != TCL_OK
        || Words(&plan, &create) != TCL_OK
        || (create.own->tun ? AddTun(&plan, &create) : AddMake(&plan, &create))
            != TCL_OK
        || (create.words.addressObj != NULL
            && NscgPlanAddresses(
                   &plan, create.where, create.name, create.words.addressObj,
                   create.words.nodad)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}
