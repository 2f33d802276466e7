/*
 * lxRlimit.c --
 *
 *      Limits on what a process may use.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

const struct lx_resource lx_resources[] = {
    {"as", RLIMIT_AS, true},
    {"core", RLIMIT_CORE, true},
    {"cpu", RLIMIT_CPU, false},
    {"data", RLIMIT_DATA, true},
    {"fsize", RLIMIT_FSIZE, true},
    {"locks", RLIMIT_LOCKS, false},
    {"memlock", RLIMIT_MEMLOCK, true},
    {"msgqueue", RLIMIT_MSGQUEUE, true},
    {"nice", RLIMIT_NICE, false},
    {"nofile", RLIMIT_NOFILE, false},
    {"nproc", RLIMIT_NPROC, false},
    {"rss", RLIMIT_RSS, true},
    {"rtprio", RLIMIT_RTPRIO, false},
    {"rttime", RLIMIT_RTTIME, false},
    {"sigpending", RLIMIT_SIGPENDING, false},
    {"stack", RLIMIT_STACK, true},
    {NULL, 0, false}};

/*
 * Two rules refuse with EPERM: the hard limit rises only with a capability,
 * and that of nofile not above fs.nr_open even so.
 */
static void
Hint(const struct lx_rlimit *rlimit, struct lx_err *err)
{
    uint64_t present[2];
    char hard[24] = "max";

    if (err->errnum != EPERM
        || syscall(SYS_prlimit64, 0, rlimit->resource->number, NULL, present)
            != 0) {
        return;
    }
    if (present[1] != LX_UNLIMITED) {
        lx_format(hard, sizeof(hard), "%l", (long)present[1]);
    }
    if (rlimit->limits.hard <= present[1] || lx_capable(CAP_SYS_RESOURCE)) {
        lx_hint(
            err,
            "fs.nr_open is the most that nofile can be: see "
            "/proc/sys/fs/nr_open");
    } else {
        lx_hint(
            err,
            "the hard limit is %s, and only CAP_SYS_RESOURCE in the "
            "first user namespace raises it",
            hard);
    }
}

int
lx_rlimit_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_rlimit *rlimit = args;

    if (LX_SYS(
            kernel, prlimit64, "dRLp", 0, rlimit->resource->number,
            &rlimit->limits, NULL)
        != 0) {
        lx_fail(err, errno, "cannot set the limit %s", rlimit->resource->name);
        Hint(rlimit, err);
        return -1;
    }
    return 0;
}
