/*
 * nscgNet.h --
 *
 *      What the files of `link`, `veth`, `address`, `route`, `neighbour` and
 *      `qdisc` share.
 */

#ifndef NSCG_NET_H
#define NSCG_NET_H

#include "nscgInt.h"

/* ------------------------------------------------------------------------
 * nscgNetPlan.c: a plan while its words are compiled: requests in the order in
 * which they are sent. All of it lives in the compiler's pool.
 */

typedef struct NscgPlan {
    NscgCompiler *compiler;
    struct lx_netplan *plan;
} NscgPlan;

/* nsObj: -ns TARGET, or NULL: the namespace in which it runs, which must not
 * be a shared one where this is a step; what: for the refusal. */
int NscgPlanBegin(
    NscgPlan *plan, NscgCompiler *compiler, Tcl_Obj *nsObj, const char *what);
/* A second namespace; its index is 1. */
int NscgPlanPeer(NscgPlan *plan, Tcl_Obj *nsObj);
/* One more part; its request is to be filled. NULL: error. format: "cannot
 * ...". */
struct lx_netpart *
NscgPlanAdd(NscgPlan *plan, int where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The number of the link of that name goes into the request at `at`. */
int NscgPlanIndex(
    NscgPlan *plan, struct lx_netpart *part, const char *name, size_t at,
    int where);
/* The link of that name must be there. */
int NscgPlanNeed(
    NscgPlan *plan, struct lx_netpart *part, const char *name, int where);
/* What it changes of a link is put back, if it or something later fails. */
int NscgPlanKeep(NscgPlan *plan, struct lx_netpart *part);
int NscgPlanEnd(NscgPlan *plan, struct lx_step *step);

/* Often needed: the link is set up; it is removed if something later fails. */
int NscgPlanUp(NscgPlan *plan, int where, const char *name);
int NscgPlanSettle(NscgPlan *plan, int where, const char *name);
int NscgPlanUndo(NscgPlan *plan, int where, const char *name);

/* ------------------------------------------------------------------------
 * nscgNetArgs.c: words -> values in the compiler's pool. NULL: error.
 */

const char *NscgLinkName(NscgCompiler *compiler, Tcl_Obj *obj);
const unsigned char *NscgMac(NscgCompiler *compiler, Tcl_Obj *obj);
/* The same, or of a group. */
const unsigned char *NscgGroupMac(NscgCompiler *compiler, Tcl_Obj *obj);
/* Of TARGET's net namespace, in the pool; -1: error. */
int NscgNetFd(NscgCompiler *compiler, Tcl_Obj *nsObj);
/* "the net namespace of pid 4711"; NULL is where the command runs. */
const char *NscgNetWhere(NscgCompiler *compiler, Tcl_Obj *nsObj);
/* A name of lx_words, or a number. */
int NscgWord(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, enum lx_words words,
    uint32_t *value);
/* A number up to max, or a scope; NULL leaves the value as it is. */
int NscgMayNumber(
    Tcl_Interp *interp, Tcl_Obj *obj, const char *what, Tcl_WideInt max,
    int64_t *value);
int NscgScope(Tcl_Interp *interp, Tcl_Obj *obj, int *scope);
/* inet or inet6; NULL is 0: both. */
int NscgFamily(Tcl_Interp *interp, Tcl_Obj *obj, int *family);

/* ------------------------------------------------------------------------
 * nscgNetAsk.c: commands that only ask.
 */

typedef struct NscgAsk {
    NscgState *state;
    Tcl_Interp *interp;
    struct lx_pool pool;
    NscgCompiler compiler; /* for the functions above */
    struct lx_kernel kernel;
    struct lx_netlink netlink;
    struct lx_target target; /* whose namespace it asks of */
    const char *where;
    Tcl_Obj *listObj; /* what was answered */
} NscgAsk;

/* A socket of -ns TARGET, or (NULL) of this thread's namespace. NscgAskEnd is
 * called whether or not it could be had. */
int NscgAskBegin(
    NscgAsk *ask, NscgState *state, Tcl_Interp *interp, Tcl_Obj *nsObj);
void NscgAskEnd(NscgAsk *ask);
/* A command ?NAME? ?-ns TARGET?: begins, has proc ask, and ends. */
typedef int NscgAskProc(NscgAsk *ask, const char *name);
int NscgAskRun(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[],
    bool named, NscgAskProc *proc);
/* The number of a link; 0 for NULL. */
int NscgAskIndex(NscgAsk *ask, Tcl_Obj *nameObj, int *index);
/* From errno and the kernel's words. */
int NscgAskError(NscgAsk *ask, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, of a link; what: "cannot get link". */
int NscgAskNoLink(NscgAsk *ask, const char *name, const char *what);
/* The link of that name, as link get has it. */
int NscgAskLink(NscgAsk *ask, const char *name);

/* Into dicts, as the functions of nscgDict.c. */
void NscgPutIp(Tcl_Obj *dictObj, const char *key, const struct lx_ip *ip);
/* The name of a link of that number, or the number; 0 is left out. */
void NscgPutLink(
    Tcl_Obj *dictObj, const char *key, struct lx_netlink *netlink,
    int64_t index);

/* ------------------------------------------------------------------------
 * nscgLinkKind.c: what only links of a kind have.
 */

/* A dict of them into a request, as a nest; kind: of the master, for a
 * member. */
int NscgPlanKind(
    NscgPlan *plan, struct lx_netpart *part, const char *kind, bool member,
    Tcl_Obj *dictObj, const char *what);
/* The same, told by the kernel; NULL: it told nothing that is known. */
Tcl_Obj *NscgKindObj(
    struct lx_netlink *netlink, const struct lx_linkkind *kind,
    const struct nlattr *data);

/* ------------------------------------------------------------------------
 * nscgLinkWords.c: options that link set and link create share.
 */

typedef struct NscgLinkWords {
    Tcl_Obj *nsObj, *netnsObj;
    Tcl_Obj *nameObj, *macObj, *broadcastObj, *aliasObj, *masterObj;
    Tcl_Obj *mtuObj, *queueObj, *groupObj, *carrierObj, *addrgenObj;
    Tcl_Obj *upObj, *arpObj, *promiscObj, *multicastObj, *allmultiObj;
    Tcl_Obj *returnObj; /* of link set alone */
    Tcl_Obj *bridgeObj, *macvlanObj, *ipvlanObj, *vxlanObj, *memberObj;
    /* of link create alone */
    Tcl_Obj *linkObj, *addressObj;
    Tcl_Obj *kindObjs[20];
    bool nodad;
} NscgLinkWords;

#define NSCG_LINK_OPTION(name, field) \
    { \
        name, NSCG_OPT_OBJ, offsetof(NscgLinkWords, field), NULL, 0 \
    }
#define NSCG_LINK_SWITCH(name, field) \
    { \
        name, NSCG_OPT_SWITCH, offsetof(NscgLinkWords, field), NULL, 0 \
    }
#define NSCG_LINK_OPTIONS \
    NSCG_LINK_OPTION("-addrgen", addrgenObj), \
        NSCG_LINK_OPTION("-alias", aliasObj), \
        NSCG_LINK_SWITCH("-allmulticast", allmultiObj), \
        NSCG_LINK_SWITCH("-arp", arpObj), \
        NSCG_LINK_OPTION("-broadcast", broadcastObj), \
        NSCG_LINK_OPTION("-group", groupObj), \
        NSCG_LINK_OPTION("-mac", macObj), \
        NSCG_LINK_OPTION("-master", masterObj), \
        NSCG_LINK_OPTION("-mtu", mtuObj), \
        NSCG_LINK_SWITCH("-multicast", multicastObj), \
        NSCG_LINK_OPTION("-netns", netnsObj), NSCG_LINK_OPTION("-ns", nsObj), \
        NSCG_LINK_SWITCH("-promisc", promiscObj), \
        NSCG_LINK_OPTION("-txqueuelen", queueObj), \
        NSCG_LINK_SWITCH("-up", upObj)

/* Flags (IFF_...) that are to be set or cleared. */
int NscgLinkFlags(
    Tcl_Interp *interp, const NscgLinkWords *words, unsigned *flags,
    unsigned *mask);
/* All else that is set, but for a master: its name goes to *master. */
int NscgLinkSetWords(
    NscgCompiler *compiler, const NscgLinkWords *words, struct lx_linkset *set,
    const char **master);

/* ------------------------------------------------------------------------
 * nscgLinkOptions.c: options of link create.
 */

typedef struct NscgLinkOptions {
    const char *kind; /* NULL: any other */
    const NscgOption *options;
    bool upon; /* it is made upon another link: -link must be given */
    bool tun;  /* it is made by /dev/net/tun */
} NscgLinkOptions;

const NscgLinkOptions *NscgFindLinkOptions(const char *kind);

/* ------------------------------------------------------------------------
 * The commands.
 */

/* Adds a list of addresses to a link that is there by then. */
int NscgPlanAddresses(
    NscgPlan *plan, int where, const char *name, Tcl_Obj *listObj, bool nodad);

/* NAME ?-ns TARGET?: deletes the link, which must be of that kind; NULL: any.
 * In nscgLinkCmd.c. */
int NscgCompileDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[], const char *kind,
    struct lx_step *step);

extern const NscgOption nscgNsOption[]; /* -ns alone, into a Tcl_Obj * */

NscgCompileProc NscgCompileLinkCreate; /* nscgLinkCreate.c */
NscgCompileProc NscgCompileLinkSet;    /* nscgLinkSet.c */
int NscgLinkSetWordsRead(
    Tcl_Interp *interp, int objc, Tcl_Obj *const objv[], NscgLinkWords *words);
NscgRunProc NscgLinkSetCmd;  /* nscgLinkReturn.c */
NscgRunProc NscgLinkListCmd; /* nscgLinkList.c */
NscgRunProc NscgLinkGetCmd;
NscgRunProc NscgLinkStatsCmd; /* nscgLinkStats.c */
NscgRunProc NscgLinkWaitCmd;
NscgRunProc NscgVethPeerCmd;    /* nscgVethPeer.c */
NscgRunProc NscgAddressListCmd; /* nscgAddressList.c */
NscgRunProc NscgRouteListCmd;   /* nscgRouteList.c */
NscgRunProc NscgRouteGetCmd;
NscgRunProc NscgQdiscListCmd; /* nscgQdiscList.c */

#endif /* NSCG_NET_H */
