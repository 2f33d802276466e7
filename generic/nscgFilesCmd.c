/*
 * nscgFilesCmd.c --
 *
 *      The steps mkdir, symlink, device and write.
 */

#include "nscgInt.h"

#define ROOT_OPTION(type) \
    { \
        "-root", NSCG_OPT_PATH, offsetof(type, root), NULL, 0 \
    }
#define END \
    { \
        NULL, 0, 0, NULL, 0 \
    }

static const NscgOption mkdirOptions[] = {
    {"-parents", NSCG_OPT_BOOL, offsetof(struct lx_mkdir, parents), NULL, 0},
    ROOT_OPTION(struct lx_mkdir),
    END};

static const NscgOption symlinkOptions[] = {
    ROOT_OPTION(struct lx_symlink), END};

static const NscgOption deviceOptions[] = {ROOT_OPTION(struct lx_device), END};

struct writing {
    struct lx_write file;
    bool binary;
    Tcl_Obj *modeObj;
};

static const NscgOption writeOptions[] = {
    {"-append", NSCG_OPT_BOOL, offsetof(struct writing, file.append), NULL, 0},
    {"-binary", NSCG_OPT_BOOL, offsetof(struct writing, binary), NULL, 0},
    {"-create", NSCG_OPT_BOOL, offsetof(struct writing, file.create), NULL, 0},
    {"-mode", NSCG_OPT_OBJ, offsetof(struct writing, modeObj), NULL, 0},
    {"-root", NSCG_OPT_PATH, offsetof(struct writing, file.root), NULL, 0},
    END};

static int
Options(
    NscgCompiler *compiler, const NscgOption *options, int objc,
    Tcl_Obj *const objv[], void *record)
{
    return NscgOptions(
        compiler->interp, compiler->pool, options, objc, objv, NSCG_TRAILING,
        NULL, record);
}

/*
 * mkdir PATH ?MODE? ?-parents BOOL? ?-root DIR?
 *
 *      Makes a directory.
 *
 *      MODE            octal, and meant as it stands; unless given it is 777
 *                      less the umask
 *      -parents BOOL   those above it too, and none of them need be new
 *      -root DIR       PATH is looked up with DIR for "/": no symbolic link
 *                      leads out of it
 *      Errors          POSIX EEXIST | ENOENT | EACCES | EROFS; NSCG VALUE
 *                      MODE, NSCG PATH NONAME | NOOPENAT2
 *      Kernel          mkdir(2), openat2(2)
 */
int
NscgCompileMkdir(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Interp *interp = compiler->interp;
    struct lx_mkdir *dir = lx_pool_alloc(compiler->pool, sizeof(*dir));
    int i = 1;

    if (dir == NULL) {
        return NscgNoMemory(interp);
    }
    dir->mode = LX_MODE_UNSET;
    dir->path = NscgPath(interp, compiler->pool, objv[0]);
    if (dir->path == NULL) {
        return TCL_ERROR;
    }
    if (i < objc && !NscgIsOption(objv[i])
        && NscgMode(interp, objv[i++], "mode", 07777, &dir->mode) != TCL_OK) {
        return TCL_ERROR;
    }
    step->run = lx_mkdir_run;
    step->args = dir;
    return Options(compiler, mkdirOptions, objc - i, objv + i, dir);
}

/*
 * symlink TARGET PATH ?-root DIR?
 *
 *      Makes PATH a symbolic link to TARGET, which need not be there.
 *
 *      -root DIR       as for mkdir
 *      Errors          POSIX EEXIST | ENOENT | EACCES | EROFS; NSCG PATH
 *                      NONAME | NOOPENAT2
 *      Kernel          symlink(2), openat2(2)
 */
