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

/*
 * One of them as it was written: what kind of word it is. To look makes
 * nothing, and opens nothing.
 */
typedef enum { INHERIT, NOTHING, PIPE, TO_FILE, CHANNEL } Sort;

typedef struct Stream {
    Sort sort;
    int number;       /* of the descriptor that it will be: 0, 1, 2 */
    const char *path; /* TO_FILE: in the pool */
    Tcl_Obj *nameObj; /* CHANNEL */
} Stream;

static const char *const names[] = {"stdin", "stdout", "stderr"};

static int
Direction(const Stream *stream)
{
    return stream->number == 0 ? TCL_READABLE : TCL_WRITABLE;
}

/*
 * The channel, if it can be what it is asked to be; else NULL and an error.
 */
static Tcl_Channel
GetChannel(Tcl_Interp *interp, const Stream *stream, void **handle)
{
    const char *word = Tcl_GetString(stream->nameObj);
    int mode;
    Tcl_Channel channel = Tcl_GetChannel(interp, word, &mode);

    if (channel == NULL) {
        BadStream(interp, names[stream->number], stream->nameObj);
        return NULL;
    }
    if (!(mode & Direction(stream))) {
        NscgError(
            interp, "NS", "STDIO",
            "channel \"%s\" cannot be -%s: it is not open for %s", word,
            names[stream->number], stream->number == 0 ? "reading" : "writing");
        return NULL;
    }
    if (Tcl_GetChannelHandle(channel, Direction(stream), handle) != TCL_OK) {
        NscgError(
            interp, "NS", "STDIO", "channel \"%s\" has no file descriptor",
            word);
        return NULL;
    }
    return channel;
}

static int
Look(
    Tcl_Interp *interp, struct lx_pool *pool, int number, Tcl_Obj *obj,
    Stream *stream)
{
    const char *word = obj == NULL ? "inherit" : Tcl_GetString(obj);
    Tcl_Size count;
    Tcl_Obj **objs;
    void *handle;

    *stream = (Stream){.number = number};
    if (strcmp(word, "inherit") == 0) {
        stream->sort = lx_fd_isopen(number) ? INHERIT : NOTHING;
    } else if (strcmp(word, "null") == 0) {
        stream->sort = NOTHING;
    } else if (strcmp(word, "pipe") == 0) {
        stream->sort = PIPE;
    } else if (
        Tcl_ListObjGetElements(NULL, obj, &count, &objs) == TCL_OK && count == 2
        && strcmp(Tcl_GetString(objs[0]), "file") == 0) {
        stream->sort = TO_FILE;
        stream->path = NscgPath(interp, pool, objs[1]);
        return stream->path != NULL ? TCL_OK : TCL_ERROR;
    } else {
        stream->sort = CHANNEL;
        stream->nameObj = obj;
        return GetChannel(interp, stream, &handle) != NULL ? TCL_OK : TCL_ERROR;
    }
    return TCL_OK;
}

/*
 * What was written to the channel goes out before the program begins. To flush
 * may run a script, by which anything may have become of the channel.
 */
static int
Flush(Tcl_Interp *interp, const Stream *stream)
{
    void *handle;
    Tcl_Channel channel = GetChannel(interp, stream, &handle);
    int result;

    if (channel == NULL) {
        return TCL_ERROR;
    }
    Tcl_RegisterChannel(NULL, channel);
    result = Tcl_Flush(channel);
    if (result != TCL_OK) {
        Tcl_SetObjResult(
            interp,
            Tcl_ObjPrintf(
                "cannot flush \"%s\": %s", Tcl_GetString(stream->nameObj),
                Tcl_PosixError(interp)));
    }
    Tcl_UnregisterChannel(NULL, channel);
    return result;
}

static int
FromChannel(Tcl_Interp *interp, struct lx_pool *pool, const Stream *stream)
{
    struct lx_err err;
    void *handle;

    if (GetChannel(interp, stream, &handle) == NULL) {
        return -1;
    }
    return Keep(interp, pool, lx_fd_copy((int)(intptr_t)handle, &err), &err);
}

static int
FromPipe(Tcl_Interp *interp, struct lx_pool *pool, int number, int *ours)
{
    struct lx_err err;
    int theirs;

    if (lx_pipe(number == 0, ours, &theirs, &err) != 0) {
        NscgLxError(interp, &err);
        return -1;
    }
    return Keep(interp, pool, theirs, &err);
}

static int
Open(
    Tcl_Interp *interp, struct lx_pool *pool, const Stream *stream,
    bool explain, int *ours)
{
    const char *path =
        explain || stream->path == NULL ? "/dev/null" : stream->path;
    struct lx_err err;

    switch (stream->sort) {
    case CHANNEL:
        return FromChannel(interp, pool, stream);
    case PIPE:
        return FromPipe(interp, pool, stream->number, ours);
    default:
        return Keep(
            interp, pool, lx_open_stream(path, stream->number != 0, &err),
            &err);
    }
}

/*
 * Compiles -stdin, -stdout and -stderr to the descriptors that the process
 * gets (-1: it inherits ours); ours[i] is our end of a pipe, else untouched.
 * All are looked at before the first is opened, since to open a file for
 * writing creates it. To explain, no file is opened and no channel flushed.
 */
int
NscgStreams(
    NscgCompiler *compiler, Tcl_Obj *const objs[3], int theirs[3], int ours[3])
{
    Tcl_Interp *interp = compiler->interp;
    Stream streams[3];

    for (int i = 0; i < 3; i++) {
        if (Look(interp, compiler->pool, i, objs[i], &streams[i]) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    for (int i = 1; i < 3; i++) {
        if (streams[i].sort == CHANNEL && !compiler->explain
            && Flush(interp, &streams[i]) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    for (int i = 0; i < 3; i++) {
        if (streams[i].sort == INHERIT) {
            theirs[i] = -1;
            continue;
        }
        theirs[i] = Open(
            interp, compiler->pool, &streams[i], compiler->explain, &ours[i]);
        if (theirs[i] < 0) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}
