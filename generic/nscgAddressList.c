/*
 * nscgAddressList.c --
 *
 *      address list and neighbour list.
 */

#include "nscgNet.h"

typedef struct ListWords {
    Tcl_Obj *nsObj, *familyObj;
} ListWords;

static const NscgOption listOptions[] = {
    {"-family", NSCG_OPT_OBJ, offsetof(ListWords, familyObj), NULL, 0},
    {"-ns", NSCG_OPT_OBJ, offsetof(ListWords, nsObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
};

/* What is asked, and of which link; 0: of all. */
typedef struct Lister {
    NscgAsk ask; /* first: what each gets */
    int family, index;
} Lister;

/*
 * A kernel that does not know a family answers with all.
 */
static bool
IsAsked(const Lister *lister, int index, int family)
{
    return (lister->index == 0 || lister->index == index)
        && (lister->family == 0 || lister->family == family);
}

typedef void AskProc(struct lx_nlrequest *request, int family);

/*
 * ?DEV? ?-option value ...?
 */
static int
List(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[],
    AskProc *askProc, lx_nl_each *each, const char *what)
{
    ListWords words = {NULL, NULL};
    struct lx_nlrequest request;
    int named = objc > 0 && !NscgIsOption(objv[0]);
    Lister lister = {.index = 0};
    int result;

    if (NscgOptions(
            interp, NULL, listOptions, objc - named, objv + named,
            NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || NscgFamily(interp, words.familyObj, &lister.family) != TCL_OK) {
        return TCL_ERROR;
    }
    result = NscgAskBegin(&lister.ask, state, interp, words.nsObj);
    if (result == TCL_OK) {
        result =
            NscgAskIndex(&lister.ask, named ? objv[0] : NULL, &lister.index);
    }
    if (result == TCL_OK) {
        askProc(&request, lister.family);
        if (lx_netlink_list(&lister.ask.netlink, &request, each, &lister)
            != 0) {
            result = NscgAskError(&lister.ask, "cannot list the %s", what);
        } else {
            Tcl_SetObjResult(interp, lister.ask.listObj);
        }
    }
    NscgAskEnd(&lister.ask);
    return result;
}

/* -- address list --------------------------------------------------------- */

/* Milliseconds; without end: not told. */
static void
PutLife(Tcl_Obj *dictObj, const char *key, uint32_t seconds)
{
    if (seconds != LX_FOREVER) {
        NscgPutNumber(dictObj, key, (int64_t)seconds * 1000);
    }
}

static Tcl_Obj *
AddressObj(struct lx_netlink *netlink, const struct lx_address *address)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    char word[LX_WORD_TEXT];

    NscgPutLink(dictObj, "link", netlink, address->index);
    NscgPutNumber(dictObj, "index", address->index);
    NscgPutText(dictObj, "family", lx_family_name(address->local.family));
    NscgPutIp(dictObj, "address", &address->local);
    NscgPutNumber(dictObj, "bits", address->local.bits);
    NscgPutIp(dictObj, "peer", &address->peer);
    NscgPutIp(dictObj, "broadcast", &address->broadcast);
    NscgPutText(
        dictObj, "scope",
        lx_word_text(LX_WORDS_SCOPE, (uint32_t)address->scope, word));
    NscgPutText(dictObj, "label", address->label);
    NscgPutFlags(
        dictObj, "flags", address->flags,
        address->local.family == LX_INET ? lx_address_flag4 : lx_address_flag,
        LX_ADDRESS_FLAGS);
    NscgPutBool(
        dictObj, "tentative", (address->flags & LX_ADDRESS_TENTATIVE) != 0);
    NscgPutNumber(dictObj, "metric", address->metric);
    if (address->hasLife) {
        PutLife(dictObj, "valid", address->valid);
        PutLife(dictObj, "preferred", address->preferred);
    }
    return dictObj;
}

static void
AppendAddress(void *arg, const struct nlmsghdr *message)
{
    Lister *lister = arg;
    struct lx_address address;

    if (lx_address_read(message, &address)
        && IsAsked(lister, address.index, address.local.family)) {
        Tcl_ListObjAppendElement(
            NULL, lister->ask.listObj,
            AddressObj(&lister->ask.netlink, &address));
    }
}

/*
 * address list ?DEV? ?-family FAMILY? ?-ns TARGET?
 *
 *      The addresses of a link, or of all.
 *
 *      -family         inet or inet6; both
 *      Result          list of dicts: link, index, family, address, bits,
 *                      scope, flags, tentative, and, where there is one, peer,
 *                      broadcast, label, metric, valid and preferred (ms)
 *      Errors          POSIX ENODEV; NSCG NET NAME
 *      Kernel          rtnetlink(7)
 */
int
NscgAddressListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return List(
        state, interp, objc, objv, lx_address_ask, AppendAddress, "addresses");
}

/* -- neighbour list ------------------------------------------------------- */

static Tcl_Obj *
NeighbourObj(struct lx_netlink *netlink, const struct lx_neighbour *neighbour)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    char text[LX_MAC_TEXT];

    NscgPutLink(dictObj, "link", netlink, neighbour->index);
    NscgPutNumber(dictObj, "index", neighbour->index);
    NscgPutText(dictObj, "family", lx_family_name(neighbour->to.family));
    NscgPutIp(dictObj, "address", &neighbour->to);
    if (neighbour->mac != NULL) {
        NscgPutText(
            dictObj, "mac",
            lx_mac_text(neighbour->mac, neighbour->macLen, text));
    }
    NscgPutText(dictObj, "state", lx_neighbour_state(neighbour->state));
    NscgPutFlags(
        dictObj, "flags", neighbour->flags, lx_neighbour_flag,
        LX_NEIGHBOUR_FLAGS);
    return dictObj;
}

static void
AppendNeighbour(void *arg, const struct nlmsghdr *message)
{
    Lister *lister = arg;
    struct lx_neighbour neighbour;

    if (lx_neighbour_read(message, &neighbour)
        && !(neighbour.state & LX_NEIGHBOUR_NOARP)
        && IsAsked(lister, neighbour.index, neighbour.to.family)) {
        Tcl_ListObjAppendElement(
            NULL, lister->ask.listObj,
            NeighbourObj(&lister->ask.netlink, &neighbour));
    }
}

/*
 * neighbour list ?DEV? ?-family FAMILY? ?-ns TARGET?
 *
 *      Who was found where: the ARP and neighbour tables.
 *
 *      -family         inet or inet6; both
 *      Result          list of dicts: link, index, family, address, state,
 *                      flags, and mac if it is known
 *      Errors          POSIX ENODEV; NSCG NET NAME
 *      Kernel          rtnetlink(7), arp(7)
 */
static int
NeighbourListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return List(
        state, interp, objc, objv, lx_neighbour_ask, AppendNeighbour,
        "neighbours");
}

const NscgCommand nscgNeighbourCommands[] = {
    {"list", 0, -1, "?dev? ?-option value ...?",
     "List the hosts that were found on links", NeighbourListCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
