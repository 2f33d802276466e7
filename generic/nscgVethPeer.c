/*
 * nscgVethPeer.c --
 *
 *      veth peer: where the other end is.
 */

#include "nscgNet.h"

typedef struct Peer {
    bool found;
    char kind[32];
    int64_t index, nsid;
    char name[LX_NET_NAME]; /* of the peer; or empty */
} Peer;

static void
ReadEnd(void *arg, const struct nlmsghdr *message)
{
    Peer *peer = arg;
    struct lx_link link;

    if (lx_link_read(message, &link)) {
        peer->found = true;
        peer->index = link.link;
        peer->nsid = link.linkNs;
        lx_format(
            peer->kind, sizeof(peer->kind), "%s",
            link.kind != NULL ? link.kind : "physical");
    }
}

static void
ReadPeer(void *arg, const struct nlmsghdr *message)
{
    Peer *peer = arg;
    struct lx_link link;

    if (lx_link_read(message, &link)) {
        lx_format(peer->name, sizeof(peer->name), "%s", link.name);
    }
}

/*
 * The number of the namespace that was asked; 0: it cannot be seen.
 */
static uint64_t
Here(const NscgAsk *ask)
{
    struct lx_err ignored;
    LX_AUTOCLOSE int ns = lx_ns_open(&ask->target, LX_NET, &ignored);
    uint64_t inode;

    return ns >= 0 && lx_ns_inode(ns, &inode) == 0 ? inode : 0;
}

/*
 * The name of a link elsewhere is told to those only who may change things
 * there; the namespace is found if one of its processes, or a pin, is seen.
 */
static Tcl_Obj *
PeerObj(NscgAsk *ask, Peer *peer)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    struct lx_nlrequest request;
    uint64_t inode = 0;

    if (peer->nsid < 0) {
        lx_net_linkname(&ask->netlink, peer->index, peer->name);
        inode = Here(ask);
    } else {
        lx_link_ask_there(&request, (int)peer->index, peer->nsid);
        lx_netlink_ask(&ask->netlink, &request, ReadPeer, peer);
        inode = lx_nsid_find(&ask->netlink, peer->nsid);
    }
    NscgPutText(dictObj, "name", peer->name[0] != '\0' ? peer->name : NULL);
    NscgPutNumber(dictObj, "index", peer->index);
    NscgPutNumber(dictObj, "nsid", peer->nsid);
    NscgPutNumber(dictObj, "namespace", inode != 0 ? (int64_t)inode : -1);
    return dictObj;
}

static int
Find(NscgAsk *ask, const char *name)
{
    struct lx_nlrequest request;
    Peer peer = {.found = false};

    lx_link_ask(&request, 0, name, false);
    if (lx_netlink_ask(&ask->netlink, &request, ReadEnd, &peer) != 0
        || !peer.found) {
        return NscgAskNoLink(ask, name, "cannot find the peer of");
    }
    if (strcmp(peer.kind, "veth") != 0) {
        return NscgError(
            ask->interp, "NET", "KIND",
            "link \"%s\" has no peer: it is of kind %s, not veth", name,
            peer.kind);
    }
    Tcl_SetObjResult(ask->interp, PeerObj(ask, &peer));
    return TCL_OK;
}

/*
 * veth peer NAME ?-ns TARGET?
 *
 *      The other end of a cable.
 *
 *      -ns TARGET      where NAME is
 *      Result          dict: index, in its namespace; name, if it may be
 *                      known; namespace, its inode number, if it can be seen;
 *                      nsid, by which this namespace knows that one, if it is
 *                      another
 *      Errors          POSIX ENODEV; NSCG NET NAME | KIND
 *      Kernel          rtnetlink(7)
 */
int
NscgVethPeerCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    return NscgAskRun(state, interp, objc, objv, true, Find);
}
