/*
 * nscgNetPlan.c --
 *
 *      From words to the requests of a plan.
 */

#include <stdio.h>

#include "nscgNet.h"

/*
 * A socket of TARGET's namespace, which the plan uses and the pool closes.
 */
static int
Place(NscgPlan *plan, int where, Tcl_Obj *nsObj)
{
    NscgCompiler *compiler = plan->compiler;
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_netlink netlink;

    if (NscgNetOpen(
            compiler->state, compiler->interp, nsObj, &netlink, &kernel)
        != TCL_OK) {
        return TCL_ERROR;
    }
    plan->plan.fd[where] = lx_pool_fd(compiler->pool, netlink.fd);
    return plan->plan.fd[where] >= 0 ? TCL_OK
                                     : NscgNoMemory(compiler->interp);
}

int
NscgPlanBegin(
    NscgPlan *plan, NscgCompiler *compiler, Tcl_Obj *nsObj, const char *what)
{
    memset(plan, 0, sizeof(*plan));
    plan->compiler = compiler;
    plan->plan.fd[0] = plan->plan.fd[1] = -1;
    return nsObj != NULL ? Place(plan, 0, nsObj)
                         : NscgCheckShared(compiler, LX_NET, what);
}

int
NscgPlanPeer(NscgPlan *plan, Tcl_Obj *nsObj)
{
    return Place(plan, 1, nsObj);
}

struct lx_netpart *
NscgPlanAdd(NscgPlan *plan, const char *format, ...)
{
    NscgCompiler *compiler = plan->compiler;
    struct lx_netpart *part = &plan->parts[plan->plan.count];
    char what[512];
    va_list args;

    if (plan->plan.count == NSCG_PLAN) {
        NscgError(compiler->interp, "NET", "TOOMANY", "too much at once");
        return NULL;
    }
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    part->what = lx_pool_string(compiler->pool, what, strlen(what));
    part->request = lx_pool_alloc(compiler->pool, sizeof(*part->request));
    if (part->what == NULL || part->request == NULL) {
        NscgNoMemory(compiler->interp);
        return NULL;
    }
    plan->plan.count++;
    return part;
}

void
NscgPlanIndex(struct lx_netpart *part, int which, const char *name, size_t at)
{
    part->index[which].name = name;
    part->index[which].at = at;
}

int
NscgPlanEnd(NscgPlan *plan, struct lx_step *step)
{
    struct lx_pool *pool = plan->compiler->pool;
    size_t size = plan->plan.count * sizeof(*plan->parts);
    struct lx_netplan *copy = lx_pool_alloc(pool, sizeof(*copy));
    struct lx_netpart *parts = lx_pool_alloc(pool, size > 0 ? size : 1);

    if (copy == NULL || parts == NULL) {
        return NscgNoMemory(plan->compiler->interp);
    }
    memcpy(parts, plan->parts, size);
    *copy = plan->plan;
    copy->parts = parts;
    step->run = lx_netplan_run;
    step->args = copy;
    return TCL_OK;
}

/* -- Words ---------------------------------------------------------------- */

const char *
NscgLinkName(NscgCompiler *compiler, Tcl_Obj *obj)
{
    const char *name = NscgText(compiler->interp, compiler->pool, obj);
    struct lx_err err;

    if (name != NULL && lx_net_name(name, &err) != 0) {
        NscgLxError(compiler->interp, &err);
        return NULL;
    }
    return name;
}

const unsigned char *
NscgMac(NscgCompiler *compiler, Tcl_Obj *obj)
{
    unsigned char *mac = lx_pool_alloc(compiler->pool, 6);
    const char *text = Tcl_GetString(obj);
    struct lx_err err;

    if (mac == NULL) {
        NscgNoMemory(compiler->interp);
        return NULL;
    }
    if (lx_mac_parse(text, mac, &err) != 0) {
        NscgLxError(compiler->interp, &err);
        return NULL;
    }
    return mac;
}

/* -- Asking --------------------------------------------------------------- */

int
NscgNetOpen(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nsObj,
    struct lx_netlink *netlink, struct lx_kernel *kernel)
{
    struct lx_target target = {.self = true, .pidfd = -1, .fd = -1};
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    int result = TCL_OK;

    if (nsObj != NULL) {
        result = NscgTarget(state, interp, &pool, nsObj, &target);
    }
    if (result == TCL_OK && lx_net_open(netlink, kernel, &target, &err) != 0) {
        result = NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}
