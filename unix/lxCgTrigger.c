/*
 * lxCgTrigger.c --
 *
 *      A trigger of pressure: of a window of time, how much may be lost in
 *      waiting before it is told.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

/* Without CAP_SYS_RESOURCE a window is a multiple of it. */
#define FREE_WINDOW 2000

static const char *const files[] = {
    [LX_PSI_CPU] = "cpu.pressure",
    [LX_PSI_IO] = "io.pressure",
    [LX_PSI_IRQ] = "irq.pressure",
    [LX_PSI_MEMORY] = "memory.pressure"};

static int
WhyNoFile(struct lx_group *group, const char *file, struct lx_err *err)
{
    lx_refuse(
        err, "CGROUP", "UNSUPPORTED", "the group %q has no %s", group->name,
        file);
    lx_detail(err, file);
    lx_hint(
        err,
        "the kernel counts pressure where it has CONFIG_PSI, is not told psi=0 "
        "on its command line, and the group's cgroup.pressure is not 0");
    return -1;
}

static void
Why(const struct lx_psi *psi, struct lx_err *err)
{
    if (err->errnum == EINVAL && psi->window % FREE_WINDOW != 0
        && !lx_capable(CAP_SYS_RESOURCE)) {
        lx_hint(
            err,
            "without CAP_SYS_RESOURCE, the kernel takes windows of 2000 ms, "
            "4000 ms and so on only");
    } else if (
        (err->errnum == EPERM || err->errnum == EACCES)
        && !lx_capable(CAP_SYS_RESOURCE)) {
        lx_hint(
            err,
            "kernels before Linux 6.5 ask for CAP_SYS_RESOURCE, whatever the "
            "window");
    } else if (err->errnum == EOPNOTSUPP) {
        lx_hint(
            err,
            "the kernel does not count pressure: psi=1 on its command "
            "line has it do so");
    } else if (err->errnum == EINVAL && psi->resource == LX_PSI_IRQ) {
        lx_hint(err, "of irq there is -full 1 only");
    }
}

int
lx_trigger_open(
    struct lx_group *group, int index, const struct lx_psi *psi,
    struct lx_err *err)
{
    const char *file = files[psi->resource];
    char text[64];
    size_t len;
    int fd = lx_group_open(group, index, file, O_RDWR | O_NONBLOCK);

    if (fd < 0 && errno == ENOENT && lx_group_has(group, index, NULL)) {
        return WhyNoFile(group, file, err);
    }
    len = lx_format(
        text, sizeof(text), "%s %d000 %d000", psi->full ? "full" : "some",
        psi->stall, psi->window);
    /* The final 0 belongs to what the kernel wants to read. */
    if (fd < 0 || write(fd, text, len + 1) < 0) {
        lx_fail(
            err, errno, "cannot watch %q for %q",
            lx_group_full(group, index, file), text);
        lx_fd_close(&fd);
        Why(psi, err);
        return -1;
    }
    return lx_fd_park(fd);
}
