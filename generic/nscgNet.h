/*
 * nscgNet.h --
 *
 *      What the files of `link`, `veth`, `address`, `route` and `neighbour`
 *      share.
 */

#ifndef NSCG_NET_H
#define NSCG_NET_H

#include "nscgInt.h"

/*
 * A plan while its words are compiled: requests in the order in which they
 * are sent. All of it lives in the compiler's pool.
 */
#define NSCG_PLAN 16

typedef struct NscgPlan {
    NscgCompiler *compiler;
    struct lx_netplan plan;
    struct lx_netpart parts[NSCG_PLAN];
} NscgPlan;

/* nsObj: -ns TARGET, or NULL: the namespace in which it runs, which must not
 * be a shared one where this is a step; what: for the refusal. */
int NscgPlanBegin(
    NscgPlan *plan, NscgCompiler *compiler, Tcl_Obj *nsObj, const char *what);
/* A second namespace; its index is 1. */
int NscgPlanPeer(NscgPlan *plan, Tcl_Obj *nsObj);
/* One more request, to be filled; NULL: error. format: "cannot ...". */
struct lx_netpart *NscgPlanAdd(NscgPlan *plan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The link of that name goes into the request at `at`. */
void
NscgPlanIndex(struct lx_netpart *part, int which, const char *name, size_t at);
int NscgPlanEnd(NscgPlan *plan, struct lx_step *step);

/* Words -> values in the compiler's pool; NULL: error. */
const char *NscgLinkName(NscgCompiler *compiler, Tcl_Obj *obj);
const unsigned char *NscgMac(NscgCompiler *compiler, Tcl_Obj *obj);

/* For what only asks: a socket of -ns TARGET, or (NULL) of this thread's. */
int NscgNetOpen(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nsObj,
    struct lx_netlink *netlink, struct lx_kernel *kernel);

NscgRunProc NscgLinkListCmd; /* nscgLinkList.c */
NscgRunProc NscgLinkGetCmd;

#endif /* NSCG_NET_H */
