/*
 * nscgStdio.c --
 *
 *      What a new process has as stdin, stdout and stderr.
 */

#include "nscgInt.h"

static int
BadStream(Tcl_Interp *interp, const char *name, Tcl_Obj *obj)
{
    return NscgError(
        interp, "NS", "STDIO",
        "bad value \"%s\" for -%s: must be inherit, null, pipe, an open "
        "channel, or {file PATH}",
        Tcl_GetString(obj), name);
}

/*
 * The pool owns a descriptor from here on; it is above 2.
 */
static int
Keep(Tcl_Interp *interp, struct lx_pool *pool, int fd, const struct lx_err *err)
{
    if (fd < 0) {
        NscgLxError(interp, err);
        return -1;
    }
    if (lx_pool_fd(pool, fd) < 0) {
        NscgNoMemory(interp);
        return -1;
    }
    return fd;
}

static int
FromChannel(
    Tcl_Interp *interp, struct lx_pool *pool, int stream, const char *name,
    Tcl_Obj *obj)
{
    int direction = stream == 0 ? TCL_READABLE : TCL_WRITABLE;
    struct lx_err err;
    void *handle;
    int mode;
    Tcl_Channel channel = Tcl_GetChannel(interp, Tcl_GetString(obj), &mode);

    if (channel == NULL) {
        BadStream(interp, name, obj);
        return -1;
    }
    if (!(mode & direction)) {
        NscgError(
            interp, "NS", "STDIO",
            "channel \"%s\" cannot be -%s: it is not open for %s",
            Tcl_GetString(obj), name, stream == 0 ? "reading" : "writing");
        return -1;
    }
    if (stream != 0 && Tcl_Flush(channel) != TCL_OK) {
        Tcl_SetObjResult(
            interp,
            Tcl_ObjPrintf(
                "cannot flush \"%s\": %s", Tcl_GetString(obj),
                Tcl_PosixError(interp)));
        return -1;
    }
    if (Tcl_GetChannelHandle(channel, direction, &handle) != TCL_OK) {
        NscgError(
            interp, "NS", "STDIO", "channel \"%s\" has no file descriptor",
            Tcl_GetString(obj));
        return -1;
    }
    return Keep(interp, pool, lx_fd_copy((int)(intptr_t)handle, &err), &err);
}

static int
FromPipe(Tcl_Interp *interp, struct lx_pool *pool, int stream, int *ours)
{
    struct lx_err err;
    int theirs;

    if (lx_pipe(stream == 0, ours, &theirs, &err) != 0) {
        NscgLxError(interp, &err);
        return -1;
    }
    return Keep(interp, pool, theirs, &err);
}

static int
FromFile(Tcl_Interp *interp, struct lx_pool *pool, int stream, Tcl_Obj *pathObj)
{
    const char *path = NscgPath(interp, pool, pathObj);
    struct lx_err err;

    if (path == NULL) {
        return -1;
    }
    return Keep(interp, pool, lx_open_stream(path, stream != 0, &err), &err);
}

/*
 * Compiles one of -stdin, -stdout, -stderr to the descriptor that the process
 * gets (-1: it inherits ours); *ours is our end of a pipe, else untouched.
 */
int
NscgStream(
    Tcl_Interp *interp, struct lx_pool *pool, int stream, Tcl_Obj *obj,
    int *theirs, int *ours)
{
    static const char *const names[] = {"stdin", "stdout", "stderr"};
    const char *word = obj == NULL ? "inherit" : Tcl_GetString(obj);
    Tcl_Size count;
    Tcl_Obj **objs;
    struct lx_err err;

    if (strcmp(word, "inherit") == 0 && lx_fd_isopen(stream)) {
        *theirs = -1;
        return TCL_OK;
    }
    if (strcmp(word, "null") == 0 || strcmp(word, "inherit") == 0) {
        *theirs = Keep(
            interp, pool, lx_open_stream("/dev/null", stream != 0, &err), &err);
    } else if (strcmp(word, "pipe") == 0) {
        *theirs = FromPipe(interp, pool, stream, ours);
    } else if (
        Tcl_ListObjGetElements(NULL, obj, &count, &objs) == TCL_OK && count == 2
        && strcmp(Tcl_GetString(objs[0]), "file") == 0) {
        *theirs = FromFile(interp, pool, stream, objs[1]);
    } else {
        *theirs = FromChannel(interp, pool, stream, names[stream], obj);
    }
    return *theirs >= 0 ? TCL_OK : TCL_ERROR;
}
