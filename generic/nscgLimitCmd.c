/*
 * nscgLimitCmd.c --
 *
 *      The steps rlimit and sysctl.
 */

#include "nscgInt.h"

#define SYSCTL "/proc/sys/"

static int
Limit(
    Tcl_Interp *interp, const struct lx_resource *resource, Tcl_Obj *obj,
    uint64_t *value)
{
    Tcl_WideInt wide;

    if (strcmp(Tcl_GetString(obj), "max") == 0) {
        *value = LX_UNLIMITED;
        return TCL_OK;
    }
    if (resource->bytes) {
        return NscgSize(interp, obj, "limit", value);
    }
    if (NscgNumber(interp, obj, "limit", 0, INT64_MAX, &wide) != TCL_OK) {
        return TCL_ERROR;
    }
    *value = (uint64_t)wide;
    return TCL_OK;
}

/*
 * rlimit NAME SOFT ?HARD?
 *
 *      Limits what the program and its children may each use.
 *
 *      NAME            as cpu core data fsize locks memlock msgqueue nice
 *                      nofile nproc rss rtprio rttime sigpending stack
 *      SOFT, HARD      a number, of bytes also as 512K or 2G, or max; HARD is
 *                      the same as SOFT unless given
 *      Errors          POSIX EPERM; NSCG RLIMIT ORDER, NSCG VALUE NUMBER |
 *                      SIZE
 *      Kernel          prlimit(2)
 */
int
NscgCompileRlimit(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Interp *interp = compiler->interp;
    struct lx_rlimit *rlimit = lx_pool_alloc(compiler->pool, sizeof(*rlimit));
    int index;

    if (rlimit == NULL) {
        return NscgNoMemory(interp);
    }
    if (Tcl_GetIndexFromObjStruct(
            interp, objv[0], lx_resources, sizeof(lx_resources[0]), "limit",
            TCL_EXACT, &index)
        != TCL_OK) {
        return TCL_ERROR;
    }
    rlimit->resource = &lx_resources[index];
    if (Limit(interp, rlimit->resource, objv[1], &rlimit->limits.soft) != TCL_OK
        || Limit(interp, rlimit->resource, objv[objc - 1], &rlimit->limits.hard)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (rlimit->limits.soft > rlimit->limits.hard) {
        return NscgError(
            interp, "RLIMIT", "ORDER",
            "the soft limit \"%s\" of %s is above the hard one \"%s\"",
            Tcl_GetString(objv[1]), rlimit->resource->name,
            Tcl_GetString(objv[2]));
    }
    step->run = lx_rlimit_run;
    step->args = rlimit;
    return TCL_OK;
}

/*
 * A container changes settings of its own, never those of the machine.
 */
static int
CheckOwner(NscgCompiler *compiler, const char *name, const char *path)
{
    int kind = lx_sysctl_kind(path);
    char what[300];

    if (kind < 0) {
        return NscgError(
            compiler->interp, "NS", "SHARED",
            "\"%s\" is a setting of the whole machine; it is changed only "
            "with -host 1",
            name);
    }
    lx_format(what, sizeof(what), "%q", name);
    return NscgCheckShared(compiler, (enum lx_kind)kind, what);
}

struct sysctlOptions {
    bool host;
};

static const NscgOption sysctlOptions[] = {
    {"-host", NSCG_OPT_BOOL, offsetof(struct sysctlOptions, host), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

/*
 * sysctl NAME VALUE ?-host BOOL?
 *
 *      Changes a setting of the kernel below /proc/sys, in the namespaces of
 *      the program.
 *
 *      NAME            as in sysctl(8): net.ipv4.ip_forward
 *      -host BOOL      also a setting that the program shares with this
 *                      process, or that is the whole machine's
 *      Errors          POSIX ENOENT | EACCES | EINVAL | EROFS; NSCG SYSCTL
 *                      NAME | NOPROC, NSCG NS SHARED
 *      Kernel          proc(5) /proc/sys
 */
int
NscgCompileSysctl(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Interp *interp = compiler->interp;
    struct lx_sysctl *sysctl = lx_pool_alloc(compiler->pool, sizeof(*sysctl));
    struct sysctlOptions options = {false};
    struct lx_err err;
    char path[256] = SYSCTL;
    char *below = path + strlen(SYSCTL);

    if (sysctl == NULL) {
        return NscgNoMemory(interp);
    }
    sysctl->name = NscgText(interp, compiler->pool, objv[0]);
    sysctl->value = NscgText(interp, compiler->pool, objv[1]);
    if (sysctl->name == NULL || sysctl->value == NULL
        || NscgOptions(
               interp, compiler->pool, sysctlOptions, objc - 2, objv + 2,
               NSCG_TRAILING, NULL, &options)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_sysctl_path(below, sizeof(path) - strlen(SYSCTL), sysctl->name, &err)
        != 0) {
        return NscgLxError(interp, &err);
    }
    if (!options.host && !compiler->host
        && CheckOwner(compiler, sysctl->name, below) != TCL_OK) {
        return TCL_ERROR;
    }
    sysctl->path = lx_pool_string(compiler->pool, path, strlen(path));
    if (sysctl->path == NULL) {
        return NscgNoMemory(interp);
    }
    step->run = lx_sysctl_run;
    step->args = sysctl;
    return TCL_OK;
}