int
NscgCompileSymlink(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_symlink *link = lx_pool_alloc(compiler->pool, sizeof(*link));

    if (link == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    link->target = NscgPath(compiler->interp, compiler->pool, objv[0]);
    if (link->target == NULL) {
        return TCL_ERROR;
    }
    link->path = NscgPath(compiler->interp, compiler->pool, objv[1]);
    if (link->path == NULL) {
        return TCL_ERROR;
    }
    step->run = lx_symlink_run;
    step->args = link;
    return Options(compiler, symlinkOptions, objc - 2, objv + 2, link);
}

static int
DeviceNumbers(
    Tcl_Interp *interp, Tcl_Obj *const objv[], struct lx_device *device)
{
    static const char *const types[] = {"b", "c", NULL};
    Tcl_WideInt major, minor;
    int type;

    if (Tcl_GetIndexFromObj(
            interp, objv[1], types, "device type", TCL_EXACT, &type)
            != TCL_OK
        || NscgNumber(interp, objv[2], "major number", 0, LX_MAJOR_MAX, &major)
            != TCL_OK
        || NscgNumber(interp, objv[3], "minor number", 0, LX_MINOR_MAX, &minor)
            != TCL_OK) {
        return TCL_ERROR;
    }
    device->block = type == 0;
    device->major = (unsigned)major;
    device->minor = (unsigned)minor;
    return NscgMode(interp, objv[4], "mode", 07777, &device->mode);
}

/*
 * device PATH c|b MAJOR MINOR MODE ?-root DIR?
 *
 *      Makes a device node, of a character or block device.
 *
 *      MODE            octal, and meant as it stands
 *      -root DIR       as for mkdir
 *      Errors          POSIX EPERM | EEXIST | ENOENT; NSCG VALUE NUMBER |
 *                      MODE, NSCG PATH NONAME | NOOPENAT2
 *      Kernel          mknod(2), openat2(2)
 */
int
NscgCompileDevice(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_device *device = lx_pool_alloc(compiler->pool, sizeof(*device));

    if (device == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    device->path = NscgPath(compiler->interp, compiler->pool, objv[0]);
    if (device->path == NULL
        || DeviceNumbers(compiler->interp, objv, device) != TCL_OK) {
        return TCL_ERROR;
    }
    step->run = lx_device_run;
    step->args = device;
    return Options(compiler, deviceOptions, objc - 5, objv + 5, device);
}

/*
 * Tcl 8.6 takes the low byte of any character; that is not what was meant.
 */
static bool
IsBytes(Tcl_Obj *obj)
{
    Tcl_Size len = Tcl_GetCharLength(obj);

    for (Tcl_Size i = 0; i < len; i++) {
        if (Tcl_GetUniChar(obj, i) > 255) {
            return false;
        }
    }
    return true;
}

/*
 * Text in the system's encoding, as a channel would write it, or the bytes as
 * they are; NULs are content like any other.
 */
static int
ReadData(NscgCompiler *compiler, Tcl_Obj *obj, struct writing *writing)
{
    Tcl_Size len;
    const char *bytes;

    if (writing->binary) {
        if (!IsBytes(obj)) {
            return NscgError(
                compiler->interp, "FILE", "BINARY",
                "the data has characters that are no bytes");
        }
        bytes = (const char *)Tcl_GetByteArrayFromObj(obj, &len);
        writing->file.data = lx_pool_string(compiler->pool, bytes, (size_t)len);
    } else {
        Tcl_DString external;

        bytes = Tcl_GetStringFromObj(obj, &len);
        Tcl_UtfToExternalDString(NULL, bytes, len, &external);
        len = Tcl_DStringLength(&external);
        writing->file.data = lx_pool_string(
            compiler->pool, Tcl_DStringValue(&external), (size_t)len);
        Tcl_DStringFree(&external);
    }
    writing->file.len = (size_t)len;
    return writing->file.data != NULL ? TCL_OK : NscgNoMemory(compiler->interp);
}

/*
 * write PATH DATA ?-option value ...?
 *
 *      Writes DATA to a file, as it stands: no line end is added.
 *
 *      -append BOOL    behind what the file has, not in its place
 *      -binary BOOL    DATA is bytes; else text, in the system's encoding
 *      -create BOOL    a file that is not there is made; 1 unless given
 *      -mode MODE      octal: of a file that is made, as it stands; unless
 *                      given it is 666 less the umask
 *      -root DIR       as for mkdir; what is there must be a plain file
 *      Errors          POSIX ENOENT | EACCES | EROFS | ENOSPC ...; NSCG FILE
 *                      BINARY | NOTPLAIN, NSCG VALUE MODE, NSCG PATH
 *                      NOOPENAT2
 *      Kernel          open(2), openat2(2), write(2)
 */
int
NscgCompileWrite(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Interp *interp = compiler->interp;
    struct writing *writing = lx_pool_alloc(compiler->pool, sizeof(*writing));

    if (writing == NULL) {
        return NscgNoMemory(interp);
    }
    writing->file.create = true;
    writing->file.mode = LX_MODE_UNSET;
    writing->file.path = NscgPath(interp, compiler->pool, objv[0]);
    if (writing->file.path == NULL
        || Options(compiler, writeOptions, objc - 2, objv + 2, writing)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (writing->modeObj != NULL
        && NscgMode(
               interp, writing->modeObj, "mode", 07777, &writing->file.mode)
            != TCL_OK) {
        return TCL_ERROR;
    }
    step->run = lx_write_run;
    step->args = &writing->file;
    return ReadData(compiler, objv[1], writing);
}
