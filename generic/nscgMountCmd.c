/*
 * nscgMountCmd.c --
 *
 *      `mount`: its commands, and those that work on what is mounted already.
 *      What changes the mounts is a step.
 */

#include "nscgMount.h"

/*
 * The struct that a run function is given is the pool's, so that it outlives
 * the words.
 */
int
NscgMountStep(
    NscgCompiler *compiler, struct lx_step *step, lx_run *run, const void *args,
    size_t size)
{
    void *copy = lx_pool_alloc(compiler->pool, size);

    if (copy == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    memcpy(copy, args, size);
    step->run = run;
    step->args = copy;
    return TCL_OK;
}

int
NscgMountPath(NscgCompiler *compiler, Tcl_Obj *obj, const char **path)
{
    *path = NscgPath(compiler->interp, compiler->pool, obj);
    return *path != NULL ? TCL_OK : TCL_ERROR;
}

/*
 * mount bind SOURCE TARGET ?-option value ...?
 *
 *      Makes the file or folder SOURCE visible at TARGET as well.
 *
 *      SOURCE, TARGET  existing paths, both folders or both files
 *      -recursive BOOL the mounts below SOURCE too
 *      -readonly BOOL  and -nosuid -nodev -noexec -noatime -nodiratime
 *                      -nosymfollow: attributes of the new mount alone, which
 *                      nobody ever sees without them
 *      -idmap TARGET   files belong to whom the ids are mapped to in that user
 *                      namespace
 *      -root DIR       TARGET is resolved inside DIR, from which nothing leads
 *                      out
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | ENOTDIR | EINVAL | ELOOP; NSCG
 *                      MOUNT NOIDMAP; NSCG PATH NOOPENAT2
 *      Kernel          open_tree(2), mount_setattr(2), move_mount(2); before
 *                      Linux 5.12 mount(2)
 */
struct bindwords {
    struct lx_bind bind;
    Tcl_Obj *idmapObj;
};

static const NscgOption bindOptions[] = {
    {"-recursive", NSCG_OPT_BOOL, offsetof(struct lx_bind, recursive), NULL, 0},
    NSCG_ATTRS(struct lx_bind),
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_bind, target.root), NULL, 0},
    {"-idmap", NSCG_OPT_OBJ, offsetof(struct bindwords, idmapObj), NULL, 0},
    NSCG_END};

static int
OpenUserNamespace(NscgCompiler *compiler, Tcl_Obj *obj, int *fd)
{
    struct lx_target target;
    struct lx_err err;

    if (NscgTarget(
            compiler->state, compiler->interp, compiler->pool, obj, &target)
        != TCL_OK) {
        return TCL_ERROR;
    }
    *fd = lx_ns_open(&target, LX_USER, &err);
    if (*fd < 0) {
        return NscgLxError(compiler->interp, &err);
    }
    *fd = lx_pool_fd(compiler->pool, *fd);
    return *fd >= 0 ? TCL_OK : NscgNoMemory(compiler->interp);
}

static int
CompileBind(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct bindwords words = {.bind = {.usernsFd = -1}};

    if (NscgMountPath(compiler, objv[0], &words.bind.source) != TCL_OK
        || NscgMountPath(compiler, objv[1], &words.bind.target.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, bindOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &words)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (words.idmapObj != NULL
        && OpenUserNamespace(compiler, words.idmapObj, &words.bind.usernsFd)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgMountStep(
        compiler, step, lx_bind_run, &words.bind, sizeof(words.bind));
}

/*
 * mount move FROM TO ?-root DIR?
 *
 *      Takes the mount at FROM, and all on it, to TO.
 *
 *      FROM            a mount point, on no shared mount
 *      TO              an existing path
 *      -root DIR       as of mount bind; for TO
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | EINVAL | ELOOP; NSCG PATH
 *                      NOOPENAT2
 *      Kernel          move_mount(2); before Linux 5.2 mount(2) MS_MOVE
 */
static const NscgOption moveOptions[] = {
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_mountmove, to.root), NULL, 0},
    NSCG_END};

