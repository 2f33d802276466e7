/*
 * lxChildGroup.c --
 *
 *      A new process enters its groups. Runs in the child, before anything
 *      else that can be seen: what it makes later, namespaces and processes,
 *      has the groups from it.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lxChild.h"

/*
 * "0" is the writer. The descriptor that wrote goes at once: no link in an
 * untrusted root may lead to it.
 */
static int
Enter(
    struct lx_kernel *kernel, int fd, const struct lx_birth *birth,
    struct lx_err *err)
{
    if (fd < 0 || LX_SYS(kernel, write, "fsd", fd, "0", 1) < 0) {
        return lx_fail(
            err, errno, "cannot start a process in group %q", birth->path);
    }
    LX_SYS(kernel, close, "f", fd);
    return 0;
}

static int
EnterOne(struct lx_child *child, int i, struct lx_err *err)
{
    const struct lx_births *births = child->launch->births;
    const struct lx_birth *birth = &births->list[i];
    struct lx_kernel *kernel = child->kernel;
    int fd;

    if (i != births->into) {
        return Enter(kernel, birth->fd, birth, err);
    }
    if (!child->bornThere) {
        fd = (int)LX_SYS(
            kernel, openat, "fsO=", birth->fd, "cgroup.procs",
            O_WRONLY | O_CLOEXEC);
        if (Enter(kernel, fd, birth, err) != 0) {
            return -1;
        }
    }
    LX_SYS(kernel, close, "f", birth->fd);
    return 0;
}

/*
 * A cgroup namespace has for its root the groups in which it is made: so it
 * comes after them. Where namespaces are joined it is made with the others.
 */
int
lx_child_groups(struct lx_child *child, bool joins, struct lx_err *err)
{
    const struct lx_launch *launch = child->launch;

    if (launch->births == NULL) {
        return 0;
    }
    for (int i = 0; i < launch->births->count; i++) {
        if (EnterOne(child, i, err) != 0) {
            err->birth = i + 1;
            return -1;
        }
    }
    if (!joins && (launch->newKinds & LX_KIND_BIT(LX_CGROUP))
        && LX_SYS(child->kernel, unshare, "n", CLONE_NEWCGROUP) != 0) {
        lx_fail(err, errno, "cannot create a cgroup namespace");
        err->gates = LX_KIND_BIT(LX_CGROUP);
        return -1;
    }
    return 0;
}
