/*
 * nscgMountList.c --
 *
 *      mount list and mount stats: what is mounted, as data.
 */

#include "nscgMount.h"

struct listwords {
    Tcl_Obj *pidObj;
    Tcl_Obj *underObj;
};

static const NscgOption listOptions[] = {
    {"-pid", NSCG_OPT_OBJ, offsetof(struct listwords, pidObj), NULL, 0},
    {"-under", NSCG_OPT_OBJ, offsetof(struct listwords, underObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

static const NscgOption statsOptions[] = {
    {"-pid", NSCG_OPT_OBJ, offsetof(struct listwords, pidObj), NULL, 0},
    {NULL, NSCG_OPT_BOOL, 0, NULL, 0}};

char *
NscgProcText(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *pidObj, const char *file)
{
    struct lx_target target = LX_TARGET_SELF;
    struct lx_pool pool = {NULL, NULL};
    struct lx_err err;
    char *text = NULL;

    if (pidObj == NULL
        || NscgTarget(state, interp, &pool, pidObj, &target) == TCL_OK) {
        text = lx_proc_text(&target, file, &err);
        if (text == NULL) {
            NscgLxError(interp, &err);
        }
    }
    lx_pool_free(&pool);
    return text;
}

char *
NscgNextLine(char **text)
{
    char *line = *text;
    size_t len = strcspn(line, "\n");

    if (len == 0 && line[0] == '\0') {
        return NULL;
    }
    *text = line + len + (line[len] == '\n');
    line[len] = '\0';
    return line;
}

static void
Put(Tcl_Obj *dictObj, const char *key, Tcl_Obj *valueObj)
{
    Tcl_DictObjPut(NULL, dictObj, Tcl_NewStringObj(key, -1), valueObj);
}

static void
PutText(Tcl_Obj *dictObj, const char *key, const char *text)
{
    Put(dictObj, key, NscgTextObj(text));
}

static void
PutNumber(Tcl_Obj *dictObj, const char *key, unsigned long value)
{
    Put(dictObj, key, Tcl_NewWideIntObj((Tcl_WideInt)value));
}

/*
 * Options are parted before the kernel's escapes are read: a comma of a
 * value's own is one of them.
 */
static void
PutOptions(Tcl_Obj *dictObj, const char *key, char *options)
{
    Tcl_Obj *listObj = Tcl_NewObj();
    char *next = options;

    while (next != NULL && *next != '\0') {
        char *option = next;

        next = strchr(option, ',');
        if (next != NULL) {
            *next++ = '\0';
        }
        Tcl_ListObjAppendElement(
            NULL, listObj, NscgTextObj(lx_unescape(option)));
    }
    Put(dictObj, key, listObj);
}

static Tcl_Obj *
MountDict(const struct lx_mount *mount)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    PutNumber(dictObj, "id", mount->id);
    PutNumber(dictObj, "parent", mount->parent);
    PutText(dictObj, "device", mount->device);
    PutText(dictObj, "root", mount->root);
    PutText(dictObj, "target", mount->target);
    PutOptions(dictObj, "options", mount->options);
    PutText(dictObj, "fstype", mount->fstype);
    PutText(dictObj, "source", mount->source);
    PutOptions(dictObj, "superoptions", mount->superOptions);
    if (mount->shared != 0) {
        PutNumber(dictObj, "shared", mount->shared);
    }
    if (mount->master != 0) {
        PutNumber(dictObj, "master", mount->master);
    }
    if (mount->from != 0) {
        PutNumber(dictObj, "propagate_from", mount->from);
    }
    if (mount->unbindable) {
        PutNumber(dictObj, "unbindable", 1);
    }
    return dictObj;
}

/*
 * -under PATH: of this process, as the kernel names it, symlinks followed; of
 * another, whose root may be another, as it is written.
 */
static int
Under(
    Tcl_Interp *interp, const struct listwords *words, struct lx_pool *pool,
    char under[sizeof(((struct lx_where *)0)->path)])
{
    struct lx_where where;
    const char *path = NscgPath(interp, pool, words->underObj);
    size_t len;

    if (path == NULL) {
        return TCL_ERROR;
    }
    if (words->pidObj == NULL && lx_where_path(&where, path) == 0) {
        path = where.path;
    }
    lx_format(under, sizeof(where.path), "%s", path);
    for (len = strlen(under); len > 0 && under[len - 1] == '/'; len--) {
        under[len - 1] = '\0';
    }
    return TCL_OK;
}

static bool
IsUnder(const char *path, const char *under)
{
    size_t len = strlen(under);

    return strncmp(path, under, len) == 0
        && (path[len] == '/' || path[len] == '\0');
}

/*
 * mount list ?-pid TARGET? ?-under PATH?
 *
 *      What is mounted in this thread's mount namespace, or in a process's.
 *
 *      -pid TARGET     a pid, a process handle, or self; paths are then as
 *                      they are below that process's root
 *      -under PATH     only mounts at PATH or below it
 *      Result          list of dicts in the kernel's order: id, parent,
 *                      device (major:minor), root (which folder of the file
 *                      system it shows), target, options (list), fstype,
 *                      source, superoptions (list; those of the file system);
 *                      and if they apply shared and master (peer groups),
 *                      propagate_from and unbindable (1)
 *      Errors          POSIX EACCES; NSCG NS EXITED | TARGET
 *      Kernel          proc_pid_mountinfo(5)
 */
int
NscgMountListCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct listwords words = {NULL, NULL};
    char under[sizeof(((struct lx_where *)0)->path)] = "";
    char *text, *next, *line;
    Tcl_Obj *resultObj;
    int result = NscgOptions(
        interp, &pool, listOptions, objc, objv, NSCG_TRAILING, NULL, &words);

    if (result == TCL_OK && words.underObj != NULL) {
        result = Under(interp, &words, &pool, under);
    }
    lx_pool_free(&pool);
    if (result != TCL_OK) {
        return TCL_ERROR;
    }
    text = NscgProcText(state, interp, words.pidObj, "mountinfo");
    if (text == NULL) {
        return TCL_ERROR;
    }
    resultObj = Tcl_NewObj();
    next = text;
    while ((line = NscgNextLine(&next)) != NULL) {
        struct lx_mount mount;

        if (lx_mount_parse(line, &mount) && IsUnder(mount.target, under)) {
            Tcl_ListObjAppendElement(NULL, resultObj, MountDict(&mount));
        }
    }
    free(text);
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}

static Tcl_Obj *
StatDict(const struct lx_mountstat *stat)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    if (stat->source != NULL) {
        PutText(dictObj, "source", stat->source);
    }
    PutText(dictObj, "target", stat->target);
    PutText(dictObj, "fstype", stat->fstype);
    if (stat->version != NULL) {
        PutText(dictObj, "statvers", stat->version);
    }
    return dictObj;
}

