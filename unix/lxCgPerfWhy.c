/*
 * lxCgPerfWhy.c --
 *
 *      Why a counter of a group cannot be had.
 */

#include <errno.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <string.h>

#include "lx.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif

static int
Unsupported(const char *name, struct lx_err *err)
{
    lx_refuse(
        err, "CGROUP", "UNSUPPORTED", "this machine does not count %s", name);
    lx_hint(
        err,
        "virtual machines often have no counters of the processor; "
        "task-clock, page-faults and others of the kernel's always work");
    lx_detail(err, name);
    return -1;
}

/*
 * The same answer has two meanings: ask for one that every kernel has.
 */
static int
NotThere(
    struct lx_group *group, const struct lx_perfcounter *counter, int folder,
    int cpu, struct lx_err *err)
{
    static const struct lx_perfcounter clock = {
        "cpu-clock", false, true, PERF_COUNT_SW_CPU_CLOCK};
    LX_AUTOCLOSE int fd = lx_perf_event(&clock, folder, cpu);

    if (fd >= 0 || errno != ENOENT) {
        return Unsupported(counter->name, err);
    }
    lx_refuse(
        err, "CGROUP", "NOTMOUNTED",
        "cannot count in %q: controller perf_event is in a hierarchy of "
        "version 1 that is not mounted here",
        group->name);
    lx_detail(err, "perf_event");
    return -1;
}

int
lx_perf_why(
    struct lx_group *group, const struct lx_perfcounter *counter, int folder,
    int cpu, int events, struct lx_err *err)
{
    static const char paranoid[] = "/proc/sys/kernel/perf_event_paranoid";
    int errnum = errno;
    char level[16];

    if (errnum == ENOENT) {
        return NotThere(group, counter, folder, cpu, err);
    }
    if (errnum == EOPNOTSUPP || errnum == ENODEV || errnum == ENXIO) {
        return Unsupported(counter->name, err);
    }
    if (errnum == ENOSYS) {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED",
            "this kernel counts no events (CONFIG_PERF_EVENTS)");
        lx_detail(err, counter->name);
        return -1;
    }
    lx_fail(err, errnum, "cannot count %s in %q", counter->name, group->name);
    if (errnum == EMFILE) {
        lx_hint(
            err,
            "it takes %d descriptors, one for each counter and processor; "
            "see ulimit -n",
            events);
    } else if (
        (errnum == EACCES || errnum == EPERM)
        && (lx_in_userns()
            || (!lx_capable(CAP_PERFMON) && !lx_capable(CAP_SYS_ADMIN)))) {
        if (lx_read_file(paranoid, level, sizeof(level)) < 0) {
            level[0] = '\0';
        }
        level[strcspn(level, "\n")] = '\0';
        lx_hint(
            err,
            "kernel.perf_event_paranoid is %s: a group on all processors "
            "takes 0 or less, or CAP_PERFMON outside of all user namespaces",
            level[0] != '\0' ? level : "not known");
    }
    return -1;
}
