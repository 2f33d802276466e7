/*
 * nscgCapsCmd.c --
 *
 *      `caps`: capabilities. At the prompt a command changes those of the
 *      thread that runs the interpreter.
 */

#include "nscgInt.h"

#define BIT(capability) (UINT64_C(1) << (capability))
#define NUMBERS 64

/*
 * A list of names, with or without cap_ and in any case; `all` in it is every
 * one that the kernel knows.
 */
static int
ReadNames(Tcl_Interp *interp, Tcl_Obj *listObj, uint64_t *mask)
{
    uint64_t all = lx_caps_all();
    Tcl_Size count;
    Tcl_Obj **objs;

    if (Tcl_ListObjGetElements(interp, listObj, &count, &objs) != TCL_OK) {
        return TCL_ERROR;
    }
    *mask = 0;
    for (Tcl_Size i = 0; i < count; i++) {
        const char *name = Tcl_GetString(objs[i]);
        int capability;

        if (strcmp(name, "all") == 0) {
            *mask |= all;
            continue;
        }
        capability = lx_caps_find(name);
        if (capability < 0) {
            return NscgError(
                interp, "CAPS", "NAME", "bad capability \"%s\"", name);
        }
        if (!(all & BIT(capability))) {
            return NscgError(
                interp, "CAPS", "UNKNOWN",
                "this kernel does not know the capability \"%s\"", name);
        }
        *mask |= BIT(capability);
    }
    return TCL_OK;
}

static Tcl_Obj *
NamesObj(uint64_t mask)
{
    Tcl_Obj *listObj = Tcl_NewListObj(0, NULL);
    char name[32];

    for (int i = 0; i < NUMBERS; i++) {
        if (mask & BIT(i)) {
            Tcl_ListObjAppendElement(
                NULL, listObj, Tcl_NewStringObj(lx_caps_name(i, name), -1));
        }
    }
    return listObj;
}

/*
 * The record that every step of `caps` takes. NULL: error.
 */
static struct lx_capset *
NewStep(NscgCompiler *compiler, struct lx_step *step, lx_run *run)
{
    struct lx_capset *set = lx_pool_alloc(compiler->pool, sizeof(*set));

    if (set != NULL) {
        set->names = lx_caps_names(compiler->pool);
    }
    if (set == NULL || set->names == NULL) {
        NscgNoMemory(compiler->interp);
        return NULL;
    }
    step->run = run;
    step->args = set;
    return set;
}

/*
 * caps get ?TARGET?
 *
 *      The capabilities of a process, or of this thread.
 *
 *      TARGET          a pid or a process handle
 *      Result          libcap's text form, which caps set takes
 *      Errors          NSCG CAPS EXITED | TARGET
 *      Kernel          capget(2), cap_to_text(3)
 */
static int
GetCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    struct lx_target target = {.self = true};
    struct lx_err err;
    char text[4096];
    int result = TCL_OK;

    if (objc == 1) {
        result = NscgTarget(state, interp, &pool, objv[0], &target);
    }
    if (result == TCL_OK && !target.self && target.pid == 0) {
        result = NscgError(
            interp, "CAPS", "TARGET",
            "\"%s\" is no process: a namespace has no capabilities",
            Tcl_GetString(objv[0]));
    }
    if (result == TCL_OK
        && lx_caps_text(target.self ? 0 : target.pid, text, sizeof(text), &err)
            != 0) {
        result = NscgLxError(interp, &err);
    }
    if (result == TCL_OK) {
        Tcl_SetObjResult(interp, Tcl_NewStringObj(text, -1));
    }
    lx_pool_free(&pool);
    return result;
}

/*
 * cap_from_text(3) says no more than that it does not understand; most often
 * it is a name, before one of its operators.
 */
static int
BadText(Tcl_Interp *interp, const char *text)
{
    for (const char *word = text; *word != '\0';) {
        size_t len = strcspn(word, ", \t\n+-=");
        char name[40];

        if (len > 0 && len < sizeof(name)) {
            memcpy(name, word, len);
            name[len] = '\0';
            if (strcmp(name, "all") != 0 && lx_caps_find(name) < 0) {
                return NscgError(
                    interp, "CAPS", "NAME", "bad capability \"%s\"", name);
            }
        }
        word += len;
        if (strchr("+-=", *word) != NULL) {
            word += strcspn(word, " \t\n");
        }
        word += strspn(word, ", \t\n");
    }
    return NscgError(
        interp, "CAPS", "TEXT",
        "bad capabilities \"%s\": must be as in cap_from_text(3), such as "
        "\"cap_net_raw,cap_chown=ep\"",
        text);
}

/*
 * caps set TEXT
 *
 *      Sets the effective, permitted and inheritable capabilities: exactly
 *      those of TEXT, and no others.
 *
 *      TEXT            as caps get gives it: "=ep cap_sys_boot-ep"
 *      Errors          POSIX EPERM; NSCG CAPS NAME | TEXT
 *      Kernel          capset(2), cap_from_text(3)
 */
static int
CompileSet(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_capset *set = NewStep(compiler, step, lx_caps_set_run);
    const char *text = NscgText(compiler->interp, compiler->pool, objv[0]);

    (void)objc;
    if (set == NULL || text == NULL) {
        return TCL_ERROR;
    }
    if (lx_caps_parse(text, &set->caps) != 0) {
        return BadText(compiler->interp, text);
    }
    return TCL_OK;
}

struct dropOptions {
    Tcl_Obj *keepObj;
};

