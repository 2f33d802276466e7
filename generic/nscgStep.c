/*
 * nscgStep.c --
 *
 *      From words to steps, with the tables that also define the commands.
 *
 *      Compiling checks every word, resolves every name and puts all that the
 *      step will need into the compiler's pool. What remains to be done is a
 *      few bare system calls.
 */

#include "nscgInt.h"

static bool
NameIs(const char *name, Tcl_Obj *obj)
{
    return strcmp(name, Tcl_GetString(obj)) == 0;
}

/*
 * The row for a step's first words, how many of them name it, and its area.
 */
static const NscgCommand *
FindRow(int objc, Tcl_Obj *const objv[], int *words, const NscgArea **inArea)
{
    for (const NscgArea *area = nscgAreas; area->name != NULL; area++) {
        bool named = area->name[0] != '\0';

        if (named && (objc < 2 || !NameIs(area->name, objv[0]))) {
            continue;
        }
        for (const NscgCommand *row = area->commands; row->name; row++) {
            if (row->compile != NULL && NameIs(row->name, objv[named])) {
                *words = named ? 2 : 1;
                *inArea = area;
                return row;
            }
        }
    }
    return NULL;
}

/*
 * Every step there is, for the error that a wrong one gets.
 */
static Tcl_Obj *
StepNames(void)
{
    Tcl_Obj *namesObj = Tcl_NewObj();
    const char *separator = "";

    for (const NscgArea *area = nscgAreas; area->name != NULL; area++) {
        for (const NscgCommand *row = area->commands; row->name; row++) {
            if (row->compile != NULL) {
                Tcl_AppendPrintfToObj(
                    namesObj, "%s%s%s%s", separator, area->name,
                    area->name[0] ? " " : "", row->name);
                separator = ", ";
            }
        }
    }
    return namesObj;
}

static int
BadStep(Tcl_Interp *interp, Tcl_Obj *stepObj)
{
    Tcl_Obj *namesObj = StepNames();

    Tcl_IncrRefCount(namesObj);
    Tcl_SetObjResult(
        interp,
        Tcl_ObjPrintf(
            "bad step \"%s\": must be one of %s", Tcl_GetString(stepObj),
            Tcl_GetString(namesObj)));
    Tcl_DecrRefCount(namesObj);
    Tcl_SetErrorCode(
        interp, "TCL", "LOOKUP", "INDEX", "step", Tcl_GetString(stepObj), NULL);
    return TCL_ERROR;
}

/*
 * Not Tcl_WrongNumArgs: within an ensemble it would name the command that was
 * typed, and not the step.
 */
static int
CheckStepCount(
    Tcl_Interp *interp, const NscgCommand *row, int words, int objc,
    Tcl_Obj *const objv[])
{
    int count = objc - words;

    if (count >= row->min && (row->max < 0 || count <= row->max)) {
        return TCL_OK;
    }
    Tcl_SetObjResult(
        interp,
        Tcl_ObjPrintf(
            "wrong # args: should be \"%s%s%s%s%s\"",
            words == 2 ? Tcl_GetString(objv[0]) : "", words == 2 ? " " : "",
            row->name, row->usage[0] ? " " : "", row->usage));
    Tcl_SetErrorCode(interp, "TCL", "WRONGARGS", NULL);
    return TCL_ERROR;
}

/*
 * What a program is started with is for the program: a namespace that it
 * shares with this process, and with others, is changed on purpose only.
 */
int
NscgCheckShared(NscgCompiler *compiler, enum lx_kind kind, const char *what)
{
    const char *name = lx_kinds[kind].name;

    if (compiler->host || (compiler->kinds & LX_KIND_BIT(kind))) {
        return TCL_OK;
    }
    return NscgError(
        compiler->interp, "NS", "SHARED",
        "%s changes the %s namespace, and the program has none of its own; "
        "add %s to -new or join one, or change this one with -host 1",
        what, name, name);
}

static int
CompileStep(NscgCompiler *compiler, Tcl_Obj *stepObj, struct lx_step *step)
{
    const NscgArea *area = NULL;
    const NscgCommand *row;
    char what[64];
    Tcl_Size count;
    Tcl_Obj **objs;
    int words;

    if (Tcl_ListObjGetElements(compiler->interp, stepObj, &count, &objs)
        != TCL_OK) {
        return TCL_ERROR;
    }
    row = count > 0 ? FindRow((int)count, objs, &words, &area) : NULL;
    if (row == NULL) {
        return BadStep(compiler->interp, stepObj);
    }
    if (CheckStepCount(compiler->interp, row, words, (int)count, objs)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (row->compile(compiler, (int)count - words, objs + words, step)
        != TCL_OK) {
        return TCL_ERROR;
    }
    if (area->changes == LX_KINDS) {
        return TCL_OK;
    }
    lx_format(what, sizeof(what), "%s %s", area->name, row->name);
    return NscgCheckShared(compiler, (enum lx_kind)area->changes, what);
}

/*
 * The message says which step, as the kernel's refusals do at run time.
 */
static void
NameTheStep(Tcl_Interp *interp, Tcl_Size number)
{
    Tcl_Obj *messageObj = Tcl_ObjPrintf(
        "step %" TCL_SIZE_MODIFIER "d: %s", number,
        Tcl_GetString(Tcl_GetObjResult(interp)));

    Tcl_SetObjResult(interp, messageObj);
}

/*
 * What follows may run a script of the user's, at the flush of a channel, and
 * that may be the end of the list.
 */
static int
CopyWords(NscgCompiler *compiler, Tcl_Obj *stepObj, struct lx_step *step)
{
    Tcl_Size len;
    const char *text = Tcl_GetStringFromObj(stepObj, &len);

    step->words = lx_pool_string(compiler->pool, text, (size_t)len);
    return step->words != NULL ? TCL_OK : NscgNoMemory(compiler->interp);
}

int
NscgCompileSteps(
    NscgCompiler *compiler, Tcl_Obj *stepsObj, struct lx_step **steps,
    size_t *count)
{
    Tcl_Size length;
    Tcl_Obj **objs;

    if (Tcl_ListObjGetElements(compiler->interp, stepsObj, &length, &objs)
        != TCL_OK) {
        return TCL_ERROR;
    }
    *count = (size_t)length;
    *steps = lx_pool_alloc(compiler->pool, (size_t)length * sizeof(**steps));
    if (*steps == NULL) {
        return NscgNoMemory(compiler->interp);
    }
    for (Tcl_Size i = 0; i < length; i++) {
        struct lx_step *step = &(*steps)[i];

        if (CompileStep(compiler, objs[i], step) != TCL_OK) {
            NameTheStep(compiler->interp, i + 1);
            return TCL_ERROR;
        }
        if (compiler->explain && CopyWords(compiler, objs[i], step) != TCL_OK) {
            return TCL_ERROR;
        }
    }
    return TCL_OK;
}

int
NscgRunStep(
    NscgState *state, NscgCompileProc *compile, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    NscgCompiler compiler = {
        .state = state, .interp = state->interp, .pool = &pool, .host = true};
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_step step = {NULL, NULL, NULL};
    struct lx_err err;
    int result = compile(&compiler, objc, objv, &step);

    if (result == TCL_OK && step.run != NULL
        && step.run(&kernel, step.args, &err) != 0) {
        result = NscgLxError(state->interp, &err);
    }
    lx_pool_free(&pool);
    return result;
}
