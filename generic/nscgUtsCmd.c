/*
 * nscgUtsCmd.c --
 *
 *      ns hostname, ns domainname, and the steps hostname and domainname.
 */

#include "nscgInt.h"

static const char *
UtsName(NscgCompiler *compiler, Tcl_Obj *obj)
{
    const char *name = NscgText(compiler->interp, compiler->pool, obj);

    /* Nobody means this, but completers of command lines do say "----". */
    if (name != NULL && name[0] == '-') {
        NscgError(
            compiler->interp, "NS", "NAME",
            "bad name \"%s\": must not begin with \"-\"", Tcl_GetString(obj));
        return NULL;
    }
    if (name != NULL && strlen(name) >= LX_UTS_SIZE) {
        NscgError(
            compiler->interp, "NS", "NAME",
            "name \"%s\" is too long: %lu bytes, limit %d", Tcl_GetString(obj),
            (unsigned long)strlen(name), LX_UTS_SIZE - 1);
        return NULL;
    }
    return name;
}

static int
CompileUts(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step, lx_run *run, const char *what)
{
    if (objc != 1) {
        return NscgError(
            compiler->interp, "NS", "NAME",
            "as a step it needs the name to set");
    }
    step->run = run;
    step->args = UtsName(compiler, objv[0]);
    return step->args != NULL ? NscgCheckShared(compiler, LX_UTS, what)
                              : TCL_ERROR;
}

int
NscgCompileHostname(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    return CompileUts(compiler, objc, objv, step, lx_hostname_run, "hostname");
}

int
NscgCompileDomainname(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    return CompileUts(
        compiler, objc, objv, step, lx_domainname_run, "domainname");
}

/*
 * ns hostname ?NAME?
 *
 *      The host name of this thread's UTS namespace.
 *
 *      NAME            up to 64 bytes
 *      Result          the name; empty when it was set
 *      Errors          POSIX EPERM; NSCG NS NAME
 *      Kernel          sethostname(2), uts_namespaces(7)
 */
int
NscgHostnameCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    char host[LX_UTS_SIZE], domain[LX_UTS_SIZE];

    if (objc == 1) {
        return NscgRunStep(state, NscgCompileHostname, objc, objv);
    }
    lx_uts_names(host, domain);
    Tcl_SetObjResult(interp, NscgTextObj(host));
    return TCL_OK;
}

/*
 * ns domainname ?NAME?
 *
 *      The NIS domain name of this thread's UTS namespace.
 *
 *      NAME            up to 64 bytes
 *      Result          the name; empty when it was set
 *      Errors          POSIX EPERM; NSCG NS NAME
 *      Kernel          setdomainname(2), uts_namespaces(7)
 */
int
NscgDomainnameCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    char host[LX_UTS_SIZE], domain[LX_UTS_SIZE];

    if (objc == 1) {
        return NscgRunStep(state, NscgCompileDomainname, objc, objv);
    }
    lx_uts_names(host, domain);
    Tcl_SetObjResult(interp, NscgTextObj(domain));
    return TCL_OK;
}
