/*
 * lxSetting.c --
 *
 *      Settings of a process that are one system call each.
 */

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lx.h"

int
lx_chdir_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const char *path = args;

    if (LX_SYS(kernel, chdir, "s", path) != 0) {
        return lx_fail(err, errno, "cannot change directory to %q", path);
    }
    return 0;
}

int
lx_umask_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    (void)err;
    LX_SYS(kernel, umask, "o", *(const mode_t *)args);
    return 0;
}

int
lx_nonewprivs_run(
    struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    (void)args;
    if (LX_SYS(kernel, prctl, "Pdddd", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return lx_fail(err, errno, "cannot give up new privileges");
    }
    return 0;
}

int
lx_setsid_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    (void)args;
    if (LX_SYS(kernel, setsid, "", 0) < 0) {
        lx_fail(err, errno, "cannot start a session");
        if (err->errnum == EPERM) {
            lx_hint(err, "this process leads a process group already");
        }
        return -1;
    }
    return 0;
}