static const NscgOption dropOptions[] = {
    {"-keep", NSCG_OPT_OBJ, offsetof(struct dropOptions, keepObj), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

/*
 * caps drop LIST|all ?-keep LIST?
 *
 *      Gives up capabilities for good: they leave the bounding, permitted,
 *      effective, inheritable and ambient sets.
 *
 *      LIST            names; all is every one that the kernel knows
 *      -keep LIST      but for these
 *      Errors          POSIX EPERM; NSCG CAPS NAME | UNKNOWN
 *      Kernel          capset(2), prctl(2) PR_CAPBSET_DROP, capabilities(7)
 */
static int
CompileDrop(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Interp *interp = compiler->interp;
    struct lx_capset *set = NewStep(compiler, step, lx_caps_drop_run);
    struct dropOptions options = {NULL};
    uint64_t keep = 0;

    if (set == NULL || ReadNames(interp, objv[0], &set->mask) != TCL_OK
        || NscgOptions(
               interp, compiler->pool, dropOptions, objc - 1, objv + 1,
               NSCG_TRAILING, NULL, &options)
            != TCL_OK) {
        return TCL_ERROR;
    }
    if (options.keepObj != NULL
        && ReadNames(interp, options.keepObj, &keep) != TCL_OK) {
        return TCL_ERROR;
    }
    set->mask &= ~keep;
    return TCL_OK;
}

static int
NoList(NscgCompiler *compiler)
{
    return NscgError(
        compiler->interp, "CAPS", "LIST", "as a step it needs the list to set");
}

/*
 * caps bound ?LIST?
 *
 *      The bounding set: what this thread and its children can ever come to
 *      have by exec.
 *
 *      LIST            names: all others leave the set, for good
 *      Result          names in it; empty when it was limited
 *      Errors          POSIX EPERM; NSCG CAPS NAME | UNKNOWN | LIST
 *      Kernel          prctl(2) PR_CAPBSET_READ, PR_CAPBSET_DROP
 */
static int
CompileBound(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_capset *set = NewStep(compiler, step, lx_caps_bound_run);
    uint64_t keep;

    if (set == NULL) {
        return TCL_ERROR;
    }
    if (objc == 0) {
        return NoList(compiler);
    }
    if (ReadNames(compiler->interp, objv[0], &keep) != TCL_OK) {
        return TCL_ERROR;
    }
    set->mask = lx_caps_all() & ~keep;
    return TCL_OK;
}

static int
BoundCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    if (objc == 1) {
        return NscgRunStep(state, CompileBound, objc, objv);
    }
    Tcl_SetObjResult(interp, NamesObj(lx_caps_bound()));
    return TCL_OK;
}

/*
 * caps ambient ?LIST?
 *
 *      The ambient set: what a program gets by exec though its user is not
 *      root and its file has no capabilities.
 *
 *      LIST            names: the set is to have these and no others
 *      Result          names in it; empty when it was set
 *      Errors          POSIX EPERM; NSCG CAPS NAME | UNKNOWN | LIST
 *      Kernel          prctl(2) PR_CAP_AMBIENT, capabilities(7)
 */
static int
CompileAmbient(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_capset *set = NewStep(compiler, step, lx_caps_ambient_run);

    if (set == NULL) {
        return TCL_ERROR;
    }
    if (objc == 0) {
        return NoList(compiler);
    }
    return ReadNames(compiler->interp, objv[0], &set->mask);
}

static int
AmbientCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    if (objc == 1) {
        return NscgRunStep(state, CompileAmbient, objc, objv);
    }
    Tcl_SetObjResult(interp, NamesObj(lx_caps_ambient()));
    return TCL_OK;
}

/*
 * caps names
 *
 *      Every capability that this kernel knows, in the order of their
 *      numbers.
 *
 *      Result          list of names, as cap_chown
 *      Kernel          capabilities(7)
 */
static int
NamesCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)state, (void)objc, (void)objv;
    Tcl_SetObjResult(interp, NamesObj(lx_caps_all()));
    return TCL_OK;
}

/*
 * caps decode HEX
 *
 *      The names in a mask, as /proc/PID/status has them.
 *
 *      HEX             up to 64 bits, with or without 0x
 *      Result          list of names; a number where a bit has none
 *      Errors          NSCG CAPS HEX
 *      Kernel          proc(5) CapEff and its kin
 */
static int
DecodeCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    const char *text = Tcl_GetString(objv[0]);
    const char *digits =
        text + (text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0);
    size_t len = strspn(digits, "0123456789abcdefABCDEF");

    (void)state, (void)objc;
    if (len == 0 || len > 16 || digits[len] != '\0') {
        return NscgError(
            interp, "CAPS", "HEX",
            "bad mask \"%s\": must be hexadecimal, up to 16 digits", text);
    }
    Tcl_SetObjResult(interp, NamesObj(strtoull(digits, NULL, 16)));
    return TCL_OK;
}

const NscgCommand nscgCapsCommands[] = {
    {"get", 0, 1, "?target?", "Say what a process may do, as libcap writes it",
     GetCmd, NULL, false},
    {"set", 1, 1, "text", "Set what is effective, permitted and inheritable",
     NULL, CompileSet, false},
    {"drop", 1, 3, "list|all ?-keep list?", "Give up capabilities for good",
     NULL, CompileDrop, false},
    {"bound", 0, 1, "?list?", "Say or limit what exec can give", BoundCmd,
     CompileBound, false},
    {"ambient", 0, 1, "?list?", "Say or set what exec keeps without root",
     AmbientCmd, CompileAmbient, false},
    {"names", 0, 0, "", "List the capabilities that this kernel knows",
     NamesCmd, NULL, false},
    {"decode", 1, 1, "hex", "Name the capabilities in a mask of /proc",
     DecodeCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