/*
 * mount stats ?-pid TARGET?
 *
 *      What file systems count of their mounts; few but NFS do.
 *
 *      -pid TARGET     as of mount list
 *      Result          list of dicts in the kernel's order: source (if there
 *                      is one), target, fstype; and if the file system counts,
 *                      statvers and stats, a list of lines
 *      Errors          POSIX EACCES; NSCG NS EXITED | TARGET
 *      Kernel          proc_pid_mountstats(5)
 */
int
NscgMountStatsCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct listwords words = {NULL, NULL};
    Tcl_Obj *resultObj, *lastObj = NULL, *linesObj = NULL;
    char *text, *next, *line;

    if (NscgOptions(
            interp, NULL, statsOptions, objc, objv, NSCG_TRAILING, NULL, &words)
        != TCL_OK) {
        return TCL_ERROR;
    }
    text = NscgProcText(state, interp, words.pidObj, "mountstats");
    if (text == NULL) {
        return TCL_ERROR;
    }
    resultObj = Tcl_NewObj();
    next = text;
    while ((line = NscgNextLine(&next)) != NULL) {
        struct lx_mountstat stat;

        if (lx_mountstat_parse(line, &stat)) {
            lastObj = StatDict(&stat);
            linesObj = NULL;
            Tcl_ListObjAppendElement(NULL, resultObj, lastObj);
        } else if (lastObj != NULL) {
            if (linesObj == NULL) {
                linesObj = Tcl_NewObj();
                Put(lastObj, "stats", linesObj);
            }
            line += strspn(line, " \t");
            if (line[0] != '\0') {
                Tcl_ListObjAppendElement(NULL, linesObj, NscgTextObj(line));
            }
        }
    }
    free(text);
    Tcl_SetObjResult(interp, resultObj);
    return TCL_OK;
}
