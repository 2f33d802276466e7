/*
 * nscgEvents.c --
 *
 *      Any number of descriptors in Tcl's event loop, through one.
 *
 *      Tcl 8.6 waits with select(), and a descriptor above 1023 does not fit
 *      into its sets. So Tcl is given one epoll descriptor, opened early
 *      enough to have a small number, and epoll has all the others.
 */

#include "nscgInt.h"

#define SELECT_LIMIT 1024

typedef struct Watch {
    NscgEventProc *proc;
    void *clientData;
    bool urgent;
} Watch;

struct NscgEvents {
    struct lx_poll poll;
    int reapFd;            /* of all launched children, in poll as well */
    Tcl_HashTable watches; /* descriptor -> Watch */
};

/*
 * Whatever ends is reaped, for others may be waiting for that (lxReap.c).
 * Where this fails (the kernel lets 500 instances look at one), the other
 * interpreters do it.
 */
static void
WatchChildren(struct NscgEvents *events)
{
    struct lx_err ignored;

    events->reapFd = lx_reap_fd(&ignored);
    if (events->reapFd >= 0) {
        lx_poll_add(&events->poll, events->reapFd, false, &ignored);
    }
}

/*
 * In a copy of the interpreter (fork) every watch is made anew.
 */
static void
Renew(struct NscgEvents *events)
{
    Tcl_HashSearch search;
    Tcl_HashEntry *entry;

    if (!lx_poll_renew(&events->poll)) {
        return;
    }
    WatchChildren(events);
    entry = Tcl_FirstHashEntry(&events->watches, &search);
    for (; entry != NULL; entry = Tcl_NextHashEntry(&search)) {
        struct lx_err ignored;
        void *key = Tcl_GetHashKey(&events->watches, entry);
        const Watch *watch = Tcl_GetHashValue(entry);

        lx_poll_add(&events->poll, (int)(intptr_t)key, watch->urgent, &ignored);
    }
}

/*
 * A callback may end any watch, its own included: each is looked up anew.
 */
static void
Ready(void *clientData, int mask)
{
    NscgState *state = clientData;
    int fds[64];
    int count;

    (void)mask;
    Renew(state->events);
    count = lx_poll_ready(&state->events->poll, fds, 64);
    for (int i = 0; i < count && state->events != NULL; i++) {
        Tcl_HashEntry *entry = Tcl_FindHashEntry(
            &state->events->watches, (void *)(intptr_t)fds[i]);

        if (fds[i] == state->events->reapFd) {
            lx_reap_ready();
        } else if (entry != NULL) {
            Watch *watch = Tcl_GetHashValue(entry);

            watch->proc(watch->clientData);
        }
    }
}

int
NscgEventsOpen(NscgState *state)
{
    struct lx_poll poll;
    struct lx_err err;

    if (state->events != NULL) {
        Renew(state->events);
        return TCL_OK;
    }
    if (lx_poll_open(&poll, &err) != 0) {
        return NscgLxError(state->interp, &err);
    }
    if (poll.fd >= SELECT_LIMIT) {
        int fd = poll.fd;

        lx_fd_close(&poll.fd);
        return NscgError(
            state->interp, "EVENTS", "TOOMANY",
            "cannot watch from the event loop: %d descriptors are open, and "
            "Tcl's select() takes those below %d only",
            fd, SELECT_LIMIT);
    }
    state->events = malloc(sizeof(*state->events));
    if (state->events == NULL) {
        lx_fd_close(&poll.fd);
        return NscgNoMemory(state->interp);
    }
    state->events->poll = poll;
    WatchChildren(state->events);
    Tcl_InitHashTable(&state->events->watches, TCL_ONE_WORD_KEYS);
    Tcl_CreateFileHandler(poll.fd, TCL_READABLE, Ready, state);
    return TCL_OK;
}

void
NscgEventsFree(NscgState *state)
{
    Tcl_HashSearch search;
    Tcl_HashEntry *entry;

    if (state->events == NULL) {
        return;
    }
    Tcl_DeleteFileHandler(state->events->poll.fd);
    entry = Tcl_FirstHashEntry(&state->events->watches, &search);
    for (; entry != NULL; entry = Tcl_NextHashEntry(&search)) {
        free(Tcl_GetHashValue(entry));
    }
    Tcl_DeleteHashTable(&state->events->watches);
    lx_fd_close(&state->events->poll.fd);
    free(state->events);
    state->events = NULL;
}

static int
Add(NscgState *state, int fd, bool urgent, NscgEventProc *proc,
    void *clientData)
{
    Watch *watch;
    struct lx_err err;
    int isNew;

    if (NscgEventsOpen(state) != TCL_OK) {
        return TCL_ERROR;
    }
    watch = malloc(sizeof(*watch));
    if (watch == NULL) {
        return NscgNoMemory(state->interp);
    }
    if (lx_poll_add(&state->events->poll, fd, urgent, &err) != 0) {
        free(watch);
        return NscgLxError(state->interp, &err);
    }
    watch->proc = proc;
    watch->clientData = clientData;
    watch->urgent = urgent;
    Tcl_SetHashValue(
        Tcl_CreateHashEntry(
            &state->events->watches, (void *)(intptr_t)fd, &isNew),
        watch);
    return TCL_OK;
}

int
NscgWatch(NscgState *state, int fd, NscgEventProc *proc, void *clientData)
{
    return Add(state, fd, false, proc, clientData);
}

int
NscgWatchUrgent(NscgState *state, int fd, NscgEventProc *proc, void *clientData)
{
    return Add(state, fd, true, proc, clientData);
}

void
NscgUnwatch(NscgState *state, int fd)
{
    Tcl_HashEntry *entry;

    if (state->events == NULL) {
        return;
    }
    Renew(state->events);
    entry = Tcl_FindHashEntry(&state->events->watches, (void *)(intptr_t)fd);
    if (entry != NULL) {
        lx_poll_remove(&state->events->poll, fd);
        free(Tcl_GetHashValue(entry));
        Tcl_DeleteHashEntry(entry);
    }
}