static int
CompileMove(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_mountmove move = {.from = NULL};

    if (NscgMountPath(compiler, objv[0], &move.from) != TCL_OK
        || NscgMountPath(compiler, objv[1], &move.to.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, moveOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &move)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgMountStep(compiler, step, lx_mountmove_run, &move, sizeof(move));
}

/*
 * mount umount TARGET ?-detach BOOL -root DIR?
 *
 *      Takes the topmost mount at TARGET away.
 *
 *      -detach BOOL    with all that is mounted on it, out of sight at once,
 *                      and gone when nobody uses it any more
 *      -root DIR       as of mount bind; a symlink as TARGET's last name is
 *                      not followed
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | EINVAL | EBUSY; NSCG PATH
 *                      NOOPENAT2 | NONAME
 *      Kernel          umount2(2)
 */
static const NscgOption umountOptions[] = {
    {"-detach", NSCG_OPT_BOOL, offsetof(struct lx_umount, detach), NULL, 0},
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_umount, target.root), NULL, 0},
    NSCG_END};

static int
CompileUmount(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_umount umount = {.detach = false};

    if (NscgMountPath(compiler, objv[0], &umount.target.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, umountOptions, objc - 1,
               objv + 1, NSCG_TRAILING, NULL, &umount)
            != TCL_OK) {
        return TCL_ERROR;
    }
    /* It may be a hierarchy of control groups, of which we hold the folder. */
    lx_cgroups_letgo(&compiler->state->cgroups);
    return NscgMountStep(
        compiler, step, lx_umount_run, &umount, sizeof(umount));
}

/*
 * mount pivot NEWROOT ?-move BOOL?
 *
 *      Makes NEWROOT the root of this mount namespace, and lets go of the old
 *      root with all that is mounted on it. Processes whose root it was get
 *      the new one; the working directory is then "/".
 *
 *      NEWROOT         a folder; it is made a mount by a recursive bind on
 *                      itself if it is none
 *      -move BOOL      where the old root is the initramfs, which cannot be
 *                      let go of, NEWROOT is moved over it and entered by
 *                      chroot: who may unmount can uncover it again
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | ENOTDIR | EINVAL | EBUSY
 *      Kernel          pivot_root(2)
 */
static const NscgOption pivotOptions[] = {
    {"-move", NSCG_OPT_BOOL, offsetof(struct lx_pivot, move), NULL, 0},
    NSCG_END};

static int
CompilePivot(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_pivot pivot = {.move = false};

    if (NscgMountPath(compiler, objv[0], &pivot.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, pivotOptions, objc - 1,
               objv + 1, NSCG_TRAILING, NULL, &pivot)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgMountStep(compiler, step, lx_pivot_run, &pivot, sizeof(pivot));
}

const NscgCommand nscgMountCommands[] = {
    {"attr", 1, -1, "target ?+attribute -attribute ...? ?-option value ...?",
     "Change the attributes of a mount", NscgMountAttrCmd, NscgCompileMountAttr,
     false},
    {"bind", 2, -1, "source target ?-option value ...?",
     "Make a tree visible at another place as well", NULL, CompileBind, false},
    {"layer", 1, 1, "dir", "List the changes in the upper layer of an overlay",
     NscgLayerCmd, NULL, false},
    {"list", 0, -1, "?-pid pid? ?-under path?", "List the mounts of a process",
     NscgMountListCmd, NULL, false},
    {"move", 2, -1, "from to ?-root dir?", "Move a mount to another place",
     NULL, CompileMove, false},
    {"new", 2, -1, "fstype target ?-option value ...?",
     "Mount a new file system", NULL, NscgCompileMountNew, false},
    {"overlay", 1, -1, "target -lower dirs ?-option value ...?",
     "Lay a writable layer over read-only ones", NULL, NscgCompileMountOverlay,
     false},
    {"pivot", 1, -1, "newroot ?-move boolean?",
     "Make a folder the root, and let go of the old one", NULL, CompilePivot,
     false},
    {"propagation", 1, -1, "path ?type? ?-option value ...?",
     "Ask or set how mounts travel between places", NscgPropagationCmd,
     NscgCompilePropagation, false},
    {"stats", 0, -1, "?-pid pid?",
     "List what a file system counts about its mounts", NscgMountStatsCmd, NULL,
     false},
    {"tree", 0, -1, "?-pid pid?", "Show the mounts as a tree", NscgMountTreeCmd,
     NULL, false},
    {"umount", 1, -1, "target ?-detach boolean? ?-root dir?", "Unmount", NULL,
     CompileUmount, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
