/*
 * nscgNetPlan.c --
 *
 *      From words to the requests of a plan.
 */

#include <stdio.h>

#include "nscgNet.h"

/*
 * A socket of TARGET's namespace, and the namespace itself, for requests that
 * name it. The plan uses them and the pool closes them.
 */
static int
Place(NscgPlan *plan, int where, Tcl_Obj *nsObj)
{
    NscgCompiler *compiler = plan->compiler;
    struct lx_netplace *place = &plan->plan->place[where];
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_netlink netlink;
    struct lx_target target;
    struct lx_err err;

    place->name = NscgNetWhere(compiler, nsObj);
    place->ns = place->name != NULL ? NscgNetFd(compiler, nsObj) : -1;
    if (place->ns < 0) {
        return TCL_ERROR;
    }
    target = (struct lx_target){.pidfd = -1, .fd = place->ns};
    if (lx_net_open(&netlink, &kernel, &target, &err) != 0) {
        return NscgLxError(compiler->interp, &err);
    }
    place->fd = lx_pool_fd(compiler->pool, netlink.fd);
    return place->fd >= 0 ? TCL_OK : NscgNoMemory(compiler->interp);
}

int
NscgPlanBegin(
    NscgPlan *plan, NscgCompiler *compiler, Tcl_Obj *nsObj, const char *what)
{
    struct lx_netplan *made = lx_pool_alloc(compiler->pool, sizeof(*made));

    plan->compiler = compiler;
    plan->plan = made;
    if (made == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    for (int i = 0; i < 2; i++) {
        made->place[i].fd = made->place[i].ns = -1;
    }
    if (nsObj != NULL) {
        return Place(plan, 0, nsObj);
    }
    made->place[0].name = NscgNetWhere(compiler, NULL);
    return NscgCheckShared(compiler, LX_NET, what);
}

int
NscgPlanPeer(NscgPlan *plan, Tcl_Obj *nsObj)
{
    return Place(plan, 1, nsObj);
}

struct lx_netpart *
NscgPlanAdd(NscgPlan *plan, int where, const char *format, ...)
{
    struct lx_pool *pool = plan->compiler->pool;
    struct lx_netpart *part = lx_pool_alloc(pool, sizeof(*part));
    char what[512];
    va_list args;

    if (part != NULL) {
        va_start(args, format);
        vsnprintf(what, sizeof(what), format, args);
        va_end(args);
        part->what = lx_pool_string(pool, what, strlen(what));
        part->request = lx_pool_alloc(pool, sizeof(*part->request));
    }
    if (part == NULL || part->what == NULL || part->request == NULL) {
        NscgNoMemory(plan->compiler->interp);
        return NULL;
    }
    part->where = where;
    part->prev = plan->plan->last;
    if (part->prev != NULL) {
        part->prev->next = part;
    } else {
        plan->plan->first = part;
    }
    plan->plan->last = part;
    return part;
}

static int
TooLong(NscgPlan *plan, const struct lx_netpart *part)
{
    return NscgError(
        plan->compiler->interp, "NET", "TOOLONG",
        "%s: more than a request has room for", part->what);
}

static int
AddIndex(
    NscgPlan *plan, struct lx_netpart *part, const char *name, size_t at,
    int where)
{
    int i = 0;

    while (i < LX_NETINDEX && part->index[i].name != NULL) {
        i++;
    }
    if (i == LX_NETINDEX) {
        return TooLong(plan, part);
    }
    part->index[i].name = name;
    part->index[i].at = at;
    part->index[i].where = where;
    return TCL_OK;
}

int
NscgPlanIndex(
    NscgPlan *plan, struct lx_netpart *part, const char *name, size_t at,
    int where)
{
    return at != 0 ? AddIndex(plan, part, name, at, where)
                   : TooLong(plan, part); /* there was no room for it */
}

int
NscgPlanNeed(
    NscgPlan *plan, struct lx_netpart *part, const char *name, int where)
{
    return AddIndex(plan, part, name, 0, where);
}

int
NscgPlanKeep(NscgPlan *plan, struct lx_netpart *part)
{
    part->old = lx_pool_alloc(plan->compiler->pool, sizeof(*part->old));
    return part->old != NULL ? TCL_OK : NscgNoMemory(plan->compiler->interp);
}

int
NscgPlanEnd(NscgPlan *plan, struct lx_step *step)
{
    for (const struct lx_netpart *part = plan->plan->first; part != NULL;
         part = part->next) {
        if (part->tun == NULL && part->request->full) {
            return TooLong(plan, part);
        }
    }
    step->run = lx_netplan_run;
    step->args = plan->plan;
    return TCL_OK;
}

/* -- Parts ---------------------------------------------------------------- */

int
NscgPlanUp(NscgPlan *plan, int where, const char *name)
{
    struct lx_netpart *part =
        NscgPlanAdd(plan, where, "cannot set link \"%s\" up", name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->link = name;
    lx_link_change(part->request, name, LX_LINK_UP, LX_LINK_UP);
    return TCL_OK;
}

int
NscgPlanSettle(NscgPlan *plan, int where, const char *name)
{
    struct lx_netpart *part =
        NscgPlanAdd(plan, where, "cannot settle link \"%s\"", name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->settle = true;
    part->link = name;
    return TCL_OK;
}

int
NscgPlanUndo(NscgPlan *plan, int where, const char *name)
{
    struct lx_netpart *part =
        NscgPlanAdd(plan, where, "cannot remove link \"%s\"", name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->undo = true;
    lx_link_remove(part->request, name);
    return TCL_OK;
}
