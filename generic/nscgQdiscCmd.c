/*
 * nscgQdiscCmd.c --
 *
 *      The table of `qdisc`, and what sets and deletes how a link queues.
 */

#include "nscgNet.h"

typedef struct QdiscWords {
    Tcl_Obj *nsObj;
    Tcl_Obj *objs[LX_QDISC_VALUES];
} QdiscWords;

/* -- Options, by kind ----------------------------------------------------- */

#define OPTION(name, value) \
    { \
        name, NSCG_OPT_OBJ, \
            offsetof(QdiscWords, objs) + (value) * sizeof(Tcl_Obj *), NULL, 0 \
    }
#define NS \
    { \
        "-ns", NSCG_OPT_OBJ, offsetof(QdiscWords, nsObj), NULL, 0 \
    }
#define END \
    { \
        NULL, NSCG_OPT_BOOL, 0, NULL, 0 \
    }

static const NscgOption fifoOptions[] = {
    OPTION("-limit", LX_QDISC_LIMIT), NS, END};

static const NscgOption fqCodelOptions[] = {
    OPTION("-ecn", LX_QDISC_ECN),
    OPTION("-flows", LX_QDISC_FLOWS),
    OPTION("-interval", LX_QDISC_INTERVAL),
    OPTION("-limit", LX_QDISC_LIMIT),
    NS,
    OPTION("-quantum", LX_QDISC_QUANTUM),
    OPTION("-target", LX_QDISC_TARGET),
    END};

static const NscgOption htbOptions[] = {
    OPTION("-burst", LX_QDISC_BURST),     OPTION("-ceil", LX_QDISC_CEIL), NS,
    OPTION("-quantum", LX_QDISC_QUANTUM), OPTION("-rate", LX_QDISC_RATE), END};

static const NscgOption netemOptions[] = {
    OPTION("-corrupt", LX_QDISC_CORRUPT),
    OPTION("-delay", LX_QDISC_DELAY),
    OPTION("-duplicate", LX_QDISC_DUPLICATE),
    OPTION("-jitter", LX_QDISC_JITTER),
    OPTION("-limit", LX_QDISC_LIMIT),
    OPTION("-loss", LX_QDISC_LOSS),
    NS,
    OPTION("-rate", LX_QDISC_RATE),
    OPTION("-reorder", LX_QDISC_REORDER),
    END};

static const NscgOption tbfOptions[] = {
    OPTION("-burst", LX_QDISC_BURST),
    OPTION("-latency", LX_QDISC_LATENCY),
    OPTION("-limit", LX_QDISC_LIMIT),
    OPTION("-mtu", LX_QDISC_MTU),
    NS,
    OPTION("-peakrate", LX_QDISC_PEAKRATE),
    OPTION("-rate", LX_QDISC_RATE),
    END};

static const NscgOption *const options[LX_QDISCS] = {
    [LX_BFIFO] = fifoOptions,    [LX_FQ_CODEL] = fqCodelOptions,
    [LX_HTB] = htbOptions,       [LX_NETEM] = netemOptions,
    [LX_NOQUEUE] = nscgNsOption, [LX_PFIFO] = fifoOptions,
    [LX_TBF] = tbfOptions,
};

/* -- Values --------------------------------------------------------------- */

static int
Rate(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, int64_t *value)
{
    if (!lx_rate_parse(Tcl_GetString(obj), value)) {
        return NscgError(
            interp, "VALUE", "RATE",
            "bad %s \"%s\": must be bits per second, from 8 to 1000tbit, such "
            "as 500kbit, 10mbit or 1.5gbit",
            what, Tcl_GetString(obj));
    }
    return TCL_OK;
}

static int
Bytes(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, int64_t *value)
{
    uint64_t size;

    if (NscgSize(interp, obj, what, &size) != TCL_OK) {
        return TCL_ERROR;
    }
    if (size == 0 || size > INT32_MAX) {
        return NscgError(
            interp, "VALUE", "SIZE",
            "bad %s \"%s\": must be from 1 to %d bytes", what,
            Tcl_GetString(obj), INT32_MAX);
    }
    *value = (int64_t)size;
    return TCL_OK;
}

static int
Number(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, int64_t *value)
{
    Tcl_WideInt wide;

    if (NscgNumber(interp, obj, what, 1, INT32_MAX, &wide) != TCL_OK) {
        return TCL_ERROR;
    }
    *value = wide;
    return TCL_OK;
}

static int
Time(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, int64_t *value)
{
    if (!lx_ms_parse(Tcl_GetString(obj), value)) {
        return NscgError(
            interp, "VALUE", "TIME",
            "bad %s \"%s\": must be milliseconds, from 0 to 3600000, such as "
            "20 or 0.5",
            what, Tcl_GetString(obj));
    }
    return TCL_OK;
}

static int
Share(Tcl_Interp *interp, Tcl_Obj *obj, const char *what, int64_t *value)
{
    if (!lx_percent_parse(Tcl_GetString(obj), value)) {
        return NscgError(
            interp, "VALUE", "PERCENT",
            "bad %s \"%s\": must be percent, from 0 to 100, such as 1 or 0.05",
            what, Tcl_GetString(obj));
    }
    return TCL_OK;
}

