/*
 * nscgLaunchCmd.c --
 *
 *      ns clone and ns exec.
 */

#include "nscgInt.h"

const char *const nscgPropagations[] = {
    "private", "slave", "shared", "unchanged", NULL};

#define AT(field) offsetof(NscgLaunchOptions, field)
#define LAUNCH_OPTIONS \
    {"-argv0", NSCG_OPT_TEXT, AT(argv0), NULL, 0}, \
        {"-cgroup", NSCG_OPT_OBJ, AT(cgroupObj), NULL, 0}, \
        {"-copy", NSCG_OPT_BOOL, AT(copy), NULL, 0}, \
        {"-cwd", NSCG_OPT_PATH, AT(cwd), NULL, 0}, \
        {"-env", NSCG_OPT_OBJ, AT(envObj), NULL, 0}, \
        {"-explain", NSCG_OPT_BOOL, AT(explain), NULL, 0}, \
        {"-gidmap", NSCG_OPT_OBJ, AT(gidmapObj), NULL, 0}, \
        {"-host", NSCG_OPT_BOOL, AT(host), NULL, 0}, \
        {"-init", NSCG_OPT_OBJ, AT(initObj), NULL, 0}, \
        {"-join", NSCG_OPT_OBJ, AT(joinObj), NULL, 0}, \
        {"-joinall", NSCG_OPT_OBJ, AT(joinAllObj), NULL, 0}, \
        {"-loopback", NSCG_OPT_BOOL, AT(loopback), NULL, 0}, \
        {"-new", NSCG_OPT_KINDS, AT(newKinds), NULL, 0}, \
        {"-propagation", NSCG_OPT_WORD, AT(propagation), nscgPropagations, 0}, \
        {"-setup", NSCG_OPT_OBJ, AT(setupObj), NULL, 0}, \
        {"-stderr", NSCG_OPT_OBJ, AT(streamObjs[2]), NULL, 0}, \
        {"-stdin", NSCG_OPT_OBJ, AT(streamObjs[0]), NULL, 0}, \
        {"-timeoffsets", NSCG_OPT_OBJ, AT(timeOffsetsObj), NULL, 0}, \
        {"-timeout", NSCG_OPT_MS, AT(timeout), NULL, 0}, \
    { \
        "-uidmap", NSCG_OPT_OBJ, AT(uidmapObj), NULL, 0 \
    }

