/*
 * nscgAddressCmd.c --
 *
 *      The table of `address`, and what adds and deletes addresses.
 */

#include "nscgNet.h"

typedef struct AddressWords {
    Tcl_Obj *nsObj;
    Tcl_Obj *peerObj, *broadcastObj, *labelObj, *scopeObj, *metricObj;
    Tcl_Obj *validObj, *preferredObj;
    unsigned flags;
    bool replace;
} AddressWords;

#define AT(field) offsetof(AddressWords, field)

static const NscgOption addOptions[] = {
    {"-broadcast", NSCG_OPT_OBJ, AT(broadcastObj), NULL, 0},
    {"-home", NSCG_OPT_BIT, AT(flags), NULL, LX_ADDRESS_HOME},
    {"-label", NSCG_OPT_OBJ, AT(labelObj), NULL, 0},
    {"-managetemp", NSCG_OPT_BIT, AT(flags), NULL, LX_ADDRESS_MANAGETEMP},
    {"-metric", NSCG_OPT_OBJ, AT(metricObj), NULL, 0},
    {"-nodad", NSCG_OPT_BIT, AT(flags), NULL, LX_ADDRESS_NODAD},
    {"-noprefixroute", NSCG_OPT_BIT, AT(flags), NULL, LX_ADDRESS_NOPREFIXROUTE},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-peer", NSCG_OPT_OBJ, AT(peerObj), NULL, 0},
    {"-preferred", NSCG_OPT_OBJ, AT(preferredObj), NULL, 0},
    {"-replace", NSCG_OPT_BOOL, AT(replace), NULL, 0},
    {"-scope", NSCG_OPT_OBJ, AT(scopeObj), NULL, 0},
    {"-valid", NSCG_OPT_OBJ, AT(validObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

static const NscgOption deleteOptions[] = {
    {"-label", NSCG_OPT_OBJ, AT(labelObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, AT(nsObj), NULL, 0},
    {"-peer", NSCG_OPT_OBJ, AT(peerObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

#undef AT

/* -- Words ---------------------------------------------------------------- */

/*
 * The highest address of the network, as those expect that learned it of
 * ifconfig.
 */
static void
LastOf(const struct lx_ip *network, struct lx_ip *ip)
{
    lx_ip_set(ip, network->family, network->bytes);
    for (int bit = network->bits; bit < ip->bits; bit++) {
        ip->bytes[bit / 8] |= (unsigned char)(0x80 >> bit % 8);
    }
}

static int
Cidr(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_ip *ip)
{
    struct lx_err err;

    return lx_cidr_parse(Tcl_GetString(obj), ip, &err) == 0
        ? TCL_OK
        : NscgLxError(interp, &err);
}

static int
OtherFamily(Tcl_Interp *interp, const char *what, Tcl_Obj *obj)
{
    return NscgError(
        interp, "NET", "FAMILY",
        "%s \"%s\" is of another family than the address", what,
        Tcl_GetString(obj));
}

static int
Peer(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_address *address)
{
    if (obj == NULL) {
        return TCL_OK;
    }
    if (Cidr(interp, obj, &address->peer) != TCL_OK) {
        return TCL_ERROR;
    }
    return address->peer.family == address->local.family
        ? TCL_OK
        : OtherFamily(interp, "-peer", obj);
}

static int
Broadcast(Tcl_Interp *interp, Tcl_Obj *obj, struct lx_address *address)
{
    struct lx_err err;

    if (obj == NULL) {
        return TCL_OK;
    }
    if (address->local.family != LX_INET) {
        return NscgError(
            interp, "NET", "FAMILY", "-broadcast is for IPv4 addresses alone");
    }
    if (strcmp(Tcl_GetString(obj), "auto") == 0) {
        LastOf(&address->local, &address->broadcast);
        return TCL_OK;
    }
    if (lx_ip_parse(Tcl_GetString(obj), &address->broadcast, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    return address->broadcast.family == LX_INET
        ? TCL_OK
        : OtherFamily(interp, "-broadcast", obj);
}

/*
 * Milliseconds, or forever; the kernel counts seconds.
 */
static int
Life(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, uint32_t *seconds)
{
    Tcl_WideInt ms;

    *seconds = LX_FOREVER;
    if (obj == NULL || strcmp(Tcl_GetString(obj), "forever") == 0) {
        return TCL_OK;
    }
    if (NscgNumber(
            interp, obj, what, 0, (Tcl_WideInt)(LX_FOREVER - 1) * 1000, &ms)
        != TCL_OK) {
        return TCL_ERROR;
    }
    *seconds = (uint32_t)((ms + 999) / 1000);
    return TCL_OK;
}

static int
Lives(Tcl_Interp *interp, const AddressWords *words, struct lx_address *address)
{
    if (Life(interp, words->validObj, "-valid", &address->valid) != TCL_OK
        || Life(interp, words->preferredObj, "-preferred", &address->preferred)
            != TCL_OK) {
        return TCL_ERROR;
    }
    address->hasLife = words->validObj != NULL || words->preferredObj != NULL;
    if (words->preferredObj == NULL) {
        address->preferred = address->valid;
    }
    if (address->preferred > address->valid) {
        return NscgError(
            interp, "NET", "LIFE",
            "an address cannot be preferred for longer than it is valid");
    }
    return TCL_OK;
}

static int
Label(NscgCompiler *compiler, Tcl_Obj *obj, struct lx_address *address)
{
    if (obj == NULL) {
        return TCL_OK;
    }
    address->label = NscgText(compiler->interp, compiler->pool, obj);
    if (address->label == NULL) {
        return TCL_ERROR;
    }
    if (address->label[0] == '\0' || strlen(address->label) >= LX_NET_NAME) {
        return NscgError(
            compiler->interp, "NET", "NAME",
            "bad label \"%s\": must have 1 to %d bytes", Tcl_GetString(obj),
            LX_NET_NAME - 1);
    }
    return TCL_OK;
}

static int
Words(
    NscgCompiler *compiler, const AddressWords *words, Tcl_Obj *cidrObj,
    struct lx_address *address)
{
    Tcl_Interp *interp = compiler->interp;

    *address =
        (struct lx_address){.flags = words->flags, .scope = -1, .metric = -1};
    if (Cidr(interp, cidrObj, &address->local) != TCL_OK
        || Peer(interp, words->peerObj, address) != TCL_OK
        || Broadcast(interp, words->broadcastObj, address) != TCL_OK
        || NscgScope(interp, words->scopeObj, &address->scope) != TCL_OK
        || NscgMayNumber(
               interp, words->metricObj, "-metric", UINT32_MAX,
               &address->metric)
            != TCL_OK
        || Lives(interp, words, address) != TCL_OK) {
        return TCL_ERROR;
    }
    return Label(compiler, words->labelObj, address);
}

/* -- Parts ---------------------------------------------------------------- */

static const char *
Sentence(NscgPlan *plan, const char *format, const char *name)
{
    char text[300];
    char *copy;

    lx_format(text, sizeof(text), format, name);
    copy = lx_pool_string(plan->compiler->pool, text, strlen(text));
    return copy; /* NULL: there is no hint */
}

static int
AddAddress(
    NscgPlan *plan, int where, const char *name,
    const struct lx_address *address, bool replace)
{
    char text[LX_IP_TEXT];
    struct lx_netpart *part = NscgPlanAdd(
        plan, where, "cannot add %s to link \"%s\"",
        lx_cidr_text(&address->local, text), name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->link = name;
    part->exists = Sentence(plan, "link %q has that address already", name);
    lx_address_add(part->request, address, replace);
    return NscgPlanIndex(plan, part, name, LX_ADDRESS_INDEX, where);
}

static int
DeleteAddress(
    NscgPlan *plan, int where, const char *name,
    const struct lx_address *address, bool undo)
{
    char text[LX_IP_TEXT];
    struct lx_netpart *part = NscgPlanAdd(
        plan, where, "cannot delete %s from link \"%s\"",
        address->local.hasBits ? lx_cidr_text(&address->local, text)
                               : lx_ip_text(&address->local, text),
        name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->undo = undo;
    part->link = name;
    part->missing = Sentence(plan, "link %q has no such address", name);
    lx_address_remove(part->request, address);
    return NscgPlanIndex(plan, part, name, LX_ADDRESS_INDEX, where);
}

int
NscgPlanAddresses(
    NscgPlan *plan, int where, const char *name, Tcl_Obj *listObj, bool nodad)
{
    const AddressWords words = {.flags = nodad ? LX_ADDRESS_NODAD : 0};
    NscgCompiler *compiler = plan->compiler;
    Tcl_Size count;
    Tcl_Obj **objs;

    if (Tcl_ListObjGetElements(compiler->interp, listObj, &count, &objs)
        != TCL_OK) {
        return TCL_ERROR;
    }
    for (Tcl_Size i = 0; i < count; i++) {
        struct lx_address address;

        if (Words(compiler, &words, objs[i], &address) != TCL_OK
            || AddAddress(plan, where, name, &address, false) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

/* -- Commands ------------------------------------------------------------- */

static int
Begin(
    NscgPlan *plan, NscgCompiler *compiler, const NscgOption *options,
    AddressWords *words, int objc, Tcl_Obj *const objv[], const char *what,
    const char **name)
{
    *name = NscgLinkName(compiler, objv[1]);
    if (*name == NULL
        || NscgOptions(
               compiler->interp, compiler->pool, options, objc - 2, objv + 2,
               NSCG_TRAILING, NULL, words)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanBegin(plan, compiler, words->nsObj, what);
}

/*
 * address add CIDR DEV ?-option value ...?
 *
 *      Gives a link an address, or several (a list): all or none.
 *
 *      CIDR            10.0.0.2/24 or fd00::2/64; without /, the address alone
 *      -peer CIDR      the other end's: the network is its
 *      -broadcast ADDRESS|auto
 *      -label TEXT     -scope SCOPE    -metric NUMBER
 *      -nodad -noprefixroute -home -managetemp BOOL
 *      -valid, -preferred MS|forever
 *      -replace BOOL   if it is there, it is changed
 *      -ns TARGET      where DEV is
 *      Result          empty
 *      Errors          POSIX EEXIST | ENODEV | EPERM | EINVAL | EACCES;
 *                      NSCG NET ADDRESS | NAME | FAMILY | LIFE;
 *                      NSCG VALUE WORD
 *      Kernel          rtnetlink(7)
 */
static int
CompileAddressAdd(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    AddressWords words = {.flags = 0};
    Tcl_Size count;
    Tcl_Obj **objs;
    const char *name;
    NscgPlan plan;

    if (Tcl_ListObjGetElements(compiler->interp, objv[0], &count, &objs)
            != TCL_OK
        || Begin(
               &plan, compiler, addOptions, &words, objc, objv, "address add",
               &name)
            != TCL_OK) {
        return TCL_ERROR;
    }
    for (Tcl_Size i = 0; i < count; i++) {
        struct lx_address address;

        if (Words(compiler, &words, objs[i], &address) != TCL_OK
            || AddAddress(&plan, 0, name, &address, words.replace) != TCL_OK
            || (!words.replace && i + 1 < count
                && DeleteAddress(&plan, 0, name, &address, true) != TCL_OK)) {
            return TCL_ERROR;
        }
    }
    return NscgPlanEnd(&plan, step);
}

/*
 * address delete CIDR DEV ?-option value ...?
 *
 *      Takes an address from a link.
 *
 *      CIDR            an IPv4 address may stand without its network
 *      -peer CIDR      the other end's
 *      -label TEXT     only the one of that label
 *      -ns TARGET      where DEV is
 *      Result          empty
 *      Errors          POSIX EADDRNOTAVAIL | ENODEV | EPERM;
 *                      NSCG NET ADDRESS | NAME | FAMILY
 *      Kernel          rtnetlink(7)
 */
static int
CompileAddressDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    AddressWords words = {.flags = 0};
    struct lx_address address;
    const char *name;
    NscgPlan plan;

    if (Begin(
            &plan, compiler, deleteOptions, &words, objc, objv,
            "address delete", &name)
            != TCL_OK
        || Words(compiler, &words, objv[0], &address) != TCL_OK
        || DeleteAddress(&plan, 0, name, &address, false) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}

const NscgCommand nscgAddressCommands[] = {
    {"add", 2, -1, "cidr dev ?-option value ...?", "Give a link an address",
     NULL, CompileAddressAdd, false},
    {"delete", 2, -1, "cidr dev ?-option value ...?",
     "Take an address from a link", NULL, CompileAddressDelete, false},
    {"list", 0, -1, "?dev? ?-option value ...?",
     "List the addresses of a net namespace, or of a link", NscgAddressListCmd,
     NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
