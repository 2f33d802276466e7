/*
 * nscgMountAttrCmd.c --
 *
 *      mount attr: asked and set.
 */

#include "nscgMount.h"

static const NscgOption attrOptions[] = {
    {"-recursive", NSCG_OPT_BOOL, offsetof(struct lx_mountattr, recursive),
     NULL, 0},
    {"-root", NSCG_OPT_PATH, offsetof(struct lx_mountattr, target.root), NULL,
     0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

static const struct lx_attrinfo *
FindAttr(const char *name)
{
    for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
        if (strcmp(name, info->name) == 0) {
            return info;
        }
    }
    return NULL;
}

static bool
IsOption(const char *word)
{
    for (const NscgOption *option = attrOptions; option->name; option++) {
        if (strcmp(word, option->name) == 0) {
            return true;
        }
    }
    return false;
}

static int
BadAttr(Tcl_Interp *interp, const char *word)
{
    Tcl_Obj *messageObj =
        Tcl_ObjPrintf("bad attribute \"%s\": must be + or - with", word);

    for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
        Tcl_AppendStringsToObj(
            messageObj,
            info == lx_attrs           ? " "
                : info[1].name != NULL ? ", "
                                       : ", or ",
            info->name, NULL);
    }
    Tcl_AppendStringsToObj(
        messageObj, "; or the option -recursive or -root", NULL);
    Tcl_SetObjResult(interp, messageObj);
    Tcl_SetErrorCode(interp, "TCL", "LOOKUP", "INDEX", "attribute", word, NULL);
    return TCL_ERROR;
}

/*
 * The last word on an attribute counts. The three on access times are one
 * setting; without any of them it is relatime.
 */
static void
Change(struct lx_mountattr *change, const struct lx_attrinfo *info, bool set)
{
    unsigned bits = info->bit;

    if (bits & LX_ATTR_ATIME) {
        bits = LX_ATTR_ATIME;
        change->set &= ~bits;
        change->clear |= bits;
        change->set |= set ? info->bit : LX_ATTR_RELATIME;
        return;
    }
    change->set = set ? change->set | bits : change->set & ~bits;
    change->clear = set ? change->clear & ~bits : change->clear | bits;
}

static int
Parse(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[],
    struct lx_mountattr *change)
{
    int i;

    change->target.path = NscgPath(interp, pool, objv[0]);
    if (change->target.path == NULL) {
        return TCL_ERROR;
    }
    for (i = 1; i < objc; i++) {
        const char *word = Tcl_GetString(objv[i]);
        const struct lx_attrinfo *info =
            word[0] == '+' || word[0] == '-' ? FindAttr(word + 1) : NULL;

        if (info != NULL) {
            Change(change, info, word[0] == '+');
        } else if (IsOption(word)) {
            break;
        } else {
            return BadAttr(interp, word);
        }
    }
    return NscgOptions(
        interp, pool, attrOptions, objc - i, objv + i, NSCG_TRAILING, NULL,
        change);
}

int
NscgCompileMountAttr(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_mountattr *change =
        lx_pool_alloc(compiler->pool, sizeof(*change));

    if (change == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    if (Parse(compiler->interp, compiler->pool, objc, objv, change) != TCL_OK) {
        return TCL_ERROR;
    }
    if ((change->set | change->clear) == 0) {
        return NscgError(
            compiler->interp, "MOUNT", "NOCHANGE",
            "as a step, mount attr needs an attribute to set or to clear");
    }
    step->run = lx_mountattr_run;
    step->args = change;
    return TCL_OK;
}

/*
 * The attributes that a mount has, in the words that would set them.
 */
static Tcl_Obj *
AttrWords(const char *options)
{
    Tcl_Obj *wordsObj = Tcl_NewObj();

    while (*options != '\0') {
        size_t len = strcspn(options, ",");

        for (const struct lx_attrinfo *info = lx_attrs; info->name; info++) {
            if (strlen(info->option) == len
                && memcmp(options, info->option, len) == 0) {
                Tcl_ListObjAppendElement(
                    NULL, wordsObj, Tcl_ObjPrintf("+%s", info->name));
            }
        }
        options += len + (options[len] == ',');
    }
    return wordsObj;
}

/*
 * mount attr TARGET ?+ATTRIBUTE -ATTRIBUTE ...? ?-option value ...?
 *
 *      Changes the attributes of the mount at TARGET: those of this mount
 *      alone, not of others that show the same file system.
 *
 *      TARGET          a mount point
 *      ATTRIBUTE       after + to set or - to clear it: readonly nosuid nodev
 *                      noexec nodiratime nosymfollow; and one of noatime,
 *                      strictatime and relatime, the last being the default
 *      -recursive BOOL all mounts below TARGET too
 *      -root DIR       TARGET is resolved inside DIR, from which nothing leads
 *                      out
 *      Result          without attributes those that are set, each after +;
 *                      else empty
 *      Errors          POSIX EPERM | ENOENT | EINVAL | EBUSY; NSCG MOUNT
 *                      NOTMOUNT | NOCHANGE; NSCG PATH NOOPENAT2
 *      Kernel          mount_setattr(2); before Linux 5.12 mount(2)
 *                      MS_REMOUNT
 */
int
NscgMountAttrCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_mountattr change = {.set = 0};
    struct lx_where where;
    struct lx_err err;
    int result = Parse(interp, &pool, objc, objv, &change);

    if (result == TCL_OK && (change.set | change.clear) != 0) {
        result = NscgRunStep(state, NscgCompileMountAttr, objc, objv);
    } else if (result == TCL_OK) {
        if (lx_where_mount(&where, &change.target, &err) == 0) {
            Tcl_SetObjResult(interp, AttrWords(where.mount.options));
        } else {
            result = NscgLxError(interp, &err);
        }
    }
    lx_pool_free(&pool);
    return result;
}
