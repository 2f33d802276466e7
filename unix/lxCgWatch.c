/*
 * lxCgWatch.c --
 *
 *      One event of one group. The files of version 2 are ready for POLLPRI
 *      until they are read again; what was read before says what has come.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/* ms in which the kernel has told of whatever it has not told at once. */
#define SETTLE 25

static const struct {
    int controller; /* -1: what every group of version 2 has */
    const char *file, *key, *other;
} events[LX_CGEVENTS] = {
    [LX_CGEV_EMPTY] = {-1, "cgroup.events", "populated", "frozen"},
    [LX_CGEV_FROZEN] = {-1, "cgroup.events", "frozen", "populated"},
    [LX_CGEV_GONE] = {-1, NULL, NULL, NULL},
    [LX_CGEV_HIGH] = {LX_CG_MEMORY, "memory.events", "high", NULL},
    [LX_CGEV_MAX] = {LX_CG_MEMORY, "memory.events", "max", NULL},
    [LX_CGEV_OOM] = {LX_CG_MEMORY, "memory.events", "oom", NULL},
    [LX_CGEV_OOMKILL] = {LX_CG_MEMORY, "memory.events", "oom_kill", NULL},
    [LX_CGEV_PIDS] = {LX_CG_PIDS, "pids.events", "max", NULL},
    [LX_CGEV_POPULATED] = {-1, "cgroup.events", "populated", "frozen"},
    [LX_CGEV_PRESSURE] = {-1, NULL, NULL, NULL},
    [LX_CGEV_THAWED] = {-1, "cgroup.events", "frozen", "populated"}};

const char *const lx_cgevents[] = {
    [LX_CGEV_EMPTY] = "empty",         [LX_CGEV_FROZEN] = "frozen",
    [LX_CGEV_GONE] = "gone",           [LX_CGEV_HIGH] = "memory.high",
    [LX_CGEV_MAX] = "memory.max",      [LX_CGEV_OOM] = "oom",
    [LX_CGEV_OOMKILL] = "oomkill",     [LX_CGEV_PIDS] = "pids.max",
    [LX_CGEV_POPULATED] = "populated", [LX_CGEV_PRESSURE] = "pressure",
    [LX_CGEV_THAWED] = "thawed",       [LX_CGEVENTS] = NULL};

/* -- Where it is to be seen ----------------------------------------------- */

static int
Unsupported(struct lx_cgwatch *watch, struct lx_err *err, const char *hint)
{
    lx_refuse(
        err, "CGROUP", "UNSUPPORTED",
        "version %d does not tell of the event %s", watch->version,
        lx_cgevents[watch->event]);
    lx_detail(err, lx_cgevents[watch->event]);
    if (hint != NULL) {
        lx_hint(err, "%s", hint);
    }
    return -1;
}

/*
 * What version 2 has in every group.
 */
static int
FindUnified(
    struct lx_cgwatch *watch, struct lx_group *group, unsigned where,
    struct lx_err *err)
{
    const char *name = lx_cgevents[watch->event];
    int unified = group->cgroups->unified;

    watch->index = unified;
    watch->version = 1;
    if (unified < 0) {
        return Unsupported(
            watch, err,
            watch->event == LX_CGEV_EMPTY
                ? "it runs a program then: cgroup release, cgroup releaseagent"
                : "where version 2 is mounted as well, it does");
    }
    if (!(where & (1u << unified))) {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED",
            "only version 2 tells of the event %s, and the group %q is not "
            "there",
            name, group->name);
        lx_detail(err, name);
        return -1;
    }
    watch->version = 2;
    return 0;
}

static int
FindController(
    struct lx_cgwatch *watch, struct lx_group *group, unsigned where,
    struct lx_err *err)
{
    int controller = events[watch->event].controller;

