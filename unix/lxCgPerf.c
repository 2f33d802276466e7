/*
 * lxCgPerf.c --
 *
 *      Counters of a whole group: perf_event_open(2) with the group's folder
 *      in place of a process, once for each processor.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#define CPUS 8192
#define CGROUP_SWITCHES 11 /* PERF_COUNT_SW_CGROUP_SWITCHES, Linux 5.13 */

const struct lx_perfcounter lx_perfcounters[] = {
    {"alignment-faults", false, false, PERF_COUNT_SW_ALIGNMENT_FAULTS},
    {"branch-misses", true, false, PERF_COUNT_HW_BRANCH_MISSES},
    {"branches", true, false, PERF_COUNT_HW_BRANCH_INSTRUCTIONS},
    {"bus-cycles", true, false, PERF_COUNT_HW_BUS_CYCLES},
    {"cache-misses", true, false, PERF_COUNT_HW_CACHE_MISSES},
    {"cache-references", true, false, PERF_COUNT_HW_CACHE_REFERENCES},
    {"cgroup-switches", false, false, CGROUP_SWITCHES},
    {"context-switches", false, false, PERF_COUNT_SW_CONTEXT_SWITCHES},
    {"cpu-clock", false, true, PERF_COUNT_SW_CPU_CLOCK},
    {"cpu-migrations", false, false, PERF_COUNT_SW_CPU_MIGRATIONS},
    {"cycles", true, false, PERF_COUNT_HW_CPU_CYCLES},
    {"emulation-faults", false, false, PERF_COUNT_SW_EMULATION_FAULTS},
    {"instructions", true, false, PERF_COUNT_HW_INSTRUCTIONS},
    {"major-faults", false, false, PERF_COUNT_SW_PAGE_FAULTS_MAJ},
    {"minor-faults", false, false, PERF_COUNT_SW_PAGE_FAULTS_MIN},
    {"page-faults", false, false, PERF_COUNT_SW_PAGE_FAULTS},
    {"ref-cycles", true, false, PERF_COUNT_HW_REF_CPU_CYCLES},
    {"stalled-cycles-backend", true, false,
     PERF_COUNT_HW_STALLED_CYCLES_BACKEND},
    {"stalled-cycles-frontend", true, false,
     PERF_COUNT_HW_STALLED_CYCLES_FRONTEND},
    {"task-clock", false, true, PERF_COUNT_SW_TASK_CLOCK},
    {NULL, false, false, 0}};

int
lx_perf_event(const struct lx_perfcounter *counter, int folder, int cpu)
{
    struct perf_event_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.size = sizeof(attr);
    attr.type = counter->hardware ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE;
    attr.config = counter->config;
    attr.disabled = 1;
    attr.read_format =
        PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    return lx_fd_park((int)syscall(
        SYS_perf_event_open, &attr, folder, cpu, -1,
        PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC));
}

/* -- The processors ------------------------------------------------------- */

static bool
TakeCpu(const char **text, int *cpu)
{
    size_t len = strspn(*text, "0123456789");
    char digits[8];
    unsigned long value;

    if (len == 0 || len >= sizeof(digits)) {
        return false;
    }
    memcpy(digits, *text, len);
    digits[len] = '\0';
    *text += len;
    if (!lx_number(digits, &value)) {
        return false;
    }
    *cpu = (int)value;
    return true;
}

int
lx_perf_cpus(const char *text, int *cpus, int max)
{
    int count = 0;

    do {
        int first, last;

        if (!TakeCpu(&text, &first)) {
            return -1;
        }
        last = first;
        if (*text == '-' && (text++, !TakeCpu(&text, &last))) {
            return -1;
        }
        if (last < first || last - first >= max - count) {
            return -1;
        }
        for (; first <= last; first++) {
            cpus[count++] = first;
        }
    } while (*text == ',' && text++);
    return *text == '\0' || strcmp(text, "\n") == 0 ? count : -1;
}

static int
Online(int cpus[CPUS], struct lx_err *err)
{
    static const char path[] = "/sys/devices/system/cpu/online";
    char text[4096];
    int count;

    if (lx_read_file(path, text, sizeof(text)) < 0) {
        lx_fail(err, errno, "cannot find the processors in %q", path);
        lx_hint(err, "sysfs is to be mounted at /sys");
        return -1;
    }
    count = lx_perf_cpus(text, cpus, CPUS);
    return count > 0
        ? count
        : lx_fail(err, EINVAL, "cannot find the processors in %q", path);
}

/* -- Opening -------------------------------------------------------------- */

/*
 * The hierarchy in which the group is counted.
 */
static int
Where(struct lx_group *group, struct lx_err *err)
{
    const struct lx_cgroups *cgroups = group->cgroups;
    int index = lx_cgroups_of(cgroups, LX_CG_PERF);
    unsigned where;

    if (lx_group_need(group, &where, err) != 0) {
        return -1;
    }
    if (index < 0) {
        index = cgroups->unified;
    }
    if (index < 0) {
        return lx_cgroups_need(cgroups, LX_CG_PERF, err);
    }
    return where & (1u << index) ? index
                                 : lx_fail(
                                     err, ENOENT, "there is no group %q",
                                     lx_group_full(group, index, NULL));
}

/*
 * On all processors; one may lack what others have, where they are of two
 * kinds.
 */
