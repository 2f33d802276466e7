/*
 * nscgProcess.c --
 *
 *      The process handle: a program that was launched, until it is closed.
 */

#include <signal.h>

#include "nscgInt.h"

#define STOP_GRACE 10000 /* ms between SIGTERM and SIGKILL */

typedef struct Process {
    NscgHandle handle;
    struct lx_process lx;
    NscgPipes pipes;
    int watchedFd;        /* -1: the event loop does not look */
    Tcl_Obj *onExitObj;   /* command prefix, or NULL */
    Tcl_TimerToken timer; /* the call of onExitObj that is due */
} Process;

/* -- How it ends ---------------------------------------------------------- */

/*
 * The callback may close the handle, or the interpreter: nothing of the
 * process is touched after it.
 */
static void
CallOnExit(void *clientData)
{
    Process *process = clientData;
    Tcl_Obj *prefixObj = process->onExitObj;

    process->timer = NULL;
    process->onExitObj = NULL;
    NscgHandleCall(&process->handle, prefixObj, NscgStatusObj(&process->lx));
    Tcl_DecrRefCount(prefixObj);
}

/*
 * Wherever the end is noticed, the callback comes from the event loop.
 */
static void
Unwatch(Process *process)
{
    if (process->watchedFd >= 0) {
        NscgUnwatch(process->handle.state, process->watchedFd);
        process->watchedFd = -1;
    }
}

/*
 * 1: it has ended; 0: the time is up; -1: err.
 */
static int
Wait(Process *process, int timeoutMs, struct lx_err *err)
{
    bool known = process->lx.state != LX_RUNNING;
    int result = lx_process_wait(&process->lx, timeoutMs, err);

    if (result == 1 && !known) {
        Unwatch(process);
        lx_fd_close(&process->lx.pidfd);
        NscgLentEnded(process->handle.state);
        if (process->onExitObj != NULL && process->timer == NULL) {
            process->timer = Tcl_CreateTimerHandler(0, CallOnExit, process);
        }
    }
    return result;
}

static void
Readable(void *clientData)
{
    struct lx_err ignored;

    if (Wait(clientData, 0, &ignored) < 0) {
        Unwatch(clientData);
    }
}

/* -- Methods -------------------------------------------------------------- */

static int
PidMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    Tcl_SetObjResult(interp, Tcl_NewWideIntObj(((Process *)handle)->lx.pid));
    return TCL_OK;
}

static int
NspidMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    Tcl_SetObjResult(interp, Tcl_NewWideIntObj(((Process *)handle)->lx.nspid));
    return TCL_OK;
}

static int
StatusMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Process *process = (Process *)handle;
    struct lx_err err;

    (void)objc, (void)objv;
    if (Wait(process, 0, &err) < 0) {
        return NscgLxError(interp, &err);
    }
    Tcl_SetObjResult(interp, NscgStatusObj(&process->lx));
    return TCL_OK;
}

static int
WaitMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-timeout", NSCG_OPT_MS, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};
    Process *process = (Process *)handle;
    int timeout = -1;
    struct lx_err err;

    if (NscgOptions(
            interp, NULL, options, objc, objv, NSCG_TRAILING, NULL, &timeout)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (Wait(process, timeout, &err) < 0) {
        return NscgLxError(interp, &err);
    }
    Tcl_SetObjResult(interp, NscgStatusObj(&process->lx));
    return TCL_OK;
}

