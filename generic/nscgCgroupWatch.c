/*
 * nscgCgroupWatch.c --
 *
 *      The handle of cgroup watch: one event of a group, from the event loop.
 *
 *      A descriptor that is ready only has its news read; the command is
 *      called by a timer, when nothing of nscg's is under way: it may close
 *      any watch, its own too, or the interpreter.
 */

#include "nscgCgroup.h"

/* What all watches of an interpreter share. In a copy of the process (fork)
 * those that were copied keep theirs, and new ones get another. */
typedef struct NscgWatches {
    NscgState *state;
    struct lx_gone gone;
    struct lx_pressures pressures;
    bool goneWatched; /* by the event loop */
    int users;        /* watches, and the state */
} NscgWatches;

typedef struct Watch {
    NscgHandle handle;
    struct lx_cgwatch lx;
    NscgWatches *watches;
    struct lx_goneentry *entries; /* one for each hierarchy */
    int entryCount;
    int left;     /* of them, where the group is still there */
    bool watched; /* lx.fd is, by the event loop */
    bool gone, closed;
    unsigned long times; /* not yet told */
    unsigned long count; /* told */
    Tcl_Obj *commandObj, *groupObj;
    Tcl_TimerToken call, again; /* that are due */
} Watch;

/* -- What they share ------------------------------------------------------ */

static void
Release(NscgWatches *watches)
{
    if (--watches->users > 0) {
        return;
    }
    if (watches->goneWatched) {
        NscgUnwatch(watches->state, watches->gone.fd);
    }
    lx_gone_free(&watches->gone);
    lx_pressures_free(&watches->pressures);
    free(watches);
}

static NscgWatches *
Share(NscgState *state, Tcl_Interp *interp)
{
    NscgWatches *watches = state->watches;

    if (watches != NULL && lx_gone_iscopy(&watches->gone)) {
        NscgWatchesFree(state);
        watches = NULL;
    }
    if (watches == NULL) {
        watches = calloc(1, sizeof(*watches));
        if (watches == NULL) {
            NscgNoMemory(interp);
            return NULL;
        }
        watches->state = state;
        lx_gone_init(&watches->gone);
        lx_pressures_init(&watches->pressures);
        watches->users = 1;
        state->watches = watches;
    }
    watches->users++;
    return watches;
}

void
NscgWatchesFree(NscgState *state)
{
    if (state->watches != NULL) {
        Release(state->watches);
        state->watches = NULL;
    }
}

/* -- The call ------------------------------------------------------------- */

/*
 * Numbers as such; and of pressure, a dict for each line.
 */
static Tcl_Obj *
ValueObj(char *value)
{
    Tcl_Obj *dictObj = NULL;
    char *next = strchr(value, '=') != NULL ? value : NULL;

    while (next != NULL && *next != '\0') {
        char *key = next;
        size_t len = strcspn(key, " ");

        next = key + len + (key[len] == ' ');
        key[len] = '\0';
        len = strcspn(key, "=");
        if (key[len] == '=') {
            key[len] = '\0';
            if (dictObj == NULL) {
                dictObj = Tcl_NewDictObj();
            }
            NscgPut(dictObj, key, Tcl_NewStringObj(key + len + 1, -1));
        }
    }
    return dictObj != NULL ? dictObj : Tcl_NewStringObj(value, -1);
}

static Tcl_Obj *
ValuesObj(const Watch *watch)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();
    char copy[sizeof(watch->lx.text)];
    char *text = copy, *key, *value;

    memcpy(copy, watch->lx.text, sizeof(copy));
    while (lx_cgvalue_next(&text, &key, &value)) {
        NscgPut(dictObj, key, ValueObj(value));
    }
    return dictObj;
}

static Tcl_Obj *
NewsObj(const Watch *watch)
{
    Tcl_Obj *dictObj = Tcl_NewDictObj();

    NscgPut(
        dictObj, "event", Tcl_NewStringObj(lx_cgevents[watch->lx.event], -1));
    NscgPut(dictObj, "group", watch->groupObj);
    NscgPut(dictObj, "times", Tcl_NewWideIntObj((Tcl_WideInt)watch->times));
    NscgPut(dictObj, "values", ValuesObj(watch));
    return dictObj;
}