static int
Value(
    Tcl_Interp *interp, enum lx_qdiscform form, Tcl_Obj *obj, const char *what,
    int64_t *value)
{
    int boolean;

    switch (form) {
    case LX_QFORM_RATE:
        return Rate(interp, obj, what, value);
    case LX_QFORM_BYTES:
        return Bytes(interp, obj, what, value);
    case LX_QFORM_MS:
        return Time(interp, obj, what, value);
    case LX_QFORM_SHARE:
        return Share(interp, obj, what, value);
    case LX_QFORM_BOOL:
        if (Tcl_GetBooleanFromObj(interp, obj, &boolean) != TCL_OK) {
            return TCL_ERROR;
        }
        *value = boolean;
        return TCL_OK;
    default:
        return Number(interp, obj, what, value);
    }
}

/* What does not go together. */
static int
Check(Tcl_Interp *interp, const struct lx_qdisc *qdisc)
{
    const int64_t *values = qdisc->values;
    const char *name = lx_qdisc_kinds[qdisc->kind];

    if ((qdisc->kind == LX_TBF || qdisc->kind == LX_HTB)
        && values[LX_QDISC_RATE] < 0) {
        return NscgError(interp, "NET", "NEEDS", "%s needs -rate", name);
    }
    if (values[LX_QDISC_LIMIT] >= 0 && values[LX_QDISC_LATENCY] >= 0) {
        return NscgError(
            interp, "NET", "EXCLUSIVE",
            "-limit and -latency are two ways to say one thing");
    }
    if (values[LX_QDISC_PEAKRATE] >= 0
        && values[LX_QDISC_PEAKRATE] <= values[LX_QDISC_RATE]) {
        return NscgError(
            interp, "VALUE", "RATE", "-peakrate must be more than -rate");
    }
    if (values[LX_QDISC_MTU] >= 0 && values[LX_QDISC_PEAKRATE] < 0) {
        return NscgError(interp, "NET", "NEEDS", "-mtu needs -peakrate");
    }
    if (values[LX_QDISC_CEIL] >= 0
        && values[LX_QDISC_CEIL] < values[LX_QDISC_RATE]) {
        return NscgError(
            interp, "VALUE", "RATE", "-ceil must not be less than -rate");
    }
    if (values[LX_QDISC_REORDER] > 0 && values[LX_QDISC_DELAY] <= 0) {
        return NscgError(
            interp, "NET", "NEEDS",
            "-reorder needs -delay: what is sent at once overtakes what waits");
    }
    return TCL_OK;
}

static int
Words(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_qdisc *qdisc, Tcl_Obj **nsObj)
{
    Tcl_Interp *interp = compiler->interp;
    QdiscWords words = {.nsObj = NULL};
    int kind;

    if (Tcl_GetIndexFromObj(
            interp, objv[0], lx_qdisc_kinds, "kind", TCL_EXACT, &kind)
            != TCL_OK
        || NscgOptions(
               interp, compiler->pool, options[kind], objc - 1, objv + 1,
               NSCG_TRAILING, NULL, &words)
            != TCL_OK) {
        return TCL_ERROR;
    }
    qdisc->kind = (enum lx_qdisckind)kind;
    for (int i = 0; i < LX_QDISC_VALUES; i++) {
        char what[32];

        qdisc->values[i] = -1;
        lx_format(what, sizeof(what), "-%s", lx_qdisc_key(i));
        if (words.objs[i] != NULL
            && Value(
                   interp, lx_qdisc_form(qdisc->kind, i), words.objs[i], what,
                   &qdisc->values[i])
                != TCL_OK) {
            return TCL_ERROR;
        }
    }
    *nsObj = words.nsObj;
    return Check(interp, qdisc);
}

/* -- Commands ------------------------------------------------------------- */

static const char *
Format(NscgPlan *plan, const char *format, const char *word)
{
    char text[256];
    const char *copy;

    lx_format(text, sizeof(text), format, word, word);
    copy = lx_pool_string(plan->compiler->pool, text, strlen(text));
    if (copy == NULL) {
        NscgNoMemory(plan->compiler->interp);
    }
    return copy;
}

static struct lx_netpart *
Part(NscgPlan *plan, const char *verb, const char *name)
{
    struct lx_netpart *part =
        NscgPlanAdd(plan, 0, "cannot %s link \"%s\"", verb, name);

    if (part != NULL) {
        part->link = name;
    }
    return part;
}

/* To be called when the request is there. */
static int
Numbered(NscgPlan *plan, struct lx_netpart *part, const char *name)
{
    return NscgPlanIndex(plan, part, name, LX_QDISC_INDEX, 0);
}

/*
 * The class of htb, and what takes both away should it be refused.
 */
