/*
 * nscgNamespace.c --
 *
 *      The namespace handle: holds a namespace alive after its last process.
 */

#include "nscgInt.h"

typedef struct Namespace {
    NscgHandle handle;
    int fd;
    enum lx_kind kind;
} Namespace;

static int
KindMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Namespace *ns = (const Namespace *)handle;

    (void)objc, (void)objv;
    Tcl_SetObjResult(interp, Tcl_NewStringObj(lx_kinds[ns->kind].name, -1));
    return TCL_OK;
}

static int
InodeMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Namespace *ns = (const Namespace *)handle;
    uint64_t inode = 0;

    (void)objc, (void)objv;
    lx_ns_inode(ns->fd, &inode);
    Tcl_SetObjResult(interp, Tcl_NewWideIntObj((Tcl_WideInt)inode));
    return TCL_OK;
}

/*
 * For other programs, while this process and the handle live:
 * exec nsenter --net=[$handle path] ip link
 */
static int
PathMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const Namespace *ns = (const Namespace *)handle;
    char path[64];
    struct lx_err err;

    (void)objc, (void)objv;
    if (lx_proc_check(&err) != 0) {
        return NscgLxError(interp, &err);
    }
    lx_fd_path(ns->fd, path, sizeof(path));
    Tcl_SetObjResult(interp, Tcl_NewStringObj(path, -1));
    return TCL_OK;
}

static const NscgMethod methods[] = {
    {"close", 0, 0, "", NscgCloseMethod},
    {"inode", 0, 0, "", InodeMethod},
    {"kind", 0, 0, "", KindMethod},
    {"path", 0, 0, "", PathMethod},
    {NULL, 0, 0, NULL, NULL}};

static void
Free(NscgHandle *handle)
{
    Namespace *ns = (Namespace *)handle;

    lx_fd_close(&ns->fd);
    free(ns);
}

const NscgHandleType nscgNamespaceType = {"namespace", methods, Free};

/*
 * Owns fd, also on failure.
 */
int
NscgNamespaceCreate(NscgState *state, int fd, enum lx_kind kind)
{
    Namespace *ns = calloc(1, sizeof(*ns));

    if (ns == NULL) {
        lx_fd_close(&fd);
        return NscgNoMemory(state->interp);
    }
    ns->fd = fd;
    ns->kind = kind;
    if (NscgHandleCreate(state, &nscgNamespaceType, &ns->handle) != TCL_OK) {
        Free(&ns->handle);
        return TCL_ERROR;
    }
    return TCL_OK;
}

void
NscgNamespaceTarget(const NscgHandle *handle, struct lx_target *target)
{
    target->fd = ((const Namespace *)handle)->fd;
}