static void
Evaluate(Watch *watch)
{
    Tcl_Obj *newsObj = NewsObj(watch);

    watch->count += watch->times;
    watch->times = 0;
    NscgHandleCall(&watch->handle, watch->commandObj, newsObj);
}

/*
 * The interpreter may be gone after the command, and the watch's memory is all
 * that is left then.
 */
static void
Call(void *clientData)
{
    Watch *watch = clientData;

    watch->call = NULL;
    Tcl_Preserve(watch);
    if (watch->times > 0) {
        Evaluate(watch);
    }
    if (watch->gone && watch->times == 0 && !watch->closed) {
        NscgHandleClose(&watch->handle);
    }
    Tcl_Release(watch);
}

static void
Due(Watch *watch)
{
    if (watch->call == NULL && (watch->times > 0 || watch->gone)) {
        watch->call = Tcl_CreateTimerHandler(0, Call, watch);
    }
}

/* -- The events ----------------------------------------------------------- */

static void
Unwatch(Watch *watch)
{
    if (watch->watched) {
        NscgUnwatch(watch->handle.state, watch->lx.fd);
        watch->watched = false;
    }
    Tcl_DeleteTimerHandler(watch->again);
    watch->again = NULL;
}

static void Look(void *clientData);

static void
LookAgain(void *clientData)
{
    ((Watch *)clientData)->again = NULL;
    Look(clientData);
}

/*
 * In a copy of the process nothing is read: what has come is the original's.
 */
static void
Look(void *clientData)
{
    Watch *watch = clientData;
    struct lx_cgnews news;

    if (lx_gone_iscopy(&watch->watches->gone)) {
        Unwatch(watch);
        return;
    }
    lx_cgwatch_news(&watch->lx, &news);
    watch->times += news.times;
    if (news.gone) {
        watch->gone = true;
        Unwatch(watch);
    } else if (news.againMs > 0 && watch->again == NULL) {
        watch->again = Tcl_CreateTimerHandler(news.againMs, LookAgain, watch);
    }
    Due(watch);
}

/*
 * Its group is gone from one hierarchy. Only who wants to know of that waits
 * until it is gone from all of them.
 */
static void
Gone(Watch *watch)
{
    if (--watch->left > 0 || watch->gone) {
        return;
    }
    if (watch->lx.event == LX_CGEV_GONE) {
        watch->times++;
    } else {
        Look(watch);
    }
    watch->gone = true;
    Unwatch(watch);
    Due(watch);
}

static void
GoneReady(void *clientData)
{
    NscgWatches *watches = clientData;
    struct lx_goneentry *entry;

    if (lx_gone_iscopy(&watches->gone)) {
        NscgUnwatch(watches->state, watches->gone.fd);
        watches->goneWatched = false;
        return;
    }
    lx_gone_read(&watches->gone);
    while ((entry = lx_gone_next(&watches->gone)) != NULL) {
        Gone(entry->owner);
    }
}

/* -- The handle ----------------------------------------------------------- */

static int
EventMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    Tcl_SetObjResult(
        interp, Tcl_NewStringObj(lx_cgevents[((Watch *)handle)->lx.event], -1));
    return TCL_OK;
}

static int
GroupMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    Tcl_SetObjResult(interp, ((Watch *)handle)->groupObj);
    return TCL_OK;
}

static int
CountMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    (void)objc, (void)objv;
    Tcl_SetObjResult(
        interp, Tcl_NewWideIntObj((Tcl_WideInt)((Watch *)handle)->count));
    return TCL_OK;
}

/*
 * To read the file takes away that it is ready: what has come is kept.
 */
static int
ValuesMethod(
    NscgHandle *handle, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    Watch *watch = (Watch *)handle;

    (void)objc, (void)objv;
    if (watch->watched && !watch->gone) {
        Look(watch);
    }
    Tcl_SetObjResult(interp, ValuesObj(watch));
    return TCL_OK;
}

static void
FreeMemory(char *memory)
{
    free(memory);
}

