/*
 * lxCgPerf.h --
 *
 *      What the processors count of a group: perf_event. A part of lxCgroup.h.
 */

#ifndef LX_CG_PERF_H
#define LX_CG_PERF_H

#include "lxCgroup.h"

struct lx_perfcounter {
    const char *name; /* as perf(1) has it */
    bool hardware;
    bool clock;      /* it counts nanoseconds */
    uint64_t config; /* PERF_COUNT_... */
};

/* Ended by one without a name. */
extern const struct lx_perfcounter lx_perfcounters[];

struct lx_perfvalue {
    uint64_t count;            /* a clock's in microseconds */
    uint64_t enabled, running; /* nanoseconds, of all processors */
};

struct lx_perf {
    int counters, cpus, events;
    int *which;                /* of lx_perfcounters */
    int *fds;                  /* counters by cpus; -1: not on that one */
    struct lx_perfvalue *base; /* of each: what was there at the last reset */
};

static inline const struct lx_perfcounter *
lx_perf_counter(const struct lx_perf *perf, int i)
{
    return &lx_perfcounters[perf->which[i]];
}

/* The counters begin at once, or (not `enable`) when they are told to. */
int lx_perf_open(
    struct lx_group *group, const int *which, int count, bool enable,
    struct lx_perf *perf, struct lx_err *err);
int lx_perf_enable(const struct lx_perf *perf, bool enable, struct lx_err *err);
/* values: one for each counter. What did not run all the time is scaled. */
int lx_perf_read(
    const struct lx_perf *perf, struct lx_perfvalue *values,
    struct lx_err *err);
int lx_perf_reset(const struct lx_perf *perf, struct lx_err *err);
void lx_perf_close(struct lx_perf *perf);

/* One counter on one processor, of the group in a folder; -1: errno. */
int lx_perf_event(const struct lx_perfcounter *counter, int folder, int cpu);
/* lxCgPerfWhy.c: for the errno of that. */
int lx_perf_why(
    struct lx_group *group, const struct lx_perfcounter *counter, int folder,
    int cpu, int events, struct lx_err *err);

/* "0-3,8" -> numbers; -1: not such a list, or more than max. */
int lx_perf_cpus(const char *text, int *cpus, int max);
/* Of one processor, to what there is: scaled up to the time enabled. */
void lx_perf_add(struct lx_perfvalue *sum, const struct lx_perfvalue *value);

#endif /* LX_CG_PERF_H */