static int
SignalMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Process *process = (Process *)handle;
    struct lx_err err;
    int number;

    (void)objc;
    if (NscgSignal(interp, objv[0], &number) != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_process_signal(&process->lx, number, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    return TCL_OK;
}

/*
 * $p stop ?-grace MS?
 *
 *      SIGTERM, and after the grace SIGKILL; the status, once it has ended.
 */
static int
StopMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    static const NscgOption options[] = {
        {"-grace", NSCG_OPT_MS, 0, NULL, 0}, {NULL, 0, 0, NULL, 0}};
    Process *process = (Process *)handle;
    int grace = STOP_GRACE;
    struct lx_err err;
    int ended;

    if (NscgOptions(
            interp, NULL, options, objc, objv, NSCG_TRAILING, NULL, &grace)
        != TCL_OK) {
        return TCL_ERROR;
    }
    ended = Wait(process, 0, &err);
    if (ended == 0 && grace > 0
        && lx_process_signal(&process->lx, SIGTERM, &err) == 0) {
        ended = Wait(process, grace, &err);
    }
    if (ended == 0) {
        lx_process_kill(&process->lx);
        ended = Wait(process, STOP_GRACE, &err);
    }
    if (ended < 0) {
        return NscgLxError(interp, &err);
    }
    Tcl_SetObjResult(interp, NscgStatusObj(&process->lx));
    return TCL_OK;
}

/*
 * $p onexit COMMANDPREFIX
 *
 *      Calls the prefix with the handle's name and the status, once, from the
 *      event loop. An empty prefix cancels.
 */
static int
OnExitMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Process *process = (Process *)handle;
    Tcl_Size length;

    (void)objc;
    if (Tcl_ListObjLength(interp, objv[0], &length) != TCL_OK) {
        return TCL_ERROR;
    }
    if (length > 0 && process->lx.state == LX_RUNNING
        && process->watchedFd < 0) {
        if (NscgWatch(handle->state, process->lx.pidfd, Readable, process)
            != TCL_OK) {
            return TCL_ERROR;
        }
        process->watchedFd = process->lx.pidfd;
    }
    if (process->onExitObj != NULL) {
        Tcl_DecrRefCount(process->onExitObj);
        process->onExitObj = NULL;
    }
    if (length > 0) {
        process->onExitObj = objv[0];
        Tcl_IncrRefCount(objv[0]);
    } else {
        Unwatch(process);
    }
    Tcl_DeleteTimerHandler(process->timer);
    process->timer = length > 0 && process->lx.state != LX_RUNNING
        ? Tcl_CreateTimerHandler(0, CallOnExit, process)
        : NULL;
    return TCL_OK;
}

static int
NamespaceMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_target target = LX_TARGET_NONE;
    enum lx_kind kind;
    struct lx_err err;
    int fd;

    (void)objc;
    if (NscgKind(interp, objv[0], &kind) != TCL_OK) {
        return TCL_ERROR;
    }
    NscgProcessTarget(handle, &target);
    fd = lx_ns_open(&target, kind, &err);
    if (fd < 0) {
        return NscgLxError(interp, &err);
    }
    return NscgNamespaceCreate(handle->state, fd, kind);
}

/* -- Pipes -------------------------------------------------------------------
 *
 * Scripts may close a channel themselves: it then tells us that it is gone.
 */

static const char *const streamNames[] = {"stdin", "stdout", "stderr"};

static void
ChannelClosed(void *clientData)
{
    *(Tcl_Channel *)clientData = NULL;
}

static void
OwnChannels(Process *process)
{
    for (int i = 0; i < 3; i++) {
        Tcl_Channel *channel = &process->pipes.channel[i];

        if (*channel != NULL) {
            Tcl_RegisterChannel(process->handle.state->interp, *channel);
            Tcl_CreateCloseHandler(*channel, ChannelClosed, channel);
        }
    }
}

static void
CloseChannels(Process *process)
{
    for (int i = 0; i < 3; i++) {
        Tcl_Channel *slot = &process->pipes.channel[i];
        Tcl_Channel channel = *slot;

        if (channel != NULL) {
            Tcl_DeleteCloseHandler(channel, ChannelClosed, slot);
            Tcl_UnregisterChannel(process->handle.state->interp, channel);
        }
    }
}

