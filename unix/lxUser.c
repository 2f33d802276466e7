/*
 * lxUser.c --
 *
 *      Who a process is: its ids and groups.
 */

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

static int
NotGroups(const struct lx_user *user, struct lx_err *err)
{
    int errnum = errno;

    if (user->groupCount > 0) {
        lx_fail(err, errnum, "cannot set the supplementary groups");
    } else {
        lx_fail(err, errnum, "cannot drop the supplementary groups");
    }
    if (errnum == EINVAL) {
        lx_hint(
            err,
            "one of them is not mapped in this user namespace: its "
            "gid_map must cover it");
    } else if (errnum == EPERM && !lx_capable(CAP_SETGID)) {
        lx_hint(err, "it takes CAP_SETGID");
    } else if (errnum == EPERM) {
        lx_hint(
            err,
            "this user namespace has given up setgroups (\"deny\" in "
            "/proc/self/setgroups), as one must whose gid_map is "
            "written without CAP_SETGID: a map by newgidmap (auto) "
            "keeps it, and \"keep\" as GROUPS leaves them as they are");
    }
    return -1;
}

static int
SetGroups(
    struct lx_kernel *kernel, const struct lx_user *user, struct lx_err *err)
{
    if (user->keepGroups
        || LX_SYS(kernel, setgroups, "dG", user->groupCount, user->groups)
            == 0) {
        return 0;
    }
    /* Where it is not allowed to drop them, there may be none to drop. */
    if (errno == EPERM && !user->groupsGiven
        && syscall(SYS_getgroups, 0, NULL) == 0) {
        return 0;
    }
    return NotGroups(user, err);
}

static int
NotId(const char *what, uint32_t id, int capability, struct lx_err *err)
{
    lx_fail(err, errno, "cannot become %s %u", what, id);
    if (err->errnum == EINVAL) {
        lx_hint(
            err,
            "%s %u is not mapped in this user namespace: its %s_map must "
            "cover it",
            what, id, what);
    } else if (err->errnum == EPERM && !lx_capable(capability)) {
        lx_hint(
            err, "it takes CAP_SET%s",
            capability == CAP_SETUID ? "UID" : "GID");
    }
    return -1;
}

/*
 * Groups first and the uid last: with it the right to change the others goes.
 */
int
lx_user_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_user *user = args;

    if (user->keepCaps
        && LX_SYS(kernel, prctl, "Pd", PR_SET_KEEPCAPS, 1) != 0) {
        return lx_fail(
            err, errno, "cannot keep capabilities over a change of user");
    }
    if (SetGroups(kernel, user, err) != 0) {
        return -1;
    }
    if (LX_SYS(kernel, setresgid, "ddd", user->gid, user->gid, user->gid)
        != 0) {
        return NotId("gid", user->gid, CAP_SETGID, err);
    }
    if (LX_SYS(kernel, setresuid, "ddd", user->uid, user->uid, user->uid)
        != 0) {
        return NotId("uid", user->uid, CAP_SETUID, err);
    }
    return 0;
}
