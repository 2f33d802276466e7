/*
 * nscgNsCmd.c --
 *
 *      The table of `ns`, and the commands that ask for or hold a namespace.
 */

#include "nscgInt.h"

/*
 * TARGET KIND -> a new descriptor, or -1 and an error.
 */
static int
OpenNamespace(
    NscgState *state, Tcl_Interp *interp, struct lx_pool *pool,
    Tcl_Obj *targetObj, enum lx_kind kind)
{
    struct lx_target target;
    struct lx_err err;
    int fd;

    if (NscgTarget(state, interp, pool, targetObj, &target) != TCL_OK) {
        return -1;
    }
    fd = lx_ns_open(&target, kind, &err);
    if (fd < 0) {
        NscgLxError(interp, &err);
    }
    return fd;
}

static void
PutInode(Tcl_Obj *dictObj, int kind, uint64_t inode)
{
    Tcl_DictObjPut(
        NULL, dictObj, Tcl_NewStringObj(lx_kinds[kind].name, -1),
        Tcl_NewWideIntObj((Tcl_WideInt)inode));
}

/*
 * Every kind that the target has, and its inode number.
 */
static int
Inodes(Tcl_Interp *interp, const struct lx_target *target, Tcl_Obj *dictObj)
{
    uint64_t inodes[LX_KINDS];
    unsigned kinds = target->self ? lx_ns_own(inodes) : 0;
    bool known = kinds != 0;
    struct lx_err err;

    if (!known && lx_target_kinds(target, &kinds, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    for (int kind = 0; kind < LX_KINDS; kind++) {
        LX_AUTOCLOSE int fd = -1;

        if (!(kinds & LX_KIND_BIT(kind))) {
            continue;
        }
        if (!known) {
            fd = lx_ns_open(target, (enum lx_kind)kind, &err);
            if (fd < 0) {
                return NscgLxError(interp, &err);
            }
            lx_ns_inode(fd, &inodes[kind]);
        }
        PutInode(dictObj, kind, inodes[kind]);
    }
    return TCL_OK;
}

/*
 * ns of ?TARGET?
 *
 *      The namespaces of a process; of a namespace, itself.
 *
 *      TARGET          a pid, a handle, the path of a namespace file, or
 *                      self (the default)
 *      Result          dict: kind -> inode number, kinds in order
 *      Errors          POSIX EACCES | ENOENT; NSCG NS EXITED | NOTNS | TARGET
 *      Kernel          namespaces(7)
 */
static int
OfCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_target target = LX_TARGET_SELF;
    struct lx_err err;
    LX_AUTOCLOSE int held = -1;
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    int result = TCL_OK;

    Tcl_IncrRefCount(dictObj);
    if (objc == 1) {
        result = NscgTarget(state, interp, &pool, objv[0], &target);
    }
    if (result == TCL_OK && lx_target_hold(&target, &held, &err) != 0) {
        result = NscgLxError(interp, &err);
    }
    if (result == TCL_OK) {
        result = Inodes(interp, &target, dictObj);
    }
    if (result == TCL_OK) {
        Tcl_SetObjResult(interp, dictObj);
    }
    Tcl_DecrRefCount(dictObj);
    lx_pool_free(&pool);
    return result;
}

/*
 * ns same A B KIND
 *
 *      Are two targets in the same namespace of a kind?
 *
 *      A, B            targets
 *      Result          boolean
 *      Errors          as of `ns open`
 *      Kernel          namespaces(7)
 */
static int
SameCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    LX_AUTOCLOSE int one = -1;
    LX_AUTOCLOSE int other = -1;
    enum lx_kind kind;
    uint64_t inodes[2] = {0, 1};

    (void)objc;
    if (NscgKind(interp, objv[2], &kind) == TCL_OK) {
        one = OpenNamespace(state, interp, &pool, objv[0], kind);
        if (one >= 0) {
            other = OpenNamespace(state, interp, &pool, objv[1], kind);
        }
    }
    lx_pool_free(&pool);
    if (other < 0) {
        return TCL_ERROR;
    }
    lx_ns_inode(one, &inodes[0]);
    lx_ns_inode(other, &inodes[1]);
    Tcl_SetObjResult(interp, Tcl_NewBooleanObj(inodes[0] == inodes[1]));
    return TCL_OK;
}

/*
 * ns open TARGET KIND
 *
 *      Holds a namespace: it lives on after its last process, until the
 *      handle is closed.
 *
 *      Result          namespace handle: kind, inode, path, close
 *      Errors          POSIX EACCES | ENOENT; NSCG NS EXITED | NOTNS | KIND |
 *                      UNSUPPORTED | TARGET
 *      Kernel          namespaces(7)
 */
static int
OpenCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    enum lx_kind kind;
    int fd;

    (void)objc;
    if (NscgKind(interp, objv[1], &kind) != TCL_OK) {
        return TCL_ERROR;
    }
    fd = OpenNamespace(state, interp, &pool, objv[0], kind);
    lx_pool_free(&pool);
    return fd < 0 ? TCL_ERROR : NscgNamespaceCreate(state, fd, kind);
}

/*
 * ns pin TARGET KIND PATH
 *
 *      Makes a path hold a namespace, as ip netns does.
 *
 *      PATH            does not exist yet, its folder does; below /run/netns
 *                      it is a name for `ip netns`
 *      Result          empty
 *      Errors          POSIX EPERM | EEXIST | ENOENT | EINVAL; NSCG NS PINNED,
 *                      and those of `ns open`
 *      Kernel          mount(2) MS_BIND; namespaces(7)
 */
