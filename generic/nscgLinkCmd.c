/*
 * nscgLinkCmd.c --
 *
 *      The table of `link`, and link delete.
 */

#include "nscgNet.h"

int
NscgCompileDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[], const char *kind,
    struct lx_step *step)
{
    const char *area = kind != NULL ? kind : "link";
    const char *name = NscgLinkName(compiler, objv[0]);
    Tcl_Obj *nsObj = NULL;
    struct lx_netpart *part;
    NscgPlan plan;
    char what[32];

    lx_format(what, sizeof(what), "%s delete", area);
    if (name == NULL
        || NscgOptions(
               compiler->interp, compiler->pool, nscgNsOption, objc - 1,
               objv + 1, NSCG_TRAILING, NULL, &nsObj)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, nsObj, what) != TCL_OK
        || (part = NscgPlanAdd(&plan, 0, "cannot delete %s \"%s\"", area, name))
            == NULL) {
        return TCL_ERROR;
    }
    part->link = name;
    part->must = kind;
    part->cannot = "the loopback link cannot be deleted, nor can a device's";
    lx_link_remove(part->request, name);
    return NscgPlanEnd(&plan, step);
}

typedef struct GroupWords {
    Tcl_Obj *groupObj, *nsObj;
} GroupWords;

/*
 * All links of a group. The kernel does it at once, which takes little more
 * time than one of them.
 */
static int
DeleteGroup(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    static const NscgOption options[] = {
        {"-group", NSCG_OPT_OBJ, offsetof(GroupWords, groupObj), NULL, 0},
        {"-ns", NSCG_OPT_OBJ, offsetof(GroupWords, nsObj), NULL, 0},
        {NULL, NSCG_OPT_BOOL, 0, NULL, 0},
    };
    GroupWords words = {NULL, NULL};
    Tcl_WideInt group;
    struct lx_netpart *part;
    NscgPlan plan;

    if (NscgOptions(
            compiler->interp, compiler->pool, options, objc, objv,
            NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || NscgNumber(
               compiler->interp, words.groupObj, "-group", 1, INT_MAX, &group)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, words.nsObj, "link delete") != TCL_OK
        || (part = NscgPlanAdd(
                &plan, 0, "cannot delete the links of group %d", (int)group))
            == NULL) {
        return TCL_ERROR;
    }
    lx_link_remove_group(part->request, (uint32_t)group);
    return NscgPlanEnd(&plan, step);
}

/*
 * link delete NAME ?-ns TARGET?
 * link delete -group NUMBER ?-ns TARGET?
 *
 *      Removes a link; of a pair both ends. Or all links of a group.
 *
 *      NUMBER          1 to 2147483647
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
    /* No link's name begins so. */
    return strcmp(Tcl_GetString(objv[0]), "-group") == 0
        ? DeleteGroup(compiler, objc, objv, step)
        : NscgCompileDelete(compiler, objc, objv, NULL, step);
}

const NscgCommand nscgLinkCommands[] = {
    {"create", 2, -1, "kind name ?-option value ...?", "Make a link", NULL,
     NscgCompileLinkCreate, false},
    {"delete", 1, -1, "name|-group number ?-ns target?", "Remove links", NULL,
     CompileLinkDelete, false},
    {"get", 1, -1, "name ?-ns target?", "Tell of one link, as a dict",
     NscgLinkGetCmd, NULL, false},
    {"list", 0, -1, "?-ns target?", "List the links of a net namespace",
     NscgLinkListCmd, NULL, false},
    {"set", 1, -1, "name ?-option value ...?", "Change a link, or move it",
     NscgLinkSetCmd, NscgCompileLinkSet, false},
    {"stats", 1, -1, "name ?-ns target?", "Tell what a link has counted",
     NscgLinkStatsCmd, NULL, false},
    {"wait", 1, -1, "name ?-option value ...?",
     "Wait until a link can be used, or is gone", NscgLinkWaitCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