static void
Free(NscgHandle *handle)
{
    Watch *watch = (Watch *)handle;

    watch->closed = true;
    Unwatch(watch);
    Tcl_DeleteTimerHandler(watch->call);
    for (int i = 0; i < watch->entryCount; i++) {
        lx_gone_remove(&watch->watches->gone, &watch->entries[i]);
    }
    free(watch->entries);
    lx_cgwatch_close(&watch->lx);
    Release(watch->watches);
    Tcl_DecrRefCount(watch->commandObj);
    Tcl_DecrRefCount(watch->groupObj);
    Tcl_EventuallyFree(watch, FreeMemory);
}

static const NscgMethod methods[] = {
    {"close", 0, 0, "", NscgCloseMethod}, {"count", 0, 0, "", CountMethod},
    {"event", 0, 0, "", EventMethod},     {"group", 0, 0, "", GroupMethod},
    {"values", 0, 0, "", ValuesMethod},   {NULL, 0, 0, NULL, NULL}};

static const NscgHandleType watchType = {"watch", methods, Free};

/* -- Making one ----------------------------------------------------------- */

/*
 * The group's end, in each of the hierarchies: of the topmost group there is
 * none.
 */
static int
LookForEnd(Watch *watch, struct lx_group *group, unsigned where)
{
    NscgState *state = watch->handle.state;
    NscgWatches *watches = watch->watches;
    struct lx_err err;

    watch->entries = calloc(LX_HIERARCHIES, sizeof(*watch->entries));
    if (watch->entries == NULL) {
        return NscgNoMemory(state->interp);
    }
    for (int i = 0; i < group->cgroups->count; i++) {
        bool wanted = watch->lx.index < 0 || watch->lx.index == i;

        if (wanted && (where & (1u << i)) && !lx_group_isroot(group, i)) {
            struct lx_goneentry *entry = &watch->entries[watch->entryCount];

            if (lx_gone_add(&watches->gone, entry, group, i, &err) != 0) {
                return NscgLxError(state->interp, &err);
            }
            entry->owner = watch;
            watch->entryCount++;
        }
    }
    watch->left = watch->entryCount;
    if (watch->entryCount > 0 && !watches->goneWatched) {
        if (NscgWatch(state, watches->gone.fd, GoneReady, watches) != TCL_OK) {
            return TCL_ERROR;
        }
        watches->goneWatched = true;
    }
    return TCL_OK;
}

static int
Begin(Watch *watch, struct lx_group *group, unsigned where)
{
    NscgState *state = watch->handle.state;

    if (LookForEnd(watch, group, where) != TCL_OK) {
        return TCL_ERROR;
    }
    if (watch->lx.fd >= 0) {
        if ((watch->lx.urgent ? NscgWatchUrgent
                              : NscgWatch)(state, watch->lx.fd, Look, watch)
            != TCL_OK) {
            return TCL_ERROR;
        }
        watch->watched = true;
    }
    return NscgHandleCreate(state, &watchType, &watch->handle);
}

int
NscgWatchCreate(
    NscgState *state, struct lx_group *group, unsigned where,
    enum lx_cgevent event, const struct lx_psi *psi, Tcl_Obj *commandObj)
{
    Watch *watch = calloc(1, sizeof(*watch));
    struct lx_err err;

    if (watch == NULL) {
        return NscgNoMemory(state->interp);
    }
    watch->handle.state = state;
    watch->watches = Share(state, state->interp);
    if (watch->watches == NULL) {
        free(watch);
        return TCL_ERROR;
    }
    watch->commandObj = commandObj;
    watch->groupObj = NscgTextObj(group->name);
    Tcl_IncrRefCount(watch->commandObj);
    Tcl_IncrRefCount(watch->groupObj);
    if (lx_cgwatch_open(
            &watch->lx, &watch->watches->pressures, group, where, event, psi,
            &err)
        != 0) {
        NscgLxError(state->interp, &err);
    } else if (Begin(watch, group, where) == TCL_OK) {
        return TCL_OK;
    }
    Free(&watch->handle);
    return TCL_ERROR;
}