static int
StreamMethod(const NscgHandle *handle, Tcl_Interp *interp, int stream)
{
    Tcl_Channel channel = ((const Process *)handle)->pipes.channel[stream];

    if (channel == NULL) {
        return NscgError(
            interp, "NS", "NOPIPE",
            "the process has no pipe for %s, or it is closed: one is made by "
            "-%s pipe",
            streamNames[stream], streamNames[stream]);
    }
    Tcl_SetObjResult(interp, Tcl_NewStringObj(Tcl_GetChannelName(channel), -1));
    return TCL_OK;
}

static int
StdinMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    return StreamMethod(handle, interp, 0);
}

static int
StdoutMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    return StreamMethod(handle, interp, 1);
}

static int
StderrMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    return StreamMethod(handle, interp, 2);
}

/* -- The handle ----------------------------------------------------------- */

static void
Free(NscgHandle *handle)
{
    Process *process = (Process *)handle;

    Unwatch(process);
    Tcl_DeleteTimerHandler(process->timer);
    if (process->onExitObj != NULL) {
        Tcl_DecrRefCount(process->onExitObj);
    }
    lx_process_close(&process->lx);
    NscgLentEnded(handle->state);
    CloseChannels(process);
    free(process);
}

/*
 * $p close
 *
 *      Ends what still runs, unless it is detached; the handle is gone. Where
 *      a killed process does not go, the handle stays and says so.
 */
static int
CloseMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Process *process = (Process *)handle;
    struct lx_err err;

    (void)objc, (void)objv;
    if (lx_process_end(&process->lx, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    NscgHandleClose(handle);
    return TCL_OK;
}

static const NscgMethod methods[] = {
    {"close", 0, 0, "", CloseMethod},
    {"namespace", 1, 1, "kind", NamespaceMethod},
    {"nspid", 0, 0, "", NspidMethod},
    {"onexit", 1, 1, "commandPrefix", OnExitMethod},
    {"pid", 0, 0, "", PidMethod},
    {"signal", 1, 1, "signal", SignalMethod},
    {"status", 0, 0, "", StatusMethod},
    {"stderr", 0, 0, "", StderrMethod},
    {"stdin", 0, 0, "", StdinMethod},
    {"stdout", 0, 0, "", StdoutMethod},
    {"stop", 0, 2, "?-grace ms?", StopMethod},
    {"wait", 0, 2, "?-timeout ms?", WaitMethod},
    {NULL, 0, 0, NULL, NULL}};

const NscgHandleType nscgProcessType = {"process", methods, Free};

/*
 * Nothing is left of a launch that cannot be given a handle.
 */
static void
Discard(Process *process)
{
    process->lx.detached = process->lx.foreign;
    lx_process_close(&process->lx);
    for (int i = 0; i < 3; i++) {
        if (process->pipes.channel[i] != NULL) {
            Tcl_Close(NULL, process->pipes.channel[i]);
        }
    }
}

/*
 * Owns the process and the pipes, also on failure.
 */
int
NscgProcessCreate(
    NscgState *state, const struct lx_process *lx, const NscgPipes *pipes)
{
    Process launched = {.lx = *lx, .pipes = *pipes, .watchedFd = -1};
    Process *process = malloc(sizeof(*process));
    struct lx_err err;

    if (process == NULL) {
        (void)(lx->foreign || lx_reap_add(&launched.lx, &err) == 0);
        Discard(&launched);
        return NscgNoMemory(state->interp);
    }
    *process = launched;
    if (!lx->foreign && lx_reap_add(&process->lx, &err) != 0) {
        Discard(process);
        free(process);
        return NscgLxError(state->interp, &err);
    }
    if (NscgHandleCreate(state, &nscgProcessType, &process->handle) != TCL_OK) {
        Discard(process);
        free(process);
        return TCL_ERROR;
    }
    OwnChannels(process);
    return TCL_OK;
}

void
NscgProcessTarget(const NscgHandle *handle, struct lx_target *target)
{
    const Process *process = (const Process *)handle;

    target->pid = process->lx.child;
    target->pidfd = process->lx.pidfd;
    target->ended = process->lx.state != LX_RUNNING;
}