static int
Class(NscgPlan *plan, const struct lx_qdisc *qdisc, const char *name)
{
    struct lx_netpart *part = Part(plan, "remove the qdisc of", name);

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->undo = true;
    lx_qdisc_remove(part->request);
    if (Numbered(plan, part, name) != TCL_OK
        || (part = Part(plan, "set the class of htb on", name)) == NULL) {
        return TCL_ERROR;
    }
    lx_qdisc_class(part->request, qdisc);
    return Numbered(plan, part, name);
}

static int
Set(NscgPlan *plan, const struct lx_qdisc *qdisc, const char *name)
{
    const char *kind = lx_qdisc_kinds[qdisc->kind];
    const char *verb = Format(plan, "set qdisc %s on", kind);
    struct lx_netpart *part = verb != NULL ? Part(plan, verb, name) : NULL;

    if (part == NULL) {
        return TCL_ERROR;
    }
    part->missing =
        Format(plan, "this kernel has no %s: it is the module sch_%s", kind);
    if (part->missing == NULL) {
        return TCL_ERROR;
    }
    lx_qdisc_set(part->request, qdisc, false);
    if (!lx_qdisc_changed(qdisc)) {
        part->other = lx_pool_alloc(plan->compiler->pool, sizeof(*part->other));
        if (part->other == NULL) {
            return NscgNoMemory(plan->compiler->interp);
        }
        lx_qdisc_set(part->other, qdisc, true);
    }
    if (Numbered(plan, part, name) != TCL_OK) {
        return TCL_ERROR;
    }
    return qdisc->kind == LX_HTB ? Class(plan, qdisc, name) : TCL_OK;
}

/*
 * qdisc set NAME KIND ?-option value ...?
 *
 *      Sets how a link queues what it sends: its root qdisc.
 *
 *      tbf             a rate: -rate, -burst, -latency or -limit, -peakrate,
 *                      -mtu
 *      htb             the same with one class: -rate, -ceil, -burst, -quantum
 *      netem           delay, loss and more: -delay, -jitter, -loss,
 *                      -duplicate, -corrupt, -reorder, -rate, -limit
 *      fq_codel        fair queues: -limit, -flows, -target, -interval,
 *                      -quantum, -ecn
 *      pfifo, bfifo    a queue: -limit packets, or bytes
 *      noqueue         none
 *      -ns TARGET      where
 *      Result          empty
 *      Errors          POSIX ENOENT (the kernel has no such kind) | ENODEV |
 *                      EPERM | EINVAL; NSCG NET NAME | NEEDS | EXCLUSIVE;
 *                      NSCG VALUE RATE | SIZE | NUMBER | TIME | PERCENT
 *      Kernel          rtnetlink(7), RTM_NEWQDISC
 */
static int
CompileQdiscSet(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    struct lx_qdisc qdisc;
    Tcl_Obj *nsObj = NULL;
    const char *name = NscgLinkName(compiler, objv[0]);
    NscgPlan plan;

    if (name == NULL
        || Words(compiler, objc - 1, objv + 1, &qdisc, &nsObj) != TCL_OK) {
        return TCL_ERROR;
    }
    lx_qdisc_complete(&qdisc);
    if (NscgPlanBegin(&plan, compiler, nsObj, "qdisc set") != TCL_OK
        || Set(&plan, &qdisc, name) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}

/*
 * qdisc delete NAME ?-ns TARGET?
 *
 *      Deletes a link's root qdisc: it has the kernel's own again.
 *
 *      Result          empty
 *      Errors          POSIX ENOENT (none was set) | ENODEV | EPERM;
 *                      NSCG NET NAME
 *      Kernel          rtnetlink(7), RTM_DELQDISC
 */
static int
CompileQdiscDelete(
    NscgCompiler *compiler, int objc, Tcl_Obj *const objv[],
    struct lx_step *step)
{
    Tcl_Obj *nsObj = NULL;
    const char *name = NscgLinkName(compiler, objv[0]);
    struct lx_netpart *part;
    NscgPlan plan;

    if (name == NULL
        || NscgOptions(
               compiler->interp, compiler->pool, nscgNsOption, objc - 1,
               objv + 1, NSCG_TRAILING, NULL, &nsObj)
            != TCL_OK
        || NscgPlanBegin(&plan, compiler, nsObj, "qdisc delete") != TCL_OK
        || (part = Part(&plan, "delete the qdisc of", name)) == NULL) {
        return TCL_ERROR;
    }
    part->missing = "none was set: what it has is the kernel's own";
    lx_qdisc_remove(part->request);
    if (Numbered(&plan, part, name) != TCL_OK) {
        return TCL_ERROR;
    }
    return NscgPlanEnd(&plan, step);
}

const NscgCommand nscgQdiscCommands[] = {
    {"delete", 1, -1, "name ?-ns target?",
     "Delete how a link was told to queue", NULL, CompileQdiscDelete, false},
    {"list", 0, -1, "?name? ?-ns target?",
     "List how links queue, and what they have counted", NscgQdiscListCmd, NULL,
     false},
    {"set", 2, -1, "name kind ?-option value ...?",
     "Set how a link queues: its rate, delay, loss", NULL, CompileQdiscSet,
     false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false},
};
