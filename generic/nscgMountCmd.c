/*
 * nscgMountCmd.c --
 *
 *      `mount`: what changes the mounts. Each is a step.
 */

#include "nscgInt.h"

#define ATTR(name, bit, type)                                                  \
    {                                                                          \
        name, NSCG_OPT_BIT, offsetof(type, attrs), NULL, bit                   \
    }
#define ATTRS(type)                                                            \
    ATTR("-readonly", LX_ATTR_READONLY, type),                                 \
        ATTR("-nosuid", LX_ATTR_NOSUID, type),                                 \
        ATTR("-nodev", LX_ATTR_NODEV, type),                                   \
        ATTR("-noexec", LX_ATTR_NOEXEC, type),                                 \
        ATTR("-noatime", LX_ATTR_NOATIME, type),                               \
        ATTR("-nodiratime", LX_ATTR_NODIRATIME, type),                         \
        ATTR("-nosymfollow", LX_ATTR_NOSYMFOLLOW, type)
#define END                                                                    \
    {                                                                          \
        NULL, NSCG_OPT_BOOL, 0, NULL, 0                                        \
    }

/*
 * The struct that a run function is given is the pool's, so that it outlives
 * the words.
 */
static int
Finish(
    NscgCompiler *compiler, struct lx_step *step, lx_run *run,
    const void *args, size_t size)
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

static int
Path(NscgCompiler *compiler, Tcl_Obj *obj, const char **path)
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
    {"-recursive", NSCG_OPT_BOOL, offsetof(struct lx_bind, recursive), NULL,
        0},
    ATTRS(struct lx_bind),
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_bind, target.root), NULL, 0},
    {"-idmap", NSCG_OPT_OBJ, offsetof(struct bindwords, idmapObj), NULL, 0},
    END};