static const NscgOption cloneOptions[] = {
    LAUNCH_OPTIONS,
    {"-detach", NSCG_OPT_BOOL, AT(detach), NULL, 0},
    {"-stdout", NSCG_OPT_OBJ, AT(streamObjs[1]), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

static const NscgOption execOptions[] = {
    LAUNCH_OPTIONS,
    {"-ignorestderr", NSCG_OPT_BOOL, AT(ignoreStderr), NULL, 0},
    {"-input", NSCG_OPT_OBJ, AT(inputObj), NULL, 0},
    {"-keepnewline", NSCG_OPT_BOOL, AT(keepNewline), NULL, 0},
    {"-onstart", NSCG_OPT_OBJ, AT(onStartObj), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

/* A launch while it is made: what it needs, and what of it is ours. */
typedef struct Launch {
    NscgCompiler compiler;
    struct lx_pool pool;
    struct lx_launch lx;
    NscgLaunchOptions options;
    int ours[3]; /* our ends of pipes; -1: none */
} Launch;

static void
Begin(Launch *launch, NscgState *state)
{
    memset(launch, 0, sizeof(*launch));
    launch->compiler = (NscgCompiler){
        .state = state, .interp = state->interp, .pool = &launch->pool};
    launch->options.loopback = true;
    launch->options.timeout = -1;
    launch->ours[0] = launch->ours[1] = launch->ours[2] = -1;
}

static void
Finish(Launch *launch)
{
    for (int i = 0; i < 3; i++) {
        lx_fd_close(&launch->ours[i]);
    }
    if (launch->compiler.envObj != NULL) {
        Tcl_DecrRefCount(launch->compiler.envObj);
    }
    lx_pool_free(&launch->pool);
}

static int
ReadOptions(
    Launch *launch, const NscgOption *table, int objc, Tcl_Obj *const objv[],
    int *used)
{
    Tcl_Interp *interp = launch->compiler.interp;

    if (NscgOptions(
            interp, &launch->pool, table, objc, objv, 0, used, &launch->options)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (*used == objc) {
        return NscgError(
            interp, "NS", "PROGRAM", "no program: it follows the options");
    }
    return TCL_OK;
}

/* -- ns clone ------------------------------------------------------------- */

/*
 * ns clone ?options? ?--? PROGRAM ?ARG ...?
 *
 *      A new process, in new namespaces and in others' ones, after the steps
 *      of its set-up.
 *
 *      Options         see ns(n)
 *      Result          a process handle; with -explain 1 a list of dicts
 *      Errors          POSIX *, of the step or call that failed; NSCG NS *
 *      Kernel          clone(2), setns(2), unshare(2), execve(2),
 *                      namespaces(7), pidfd_open(2)
 */
int
NscgCloneCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Launch launch;
    NscgPipes pipes = {{NULL, NULL, NULL}};
    struct lx_process process;
    struct lx_err err;
    int used, result;

    Begin(&launch, state);
    result = ReadOptions(&launch, cloneOptions, objc, objv, &used);
    if (result == TCL_OK) {
        result = NscgCompileLaunch(
            &launch.compiler, &launch.options, objc - used, objv + used,
            &launch.lx, launch.ours);
    }
    if (result == TCL_OK && launch.options.explain) {
        NscgExplain(interp, &launch.lx);
    } else if (result == TCL_OK) {
        result = NscgEventsOpen(state);
        if (result == TCL_OK
            && lx_launch_run(&launch.lx, &process, &err) != 0) {
            result = NscgLxError(interp, &err);
        } else if (result == TCL_OK) {
            for (int i = 0; i < 3; i++) {
                if (launch.ours[i] >= 0) {
                    pipes.channel[i] = Tcl_MakeFileChannel(
                        (void *)(intptr_t)launch.ours[i],
                        i == 0 ? TCL_WRITABLE : TCL_READABLE);
                    launch.ours[i] = -1;
                }
            }
            result = NscgProcessCreate(state, &process, &pipes);
        }
    }
    Finish(&launch);
    return result;
}

/* -- ns exec -------------------------------------------------------------- */

/* What is left of the time that ns exec has, set-up included; -1: no limit. */
static int
Left(const Launch *launch, long start)
{
    long left = launch->options.timeout - (lx_now_ms() - start);

    if (launch->options.timeout < 0) {
        return -1;
    }
    return left > 0 ? (int)left : 0;
}

/*
 * The program runs; gathers what it says until it has ended. Where the time
 * is up it is killed, and what it said so far is in the message.
 */
static int
Gather(
    Launch *launch, struct lx_process *process, const char *input,
    Tcl_Size inputLen, long start)
{
    Tcl_Interp *interp = launch->compiler.interp;
    struct lx_collect collect = {
        .in = launch->ours[0],
        .out = launch->ours[1],
        .err = launch->ours[2],
        .input = input,
        .inputLen = (size_t)inputLen};
    char message[128];
    struct lx_err err;
    int done, result;

    launch->ours[0] = launch->ours[1] = launch->ours[2] = -1;
    lx_pool_close(&launch->pool); /* or its pipes would never end */
    done = lx_collect_run(&collect, Left(launch, start), &err);
    if (done == 1) {
        done = lx_process_wait(process, Left(launch, start), &err);
    }
    if (done == 1 && process->state == LX_GONE) {
        lx_format(
            message, sizeof(message),
            "nobody can tell how pid %d ended: SIGCHLD is ignored, or another "
            "part of this program has waited for it",
            (int)process->pid);
        result = NscgExecUnfinished(interp, &collect, "GONE", message);
    } else if (done == 1) {
        result = NscgExecResult(
            interp, process, &collect, launch->options.keepNewline);
    } else if (done == 0) {
        lx_format(
            message, sizeof(message), "pid %d was killed after %d ms",
            (int)process->pid, launch->options.timeout);
        result = NscgExecUnfinished(interp, &collect, "TIMEOUT", message);
    } else {
        result = NscgLxError(interp, &err);
    }
    lx_process_close(process);
    lx_collect_free(&collect);
    return result;
}

/*
 * -onstart: the program runs, and this is its pid.
 */
static int
CallOnStart(Launch *launch, const struct lx_process *process)
{
    Tcl_Interp *interp = launch->compiler.interp;
    Tcl_Obj *commandObj;
    int result;

    if (launch->options.onStartObj == NULL) {
        return TCL_OK;
    }
    commandObj = Tcl_DuplicateObj(launch->options.onStartObj);
    Tcl_IncrRefCount(commandObj);
    result = Tcl_ListObjAppendElement(
        interp, commandObj, Tcl_NewWideIntObj(process->pid));
    if (result == TCL_OK) {
        result = Tcl_EvalObjEx(interp, commandObj, TCL_EVAL_GLOBAL);
    }
    Tcl_DecrRefCount(commandObj);
    return result == TCL_ERROR ? TCL_ERROR : TCL_OK;
}

/*
 * The input in the system's encoding, in the pool.
 */
static int
Input(Launch *launch, const char **input, Tcl_Size *len)
{
    Tcl_DString external;
    const char *utf;

    *input = NULL;
    *len = 0;
    if (launch->options.inputObj == NULL) {
        return TCL_OK;
    }
    if (launch->options.streamObjs[0] != NULL) {
        return NscgError(
            launch->compiler.interp, "NS", "STDIO",
            "-input and -stdin exclude each other");
    }
    utf = Tcl_GetStringFromObj(launch->options.inputObj, len);
    Tcl_UtfToExternalDString(NULL, utf, *len, &external);
    *len = Tcl_DStringLength(&external);
    *input = lx_pool_string(
        &launch->pool, Tcl_DStringValue(&external), (size_t)*len);
    Tcl_DStringFree(&external);
    launch->options.streamObjs[0] = launch->options.streamObjs[1];
    return *input != NULL ? TCL_OK : NscgNoMemory(launch->compiler.interp);
}

/*
 * ns exec ?options? ?--? PROGRAM ?ARG ...?
 *
 *      As ns clone, and waits for the end of the program.
 *
 *      Options         see ns(n)
 *      Result          the standard output, as of Tcl's exec
 *      Errors          CHILDSTATUS, CHILDKILLED, NONE (it wrote to stderr);
 *                      NSCG NS TIMEOUT; NSCG NS GONE; those of ns clone
 *      Kernel          as ns clone
 */
int
NscgExecCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Launch launch;
    struct lx_process process;
    struct lx_err err;
    const char *input;
    Tcl_Size inputLen;
    long start = lx_now_ms();
    Tcl_Obj *pipeObj = Tcl_NewStringObj("pipe", -1);
    int used, result;

    Tcl_IncrRefCount(pipeObj);
    Begin(&launch, state);
    launch.options.streamObjs[1] = pipeObj;
    result = ReadOptions(&launch, execOptions, objc, objv, &used);
    if (result == TCL_OK) {
        result = Input(&launch, &input, &inputLen);
    }
    if (result == TCL_OK) {
        if (launch.options.streamObjs[2] == NULL
            && !launch.options.ignoreStderr) {
            launch.options.streamObjs[2] = pipeObj;
        }
        result = NscgCompileLaunch(
            &launch.compiler, &launch.options, objc - used, objv + used,
            &launch.lx, launch.ours);
    }
    if (result == TCL_OK && launch.options.explain) {
        NscgExplain(interp, &launch.lx);
    } else if (
        result == TCL_OK && lx_launch_run(&launch.lx, &process, &err) != 0) {
        result = NscgLxError(interp, &err);
    } else if (result == TCL_OK) {
        result = lx_reap_add(&process, &err) == 0
            ? CallOnStart(&launch, &process)
            : NscgLxError(interp, &err);
        if (result == TCL_OK) {
            result = Gather(&launch, &process, input, inputLen, start);
        } else {
            lx_process_close(&process);
        }
    }
    Finish(&launch);
    Tcl_DecrRefCount(pipeObj);
    return result;
}