static int
OpenCounter(
    struct lx_group *group, const struct lx_perf *perf, int at, int folder,
    const int *cpus, struct lx_err *err)
{
    int *fds = &perf->fds[at * perf->cpus];
    int opened = 0, errnum = ENOENT;

    for (int i = 0; i < perf->cpus; i++) {
        fds[i] = lx_perf_event(lx_perf_counter(perf, at), folder, cpus[i]);
        if (fds[i] >= 0) {
            opened++;
            continue;
        }
        errnum = errno;
        if (errnum != ENOENT && errnum != ENODEV) {
            break;
        }
    }
    if (opened > 0 && (errnum == ENOENT || errnum == ENODEV)) {
        return 0;
    }
    errno = errnum;
    return lx_perf_why(
        group, lx_perf_counter(perf, at), folder, cpus[0], perf->events, err);
}

static int
Alloc(struct lx_perf *perf, struct lx_err *err)
{
    size_t events = (size_t)perf->counters * (size_t)perf->cpus;

    perf->events = (int)events;
    perf->which = calloc((size_t)perf->counters, sizeof(perf->which[0]));
    perf->fds = calloc(events, sizeof(perf->fds[0]));
    perf->base = calloc(events, sizeof(perf->base[0]));
    if (perf->which == NULL || perf->fds == NULL || perf->base == NULL) {
        lx_perf_close(perf);
        return lx_fail(err, ENOMEM, "cannot count events");
    }
    for (size_t i = 0; i < events; i++) {
        perf->fds[i] = -1;
    }
    return 0;
}

int
lx_perf_open(
    struct lx_group *group, const int *which, int count, bool enable,
    struct lx_perf *perf, struct lx_err *err)
{
    int cpus[CPUS] = {0};
    int index = Where(group, err);
    LX_AUTOCLOSE int folder = -1;

    memset(perf, 0, sizeof(*perf));
    if (index < 0 || (perf->cpus = Online(cpus, err)) <= 0) {
        return -1;
    }
    perf->counters = count;
    if (Alloc(perf, err) != 0) {
        return -1;
    }
    folder =
        lx_fd_high(lx_group_open(group, index, NULL, O_RDONLY | O_DIRECTORY));
    if (folder < 0) {
        lx_fail(
            err, errno, "cannot open %q", lx_group_full(group, index, NULL));
        lx_perf_close(perf);
        return -1;
    }
    for (int i = 0; i < count; i++) {
        perf->which[i] = which[i];
        if (OpenCounter(group, perf, i, folder, cpus, err) != 0) {
            lx_perf_close(perf);
            return -1;
        }
    }
    if (enable && lx_perf_enable(perf, true, err) != 0) {
        lx_perf_close(perf);
        return -1;
    }
    return 0;
}

void
lx_perf_close(struct lx_perf *perf)
{
    for (int i = 0; perf->fds != NULL && i < perf->events; i++) {
        lx_fd_close(&perf->fds[i]);
    }
    free(perf->which);
    free(perf->fds);
    free(perf->base);
    memset(perf, 0, sizeof(*perf));
}

/* -- Counting ------------------------------------------------------------- */

int
lx_perf_enable(const struct lx_perf *perf, bool enable, struct lx_err *err)
{
    for (int i = 0; i < perf->events; i++) {
        if (perf->fds[i] >= 0
            && ioctl(
                   perf->fds[i],
                   enable ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0)
                != 0) {
            return lx_fail(
                err, errno, "cannot %s counter %s",
                enable ? "enable" : "disable",
                lx_perf_counter(perf, i / perf->cpus)->name);
        }
    }
    return 0;
}

/*
 * Since it was opened. Memory layout: as the read_format of lx_perf_event says.
 */
static int
ReadOne(
    const struct lx_perf *perf, int i, struct lx_perfvalue *value,
    struct lx_err *err)
{
    uint64_t words[3] = {0, 0, 0};

    if (perf->fds[i] >= 0
        && read(perf->fds[i], words, sizeof(words)) != sizeof(words)) {
        return lx_fail(
            err, errno, "cannot read counter %s",
            lx_perf_counter(perf, i / perf->cpus)->name);
    }
    value->count = words[0];
    value->enabled = words[1];
    value->running = words[2];
    return 0;
}

void
lx_perf_add(struct lx_perfvalue *sum, const struct lx_perfvalue *value)
{
    uint64_t count = value->count;

    if (value->running > 0 && value->running < value->enabled) {
        count =
            (uint64_t)((__uint128_t)count * value->enabled / value->running);
    }
    sum->count += count;
    sum->enabled += value->enabled;
    sum->running += value->running;
}

int
lx_perf_read(
    const struct lx_perf *perf, struct lx_perfvalue *values, struct lx_err *err)
{
    for (int i = 0; i < perf->counters; i++) {
        memset(&values[i], 0, sizeof(values[i]));
        for (int j = 0; j < perf->cpus; j++) {
            int at = i * perf->cpus + j;
            struct lx_perfvalue value = {0, 0, 0};

            if (ReadOne(perf, at, &value, err) != 0) {
                return -1;
            }
            value.count -= perf->base[at].count;
            value.enabled -= perf->base[at].enabled;
            value.running -= perf->base[at].running;
            lx_perf_add(&values[i], &value);
        }
        if (lx_perf_counter(perf, i)->clock) {
            values[i].count /= 1000;
        }
    }
    return 0;
}

/*
 * The kernel's own reset leaves the times as they are.
 */
int
lx_perf_reset(const struct lx_perf *perf, struct lx_err *err)
{
    for (int i = 0; i < perf->events; i++) {
        struct lx_perfvalue value;

        if (ReadOne(perf, i, &value, err) != 0) {
            return -1;
        }
        perf->base[i] = value;
    }
    return 0;
}