static int
OpenUserNamespace(NscgCompiler *compiler, Tcl_Obj *obj, int *fd)
{
    struct lx_target target;
    struct lx_err err;

    if (NscgTarget(compiler->state, compiler->interp, compiler->pool, obj,
            &target)
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

    if (Path(compiler, objv[0], &words.bind.source) != TCL_OK
        || Path(compiler, objv[1], &words.bind.target.path) != TCL_OK
        || NscgOptions(compiler->interp, compiler->pool, bindOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &words)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (words.idmapObj != NULL
        && OpenUserNamespace(compiler, words.idmapObj, &words.bind.usernsFd)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return Finish(
        compiler, step, lx_bind_run, &words.bind, sizeof(words.bind));
}

/*
 * -data DICT: an empty value makes its key a flag, which has none.
 */
static int
DataOptions(
    NscgCompiler *compiler, Tcl_Obj *dataObj,
    const struct lx_mountoption **options)
{
    struct lx_mountoption *option;
    Tcl_Size count = 0;
    Tcl_Obj **objs = NULL;

    if (dataObj != NULL
        && Tcl_ListObjGetElements(compiler->interp, dataObj, &count, &objs)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (count % 2 != 0) {
        return NscgError(compiler->interp, "VALUE", "DICT",
            "bad -data \"%s\": must be a dict", Tcl_GetString(dataObj));
    }
    option = lx_pool_alloc(
        compiler->pool, ((size_t)count / 2 + 1) * sizeof(*option));
    if (option == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    *options = option;
    for (Tcl_Size i = 0; i < count; i += 2, option++) {
        option->key = NscgText(compiler->interp, compiler->pool, objs[i]);
        option->value =
            NscgText(compiler->interp, compiler->pool, objs[i + 1]);
        if (option->key == NULL || option->value == NULL) {
            return TCL_ERROR;
        }
        if (option->key[0] == '\0') {
            return NscgError(compiler->interp, "VALUE", "EMPTY",
                "an option of a file system cannot have an empty name");
        }
        if (option->value[0] == '\0') {
            option->value = NULL;
        }
    }
    return TCL_OK;
}

/*
 * mount new FSTYPE TARGET ?-option value ...?
 *
 *      Mounts a file system.
 *
 *      FSTYPE          as in /proc/filesystems
 *      TARGET          an existing path
 *      -source TEXT    a device, or what the file system wants; FSTYPE itself
 *                      unless given
 *      -data DICT      the file system's own options; an option without a
 *                      value has an empty one
 *      -readonly ...   attributes as of mount bind; read-only goes for the
 *                      file system, too
 *      -root DIR       as of mount bind
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | ENODEV | EINVAL | EBUSY; NSCG
 *                      MOUNT COMMA | TOOLONG; NSCG PATH NOOPENAT2
 *      Kernel          fsopen(2), fsconfig(2), fsmount(2), move_mount(2);
 *                      before Linux 5.2 mount(2)
 */
struct newwords {
    struct lx_mountnew new;
    Tcl_Obj *dataObj;
};

static const NscgOption newOptions[] = {
    {"-source", NSCG_OPT_TEXT, offsetof(struct lx_mountnew, source), NULL, 0},
    {"-data", NSCG_OPT_OBJ, offsetof(struct newwords, dataObj), NULL, 0},
    ATTRS(struct lx_mountnew),
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_mountnew, target.root), NULL,
        0},
    END};

static int
CompileNew(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct newwords words = {.dataObj = NULL};

    words.new.fstype = NscgText(compiler->interp, compiler->pool, objv[0]);
    if (words.new.fstype == NULL
        || Path(compiler, objv[1], &words.new.target.path) != TCL_OK
        || NscgOptions(compiler->interp, compiler->pool, newOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || DataOptions(compiler, words.dataObj, &words.new.options)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (words.new.fstype[0] == '\0') {
        return NscgError(compiler->interp, "VALUE", "EMPTY",
            "the name of a file system cannot be empty");
    }
    if (words.new.source == NULL) {
        words.new.source = words.new.fstype;
    }
    return Finish(
        compiler, step, lx_mountnew_run, &words.new, sizeof(words.new));
}

/*
 * mount overlay TARGET -lower DIRS ?-option value ...?
 *
 *      Mounts folders one upon the other at TARGET.
 *
 *      -lower DIRS     list of folders, the topmost first; never changed
 *      -upper DIR      takes what is changed; without it nothing can be
 *      -work DIR       an empty folder on the mount that DIR is on
 *      -userxattr BOOL the layers' marks are user.overlay attributes; by
 *                      default, if this is a user namespace
 *      -data DICT      further options of overlayfs
 *      -readonly ...   attributes as of mount bind
 *      -root DIR       as of mount bind
 *      Result          empty
 *      Errors          POSIX EPERM | ENOENT | EINVAL | EBUSY; NSCG MOUNT
 *                      LAYERS | TOOLONG; NSCG PATH NOOPENAT2
 *      Kernel          overlayfs; fsopen(2) with lowerdir+ (Linux 6.7), else
 *                      mount(2)
 */
struct overlaywords {
    struct lx_overlay overlay;
    Tcl_Obj *lowerObj;
    Tcl_Obj *userxattrObj;
    Tcl_Obj *dataObj;
};

#define OVERLAY(member) offsetof(struct lx_overlay, member)
static const NscgOption overlayOptions[] = {
    {"-lower", NSCG_OPT_OBJ, offsetof(struct overlaywords, lowerObj), NULL, 0},
    {"-upper", NSCG_OPT_PATH, OVERLAY(upper), NULL, 0},
    {"-work", NSCG_OPT_PATH, OVERLAY(work), NULL, 0},
    {"-userxattr", NSCG_OPT_OBJ, offsetof(struct overlaywords, userxattrObj),
        NULL, 0},
    {"-data", NSCG_OPT_OBJ, offsetof(struct overlaywords, dataObj), NULL, 0},
    ATTRS(struct lx_overlay),
    {"-root", NSCG_OPT_PATH, OVERLAY(target.root), NULL, 0},
    END};

static int
LowerFolders(
    NscgCompiler *compiler, Tcl_Obj *lowerObj, const char *const **lower)
{
    const char **paths;
    Tcl_Size count = 0;
    Tcl_Obj **objs = NULL;

    if (lowerObj != NULL
        && Tcl_ListObjGetElements(compiler->interp, lowerObj, &count, &objs)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (count == 0) {
        return NscgError(compiler->interp, "MOUNT", "LAYERS",
            "an overlay needs -lower, with at least one folder");
    }
    paths = lx_pool_alloc(
        compiler->pool, ((size_t)count + 1) * sizeof(*paths));
    if (paths == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    *lower = paths;
    for (Tcl_Size i = 0; i < count; i++) {
        if (Path(compiler, objs[i], &paths[i]) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

static int
CompileOverlay(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct overlaywords words = {.overlay = {.userxattr = -1}};

    if (Path(compiler, objv[0], &words.overlay.target.path) != TCL_OK
        || NscgOptions(compiler->interp, compiler->pool, overlayOptions,
               objc - 1, objv + 1, NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || LowerFolders(compiler, words.lowerObj, &words.overlay.lower)
            != TCL_OK
        || DataOptions(compiler, words.dataObj, &words.overlay.options)
            != TCL_OK
        || (words.userxattrObj != NULL
            && Tcl_GetBooleanFromObj(compiler->interp, words.userxattrObj,
                   &words.overlay.userxattr)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    if ((words.overlay.upper == NULL) != (words.overlay.work == NULL)) {
        return NscgError(compiler->interp, "MOUNT", "LAYERS",
            "an overlay needs both -upper and -work, or neither");
    }
    return Finish(compiler, step, lx_overlay_run, &words.overlay,
        sizeof(words.overlay));
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
    END};

static int
CompileMove(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_mountmove move = {.from = NULL};

    if (Path(compiler, objv[0], &move.from) != TCL_OK
        || Path(compiler, objv[1], &move.to.path) != TCL_OK
        || NscgOptions(compiler->interp, compiler->pool, moveOptions, objc - 2,
               objv + 2, NSCG_TRAILING, NULL, &move)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return Finish(compiler, step, lx_mountmove_run, &move, sizeof(move));
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
    END};

static int
CompileUmount(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_umount umount = {.detach = false};

    if (Path(compiler, objv[0], &umount.target.path) != TCL_OK
        || NscgOptions(compiler->interp, compiler->pool, umountOptions,
               objc - 1, objv + 1, NSCG_TRAILING, NULL, &umount)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return Finish(compiler, step, lx_umount_run, &umount, sizeof(umount));
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
    {"-move", NSCG_OPT_BOOL, offsetof(struct lx_pivot, move), NULL, 0}, END};

static int
CompilePivot(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_pivot pivot = {.move = false};

    if (Path(compiler, objv[0], &pivot.path) != TCL_OK
        || NscgOptions(compiler->interp, compiler->pool, pivotOptions,
               objc - 1, objv + 1, NSCG_TRAILING, NULL, &pivot)
            != TCL_OK) {
        return TCL_ERROR;
    }
    return Finish(compiler, step, lx_pivot_run, &pivot, sizeof(pivot));
}

const NscgCommand nscgMountCommands[] = {
    {"attr", 1, -1, "target ?+attribute -attribute ...? ?-option value ...?",
        "Change the attributes of a mount", NscgMountAttrCmd,
        NscgCompileMountAttr, false},
    {"bind", 2, -1, "source target ?-option value ...?",
        "Make a tree visible at another place as well", NULL, CompileBind,
        false},
    {"list", 0, -1, "?-pid pid? ?-under path?",
        "List the mounts of a process", NscgMountListCmd, NULL, false},
    {"move", 2, -1, "from to ?-root dir?",
        "Move a mount to another place", NULL, CompileMove, false},
    {"new", 2, -1, "fstype target ?-option value ...?",
        "Mount a new file system", NULL, CompileNew, false},
    {"overlay", 1, -1, "target -lower dirs ?-option value ...?",
        "Lay a writable layer over read-only ones", NULL, CompileOverlay,
        false},
    {"pivot", 1, -1, "newroot ?-move boolean?",
        "Make a folder the root, and let go of the old one", NULL, CompilePivot, false},
    {"propagation", 1, -1, "path ?type? ?-option value ...?",
        "Ask or set how mounts travel between places", NscgPropagationCmd,
        NscgCompilePropagation, false},
    {"stats", 0, -1, "?-pid pid?",
        "List what a file system counts about its mounts", NscgMountStatsCmd,
        NULL, false},
    {"tree", 0, -1, "?-pid pid?",
        "Show the mounts as a tree", NscgMountTreeCmd, NULL, false},
    {"umount", 1, -1, "target ?-detach boolean? ?-root dir?",
        "Unmount", NULL, CompileUmount, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