    watch->index =
        lx_cgroups_need(group->cgroups, (enum lx_controller)controller, err);
    if (watch->index < 0) {
        return -1;
    }
    watch->version = group->cgroups->list[watch->index].version;
    if (!(where & (1u << watch->index))) {
        lx_refuse(
            err, "CGROUP", "NOTENABLED", "the group %q has no controller %s",
            group->name, lx_controllers[controller].name1);
        lx_detail(err, lx_cgevents[watch->event]);
        return -1;
    }
    return 0;
}

/* -- Reading -------------------------------------------------------------- */

bool
lx_cgwatch_read(struct lx_cgwatch *watch)
{
    ssize_t len = pread(watch->file, watch->text, sizeof(watch->text) - 1, 0);

    if (len >= 0) {
        watch->text[len] = '\0';
    }
    return len >= 0 || errno != ENODEV;
}

static int
OpenFile(struct lx_cgwatch *watch, struct lx_group *group, struct lx_err *err)
{
    const char *file = events[watch->event].file;
    const char *name = lx_cgevents[watch->event];
    unsigned long number;

    watch->file =
        lx_fd_park(lx_group_open(group, watch->index, file, O_RDONLY));
    if (watch->file < 0 && errno == ENOENT
        && lx_group_has(group, watch->index, NULL)) {
        lx_refuse(
            err, "CGROUP",
            events[watch->event].controller < 0 ? "UNSUPPORTED" : "NOTENABLED",
            "the group %q has no %s", group->name, file);
        lx_detail(err, name);
        return -1;
    }
    if (watch->file < 0 || !lx_cgwatch_read(watch)) {
        return lx_fail(
            err, watch->file < 0 ? errno : ENOENT, "cannot watch %q",
            lx_group_full(group, watch->index, file));
    }
    if (!lx_cgvalue(watch->text, events[watch->event].key, &number)) {
        return Unsupported(watch, err, "this kernel is too old for it");
    }
    watch->last = number;
    if (events[watch->event].other != NULL) {
        lx_cgvalue(watch->text, events[watch->event].other, &watch->other);
    }
    watch->fd = watch->file;
    watch->urgent = true;
    return 0;
}

static int
OpenPressure(
    struct lx_cgwatch *watch, struct lx_group *group, const struct lx_psi *psi,
    struct lx_err *err)
{
    int fd = lx_trigger_open(group, watch->index, psi, err);

    if (fd < 0
        || lx_pressure_add(watch->pressures, &watch->trigger, fd, err) != 0) {
        return -1;
    }
    watch->file = watch->trigger.psi;
    watch->fd = watch->trigger.tell;
    lx_cgwatch_read(watch);
    return 0;
}

/*
 * The topmost group has no such files, nor would it ever be empty; but it has
 * the pressure of the whole machine.
 */
static int
Open(
    struct lx_cgwatch *watch, struct lx_group *group, unsigned where,
    const struct lx_psi *psi, struct lx_err *err)
{
    bool controller = events[watch->event].controller >= 0;

    if (watch->event != LX_CGEV_PRESSURE
        && lx_group_noroot(group, "watch", err) != 0) {
        return -1;
    }
    if (watch->event == LX_CGEV_GONE) {
        return 0;
    }
    if ((controller ? FindController(watch, group, where, err)
                    : FindUnified(watch, group, where, err))
        != 0) {
        return -1;
    }
    if (watch->event == LX_CGEV_PRESSURE) {
        return OpenPressure(watch, group, psi, err);
    }
    if (watch->version == 2) {
        return OpenFile(watch, group, err);
    }
    if (watch->event == LX_CGEV_OOM || watch->event == LX_CGEV_OOMKILL) {
        return lx_oom1_open(watch, group, err);
    }
    /* Of pids.events it does until Linux 6.10 only. */
    return Unsupported(
        watch, err,
        watch->event == LX_CGEV_PIDS ? "it counts in pids.events"
                                     : "it counts in memory.failcnt");
}

