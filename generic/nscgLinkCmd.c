/*
 * nscgLinkCmd.c --
 *
 *      The table of `link`, and the commands that change links.
 */

#include "nscgNet.h"

static const NscgOption nsOption[] = {
    {"-ns", NSCG_OPT_OBJ, 0, NULL, 0}, {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

/*
 * link delete NAME ?-ns TARGET?
 *
 *      Removes a link; of a pair both ends.
 *
 *      -ns TARGET      where it is
 *      Result          empty
 *      Errors          POSIX ENODEV | EPERM | EOPNOTSUPP; NSCG NET NAME
 *      Kernel          rtnetlink(7)
 */
static int
CompileLinkDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    const char *name = NscgLinkName(compiler, objv[0]);
    Tcl_Obj *nsObj = NULL;
    struct lx_netpart *part;
    NscgPlan plan;

    if (name == NULL
        || NscgOptions(
               compiler->interp, compiler->pool, nsOption, objc - 1, objv + 1,
               NSCG_TRAILING, NULL, &nsObj)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, nsObj, "link delete") != TCL_OK
        || (part = NscgPlanAdd(&plan, "cannot delete link \"%s\"", name))
            == NULL) {
        return TCL_ERROR;
    }
    lx_link_remove(part->request, name);
    return NscgPlanEnd(&plan, step);
}

const NscgCommand nscgLinkCommands[] = {
    {"delete", 1, -1, "name ?-ns target?", "Remove a link", NULL,
     CompileLinkDelete, false},
    {"list", 0, -1, "?-ns target?", "List the links of a net namespace",
     NscgLinkListCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
