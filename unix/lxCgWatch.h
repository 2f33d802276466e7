/*
 * lxCgWatch.h --
 *
 *      What happens to a group, told by the kernel: descriptors that become
 *      ready, and what has happened then. A part of lx.h.
 */

#ifndef LX_CG_WATCH_H
#define LX_CG_WATCH_H

#include <pthread.h>

#include "lxCgroup.h"

/* ------------------------------------------------------------------------
 * lxCgGone.c: groups that are removed. A folder's end is told to those who
 * look at the one above it, so there is one inotify instance with those.
 */

struct lx_gone {
    int fd; /* -1: nothing was ever looked at */
    pid_t owner;
    struct lx_goneparent *parents;
    struct lx_goneentry *found; /* gone, and not yet taken */
};

struct lx_goneentry {
    void *owner;                  /* whose it is */
    struct lx_goneparent *parent; /* NULL: not looked for any more */
    struct lx_goneentry *next, **link;
    char name[LX_NAME_SIZE];
};

void lx_gone_init(struct lx_gone *gone);
bool lx_gone_iscopy(const struct lx_gone *gone); /* in a copy of the process */
/* The group is there, or this fails with ENOENT. */
int lx_gone_add(
    struct lx_gone *gone, struct lx_goneentry *entry, struct lx_group *group,
    int index, struct lx_err *err);
void lx_gone_remove(struct lx_gone *gone, struct lx_goneentry *entry);
/* When fd is readable; then the entries of groups that are gone, one by one. */
void lx_gone_read(struct lx_gone *gone);
struct lx_goneentry *lx_gone_next(struct lx_gone *gone);
void lx_gone_free(struct lx_gone *gone);

/* ------------------------------------------------------------------------
 * lxCgPressure.c: triggers of pressure. Whoever polls one takes its event
 * away, and that is already the select(2) that looks whether epoll has
 * anything. So a thread waits for them, and tells it by an eventfd each.
 */

enum lx_psiresource { LX_PSI_CPU, LX_PSI_IO, LX_PSI_IRQ, LX_PSI_MEMORY };

struct lx_psi {
    int resource;      /* enum lx_psiresource */
    bool full;         /* every process waits; else some do */
    int stall, window; /* ms */
};

struct lx_pressures {
    pthread_t thread;
    pthread_mutex_t lock; /* of the list */
    struct lx_trigger *list;
    uint64_t lastId;
    int epoll, stop; /* -1: the thread does not run */
    pid_t owner;
};

struct lx_trigger {
    struct lx_trigger *next, **link;
    uint64_t id;
    int psi, tell; /* -1: none */
};

void lx_pressures_init(struct lx_pressures *pressures);
/* Owns psi, which has a trigger, also on failure. */
int lx_pressure_add(
    struct lx_pressures *pressures, struct lx_trigger *trigger, int psi,
    struct lx_err *err);
void
lx_pressure_remove(struct lx_pressures *pressures, struct lx_trigger *trigger);
void lx_pressures_free(struct lx_pressures *pressures);

/* lxCgTrigger.c: a trigger of the group; a descriptor, or a refusal. */
int lx_trigger_open(
    struct lx_group *group, int index, const struct lx_psi *psi,
    struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgEvent.c: lines of the files that are read.
 */

/* The next line of text: "KEY VALUE", or "KEY A=V B=V ...", where value is all
 * after the key. Takes it apart in place; false: there is none. */
bool lx_cgvalue_next(char **text, char **key, char **value);
/* The number that stands after KEY; false: none does. */
bool lx_cgvalue(const char *text, const char *key, unsigned long *number);

/* ------------------------------------------------------------------------
 * lxCgWatch.c: one event of one group.
 */

enum lx_cgevent {
    LX_CGEV_EMPTY,
    LX_CGEV_FROZEN,
    LX_CGEV_GONE,
    LX_CGEV_HIGH,
    LX_CGEV_MAX,
    LX_CGEV_OOM,
    LX_CGEV_OOMKILL,
    LX_CGEV_PIDS,
    LX_CGEV_POPULATED,
    LX_CGEV_PRESSURE,
    LX_CGEV_THAWED,
    LX_CGEVENTS
};

extern const char *const lx_cgevents[]; /* NULL-ended; by enum lx_cgevent */

struct lx_cgwatch {
    enum lx_cgevent event;
    int index;   /* the hierarchy; of LX_CGEV_GONE -1 */
    int version; /* of it */
    int fd;      /* to be polled; -1: nothing is */
    bool urgent; /* for POLLPRI, else for POLLIN */
    int file;    /* that is read; -1: none */
    int folder;  /* of the group, where all below it is read; or -1 */
    struct lx_pressures *pressures;
    struct lx_trigger trigger;
    unsigned long last, other; /* what was read: the event's value, and of
                                * cgroup.events the one that is not its */
    bool early;                /* it was read before it was told */
    long settledMs;            /* then it is decided; 0: nothing is open */
    int looks;                 /* since an event that comes before its count */
    char text[512];            /* of the file */
};

/* What has come since. */
struct lx_cgnews {
    unsigned long times;
    bool gone;   /* and there will be no more */
    int againMs; /* to be looked at again then; 0: when fd is ready */
};

int lx_cgwatch_open(
    struct lx_cgwatch *watch, struct lx_pressures *pressures,
    struct lx_group *group, unsigned where, enum lx_cgevent event,
    const struct lx_psi *psi, struct lx_err *err);
void lx_cgwatch_news(struct lx_cgwatch *watch, struct lx_cgnews *news);
void lx_cgwatch_close(struct lx_cgwatch *watch);
/* watch->text is what is in its file now; false: its group is gone. */
bool lx_cgwatch_read(struct lx_cgwatch *watch);

/* lxCgOom1.c: version 1's way to tell that memory is out. */
int lx_oom1_open(
    struct lx_cgwatch *watch, struct lx_group *group, struct lx_err *err);
void lx_oom1_news(struct lx_cgwatch *watch, struct lx_cgnews *news);

#endif /* LX_CG_WATCH_H */