int
lx_cgwatch_open(
    struct lx_cgwatch *watch, struct lx_pressures *pressures,
    struct lx_group *group, unsigned where, enum lx_cgevent event,
    const struct lx_psi *psi, struct lx_err *err)
{
    *watch = (struct lx_cgwatch){
        .event = event,
        .index = -1,
        .fd = -1,
        .file = -1,
        .folder = -1,
        .pressures = pressures,
        .trigger = {.psi = -1, .tell = -1}};
    if (Open(watch, group, where, psi, err) != 0) {
        lx_cgwatch_close(watch);
        return -1;
    }
    return 0;
}

void
lx_cgwatch_close(struct lx_cgwatch *watch)
{
    if (watch->trigger.psi >= 0) {
        watch->file = watch->fd = -1; /* they are the trigger's */
        lx_pressure_remove(watch->pressures, &watch->trigger);
    }
    if (watch->fd == watch->file) {
        watch->fd = -1;
    }
    lx_fd_close(&watch->fd);
    lx_fd_close(&watch->file);
    lx_fd_close(&watch->folder);
}

/* -- What has come -------------------------------------------------------- */

static bool
IsTold(const struct lx_cgwatch *watch)
{
    struct pollfd poller = {.fd = watch->file, .events = POLLPRI};

    return poll(&poller, 1, 0) > 0 && (poller.revents & POLLPRI);
}

/*
 * A group may have been filled and have become empty again since: then the
 * file was told of, and is as before. The kernel tells of both at once, or some
 * ms later of the second: so that it counts once, it is waited for.
 */
static void
CheckSettled(struct lx_cgwatch *watch, struct lx_cgnews *news)
{
    long left = watch->settledMs - lx_now_ms();

    if (left > 0) {
        news->againMs = (int)left;
    } else {
        watch->settledMs = 0;
        news->times = 1;
    }
}

static void
CheckFlip(
    struct lx_cgwatch *watch, unsigned long now, bool told, bool alike,
    struct lx_cgnews *news)
{
    bool is =
        watch->event == LX_CGEV_POPULATED || watch->event == LX_CGEV_FROZEN;

    if (now != watch->last) {
        news->times = (now != 0) == is;
        watch->settledMs = 0;
        watch->early = !told;
    } else if (watch->settledMs != 0) {
        CheckSettled(watch, news);
    } else if (told && watch->early) {
        watch->early = false; /* of what was read before it was told */
    } else if (told && alike && now == 0 && watch->event == LX_CGEV_EMPTY) {
        watch->settledMs = lx_now_ms() + SETTLE;
        news->againMs = SETTLE;
    }
}

static void
FileNews(struct lx_cgwatch *watch, struct lx_cgnews *news)
{
    const char *otherKey = events[watch->event].other;
    unsigned long now = watch->last, other = watch->other;
    bool told = IsTold(watch);

    if (!lx_cgwatch_read(watch)) {
        news->gone = true;
        /* Whatever is removed has become empty before. */
        news->times = watch->event == LX_CGEV_EMPTY
            && (watch->last != 0 || watch->settledMs != 0);
        return;
    }
    lx_cgvalue(watch->text, events[watch->event].key, &now);
    if (otherKey != NULL) {
        lx_cgvalue(watch->text, otherKey, &other);
        CheckFlip(watch, now, told, other == watch->other, news);
    } else {
        news->times = now > watch->last ? now - watch->last : 0;
    }
    watch->last = now;
    watch->other = other;
}

static void
PressureNews(struct lx_cgwatch *watch, struct lx_cgnews *news)
{
    uint64_t count = 0;
    bool told = read(watch->fd, &count, sizeof(count)) == sizeof(count);

    news->gone = !lx_cgwatch_read(watch);
    news->times = told ? count - (news->gone && count > 0) : 0;
}

void
lx_cgwatch_news(struct lx_cgwatch *watch, struct lx_cgnews *news)
{
    *news = (struct lx_cgnews){.times = 0};
    if (watch->event == LX_CGEV_GONE) {
        return;
    }
    if (watch->event == LX_CGEV_PRESSURE) {
        PressureNews(watch, news);
    } else if (watch->fd != watch->file) {
        lx_oom1_news(watch, news);
    } else {
        FileNews(watch, news);
    }
}
