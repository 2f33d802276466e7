/*
 * nscgMountNewCmd.c --
 *
 *      mount new and mount overlay.
 */

#include "nscgMount.h"

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
        return NscgError(
            compiler->interp, "VALUE", "DICT",
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
        option->value = NscgText(compiler->interp, compiler->pool, objs[i + 1]);
        if (option->key == NULL || option->value == NULL) {
            return TCL_ERROR;
        }
        if (option->key[0] == '\0') {
            return NscgError(
                compiler->interp, "VALUE", "EMPTY",
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
    NSCG_ATTRS(struct lx_mountnew),
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_mountnew, target.root), NULL,
     0},
    NSCG_END};

int
NscgCompileMountNew(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct newwords words = {.dataObj = NULL};

    words.new.fstype = NscgText(compiler->interp, compiler->pool, objv[0]);
    if (words.new.fstype == NULL
        || NscgMountPath(compiler, objv[1], &words.new.target.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, newOptions, objc - 2, objv + 2,
               NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || DataOptions(compiler, words.dataObj, &words.new.options) != TCL_OK) {
        return TCL_ERROR;
    }
    if (words.new.fstype[0] == '\0') {
        return NscgError(
            compiler->interp, "VALUE", "EMPTY",
            "the name of a file system cannot be empty");
    }
    if (words.new.source == NULL) {
        words.new.source = words.new.fstype;
    }
    return NscgMountStep(
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
    NSCG_ATTRS(struct lx_overlay),
    {"-root", NSCG_OPT_PATH, OVERLAY(target.root), NULL, 0},
    NSCG_END};

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
        return NscgError(
            compiler->interp, "MOUNT", "LAYERS",
            "an overlay needs -lower, with at least one folder");
    }
    paths = lx_pool_alloc(compiler->pool, ((size_t)count + 1) * sizeof(*paths));
    if (paths == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    *lower = paths;
    for (Tcl_Size i = 0; i < count; i++) {
        if (NscgMountPath(compiler, objs[i], &paths[i]) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

int
NscgCompileMountOverlay(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct overlaywords words = {.overlay = {.userxattr = -1}};

    if (NscgMountPath(compiler, objv[0], &words.overlay.target.path) != TCL_OK
        || NscgOptions(
               compiler->interp, compiler->pool, overlayOptions, objc - 1,
               objv + 1, NSCG_TRAILING, NULL, &words)
            != TCL_OK
        || LowerFolders(compiler, words.lowerObj, &words.overlay.lower)
            != TCL_OK
        || DataOptions(compiler, words.dataObj, &words.overlay.options)
            != TCL_OK
        || (words.userxattrObj != NULL
            && Tcl_GetBooleanFromObj(
                   compiler->interp, words.userxattrObj,
                   &words.overlay.userxattr)
                != TCL_OK)) {
        return TCL_ERROR;
    }
    if ((words.overlay.upper == NULL) != (words.overlay.work == NULL)) {
        return NscgError(
            compiler->interp, "MOUNT", "LAYERS",
            "an overlay needs both -upper and -work, or neither");
    }
    return NscgMountStep(
        compiler, step, lx_overlay_run, &words.overlay, sizeof(words.overlay));
}