static int
PinCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    enum lx_kind kind;
    const char *path = NULL;
    LX_AUTOCLOSE int fd = -1;
    int result = TCL_ERROR;

    (void)objc;
    if (NscgKind(interp, objv[1], &kind) == TCL_OK) {
        path = NscgPath(interp, &pool, objv[2]);
    }
    if (path != NULL) {
        fd = OpenNamespace(state, interp, &pool, objv[0], kind);
    }
    if (fd >= 0) {
        result = lx_pin(fd, kind, path, &err) == 0 ? TCL_OK
                                                   : NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}

/*
 * ns unpin PATH
 *
 *      Undoes `ns pin` or `ip netns add`. The namespace ends with its last
 *      process, handle and pin.
 *
 *      PATH            a pinned namespace; nothing else is ever removed
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | EINVAL; NSCG NS NOTNS
 *      Kernel          umount2(2), unlink(2)
 */
static int
UnpinCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    const char *path = NscgPath(interp, &pool, objv[0]);
    int result = TCL_ERROR;

    (void)state, (void)objc;
    if (path != NULL) {
        result = lx_unpin(path, &err) == 0 ? TCL_OK : NscgLxError(interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}

/*
 * Lines of three numbers -> list of lists.
 */
static Tcl_Obj *
IdmapObj(char *text)
{
    Tcl_Obj *listObj = Tcl_NewListObj(0, NULL);

    while (*text != '\0') {
        Tcl_Obj *rangeObj = Tcl_NewListObj(0, NULL);

        for (int i = 0; i < 3; i++) {
            Tcl_ListObjAppendElement(
                NULL, rangeObj,
                Tcl_NewWideIntObj((Tcl_WideInt)strtoul(text, &text, 10)));
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
        Tcl_ListObjAppendElement(NULL, listObj, rangeObj);
    }
    return listObj;
}

/*
 * ns idmap TARGET uid|gid
 *
 *      The id map of a user namespace.
 *
 *      TARGET          a process, or a user namespace
 *      Result          list of {inside outside count}; empty before a map is
 *                      written. Outside is the caller's own user namespace,
 *                      or, where the target is in that one, what is around it
 *      Errors          POSIX EPERM; NSCG NS EXITED | NOTNS | KIND | TARGET
 *      Kernel          user_namespaces(7)
 */
static int
IdmapCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const char *const words[] = {"uid", "gid", NULL};
    struct lx_pool pool = {NULL, NULL};
    struct lx_target target;
    struct lx_err err;
    char text[LX_IDMAP_TEXT];
    int group;
    int result = TCL_ERROR;

    (void)objc;
    if (Tcl_GetIndexFromObj(
            interp, objv[1], words, "sort of id", TCL_EXACT, &group)
            == TCL_OK
        && NscgTarget(state, interp, &pool, objv[0], &target) == TCL_OK) {
        if (lx_idmap_read(&target, group == 1, text, sizeof(text), &err) == 0) {
            Tcl_SetObjResult(interp, IdmapObj(text));
            result = TCL_OK;
        } else {
            NscgLxError(interp, &err);
        }
    }
    lx_pool_free(&pool);
    return result;
}

const NscgCommand nscgNsCommands[] = {
    {"clone", 1, -1, "?-option value ...? ?--? program ?arg ...?",
     "Start a program in a process and namespaces of its own", NscgCloneCmd,
     NULL, false},
    {"domainname", 0, 1, "?name?",
     "Say or set the NIS domain name of this UTS namespace", NscgDomainnameCmd,
     NscgCompileDomainname, false},
    {"exec", 1, -1, "?-option value ...? ?--? program ?arg ...?",
     "Run a program as ns clone does; return what it writes", NscgExecCmd, NULL,
     false},
    {"hostname", 0, 1, "?name?",
     "Say or set the host name of this UTS namespace", NscgHostnameCmd,
     NscgCompileHostname, false},
    {"idmap", 2, 2, "target uid|gid", "List the id map of a user namespace",
     IdmapCmd, NULL, false},
    {"list", 0, -1, "?-kind kind?", "List every namespace that can be seen",
     NscgNsListCmd, NULL, false},
    {"of", 0, 1, "?target?", "Say which namespaces a process is in", OfCmd,
     NULL, false},
    {"open", 2, 2, "target kind", "Hold a namespace alive by a handle", OpenCmd,
     NULL, false},
    {"pin", 3, 3, "target kind path", "Hold a namespace alive by a path",
     PinCmd, NULL, false},
    {"process", 1, 1, "pid", "Get hold of a process that others started",
     NscgProcessCmd, NULL, false},
    {"processes", 1, 1, "target",
     "List the processes in a namespace, and in those below",
     NscgNsProcessesCmd, NULL, false},
    {"same", 3, 3, "target target kind",
     "Say whether two targets are in the same namespace", SameCmd, NULL, false},
    {"setns", 1, -1, "target ?-kinds kinds? ?script?",
     "Move this thread to namespaces, or run a script there", NscgSetnsCmd,
     NULL, false},
    {"tree", 1, 1, "pid|user", "Show the hierarchy of pid or user namespaces",
     NscgNsTreeCmd, NULL, false},
    {"unpin", 1, 1, "path", "Undo ns pin", UnpinCmd, NULL, false},
    {"unshare", 1, -1, "kinds ?-option value ...? ?script?",
     "Move this thread to new ones, or run a script there", NscgUnshareCmd,
     NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
