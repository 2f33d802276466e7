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
} Watch;

struct NscgEvents {
    int pollFd;
    Tcl_HashTable watches; /* descriptor -> Watch */
};

/*
 * A callback may end any watch, its own included: each is looked up anew.
 */
static void
Ready(void *clientData, int mask)
{
    NscgState *state = clientData;
    int fds[64];
    int count = lx_poll_ready(state->events->pollFd, fds, 64);

    (void)mask;
    for (int i = 0; i < count && state->events != NULL; i++) {
        Tcl_HashEntry *entry = Tcl_FindHashEntry(
            &state->events->watches, (void *)(intptr_t)fds[i]);

        if (entry != NULL) {
            Watch *watch = Tcl_GetHashValue(entry);

            watch->proc(watch->clientData);
        }
    }
}

int
NscgEventsOpen(NscgState *state)
{
    struct lx_err err;
    int fd;

    if (state->events != NULL) {
        return TCL_OK;
    }
    fd = lx_poll_open(&err);
    if (fd < 0) {
        return NscgLxError(state->interp, &err);
    }
    if (fd >= SELECT_LIMIT) {
        lx_fd_close(&fd);
        return NscgError(
            state->interp, "EVENTS", "TOOMANY",
            "cannot watch from the event loop: %d descriptors are open, and "
            "Tcl's select() takes those below %d only",
            fd, SELECT_LIMIT);
    }
    state->events = malloc(sizeof(*state->events));
    if (state->events == NULL) {
        lx_fd_close(&fd);
        return NscgNoMemory(state->interp);
    }
    state->events->pollFd = fd;
    Tcl_InitHashTable(&state->events->watches, TCL_ONE_WORD_KEYS);
    Tcl_CreateFileHandler(fd, TCL_READABLE, Ready, state);
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
    Tcl_DeleteFileHandler(state->events->pollFd);
    entry = Tcl_FirstHashEntry(&state->events->watches, &search);
    for (; entry != NULL; entry = Tcl_NextHashEntry(&search)) {
        free(Tcl_GetHashValue(entry));
    }
    Tcl_DeleteHashTable(&state->events->watches);
    lx_fd_close(&state->events->pollFd);
    free(state->events);
    state->events = NULL;
}

int
NscgWatch(NscgState *state, int fd, NscgEventProc *proc, void *clientData)
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
    if (lx_poll_add(state->events->pollFd, fd, &err) != 0) {
        free(watch);
        return NscgLxError(state->interp, &err);
    }
    watch->proc = proc;
    watch->clientData = clientData;
    Tcl_SetHashValue(
        Tcl_CreateHashEntry(
            &state->events->watches, (void *)(intptr_t)fd, &isNew),
        watch);
    return TCL_OK;
}

void
NscgUnwatch(NscgState *state, int fd)
{
    Tcl_HashEntry *entry;

    if (state->events == NULL) {
        return;
    }
    entry = Tcl_FindHashEntry(&state->events->watches, (void *)(intptr_t)fd);
    if (entry != NULL) {
        lx_poll_remove(state->events->pollFd, fd);
        free(Tcl_GetHashValue(entry));
        Tcl_DeleteHashEntry(entry);
    }
}
