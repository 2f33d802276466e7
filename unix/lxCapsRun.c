/*
 * lxCapsRun.c --
 *
 *      Capabilities set and dropped, by bare system calls: a thread's sets,
 *      and what becomes of them at the next exec. See capabilities(7).
 */

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#define BIT(capability) (UINT64_C(1) << (capability))
#define NUMBERS 64

static struct __user_cap_header_struct
Header(void)
{
    return (struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_3, 0};
}

/*
 * A recording takes it that all are there: what is shown is what happens to
 * a process that has them.
 */
static int
Get(struct lx_kernel *kernel, struct lx_caps *caps, struct lx_err *err)
{
    struct __user_cap_header_struct header = Header();
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};

    *caps = (struct lx_caps){0, 0, 0};
    if (LX_SYS(kernel, capget, "pp", &header, data) != 0) {
        return lx_fail(err, errno, "cannot read capabilities");
    }
    if (lx_recording(kernel)) {
        caps->effective = caps->permitted = lx_caps_all();
        caps->inheritable = 0;
        return 0;
    }
    caps->effective = data[0].effective | (uint64_t)data[1].effective << 32;
    caps->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    caps->inheritable =
        data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return 0;
}

static long
Set(struct lx_kernel *kernel, const struct lx_caps *caps)
{
    struct __user_cap_header_struct header = Header();
    struct __user_cap_data_struct data[2] = {
        {(uint32_t)caps->effective, (uint32_t)caps->permitted,
         (uint32_t)caps->inheritable},
        {(uint32_t)(caps->effective >> 32), (uint32_t)(caps->permitted >> 32),
         (uint32_t)(caps->inheritable >> 32)}};

    return LX_SYS(kernel, capset, "pC", &header, data);
}

/*
 * The first of a set that is not empty.
 */
static const char *
First(const struct lx_capset *set, uint64_t mask)
{
    return set->names[__builtin_ctzll(mask)];
}

static void
HintForSet(const struct lx_capset *set, struct lx_err *err)
{
    struct lx_kernel kernel = {NULL, NULL, 0};
    struct lx_err ignored;
    struct lx_caps have;
    uint64_t missing;

    if (err->errnum != EPERM || Get(&kernel, &have, &ignored) != 0) {
        return;
    }
    missing = set->caps.effective & ~set->caps.permitted;
    if (missing != 0) {
        lx_hint(
            err, "%s can be effective only where it is permitted too",
            First(set, missing));
        return;
    }
    missing = set->caps.permitted & ~have.permitted;
    if (missing != 0) {
        lx_hint(
            err,
            "%s is not permitted to this process, and what is lost does "
            "not come back%s",
            First(set, missing),
            have.permitted == 0
                ? "; a change of user keeps them with \"user UID -keepcaps 1\""
                : "");
        return;
    }
    missing = set->caps.inheritable & ~have.inheritable & ~have.permitted;
    if (missing != 0) {
        lx_hint(
            err,
            "%s can be made inheritable only where it is permitted, or "
            "with CAP_SETPCAP",
            First(set, missing));
        return;
    }
    lx_hint(
        err, "what is inheritable must be in the bounding set (caps bound)");
}

int
lx_caps_set_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_capset *set = args;

    if (Set(kernel, &set->caps) != 0) {
        lx_fail(err, errno, "cannot set capabilities");
        HintForSet(set, err);
        return -1;
    }
    return 0;
}

/*
 * Without CAP_SETPCAP none goes from the bounding set, so that a refusal
 * comes before anything has changed; one that is gone already is no matter.
 */
static int
DropBound(
    struct lx_kernel *kernel, const struct lx_capset *set, struct lx_err *err)
{
    for (int i = 0; i < NUMBERS; i++) {
        if (!(set->mask & BIT(i))
            || LX_SYS(kernel, prctl, "PK", PR_CAPBSET_DROP, i) == 0) {
            continue;
        }
        lx_fail(
            err, errno, "cannot drop %s from the bounding set", set->names[i]);
        if (syscall(SYS_prctl, PR_CAPBSET_READ, i) == 0) {
            continue;
        }
        if (err->errnum == EPERM) {
            lx_hint(err, "it takes CAP_SETPCAP");
        }
        return -1;
    }
    return 0;
}

int
lx_caps_bound_run(
    struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    return DropBound(kernel, args, err);
}

/*
 * The bounding set comes first, while CAP_SETPCAP may be there. What is
 * neither permitted nor inheritable leaves the ambient set by itself.
 */
int
lx_caps_drop_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_capset *set = args;
    struct lx_caps caps;

    if (DropBound(kernel, set, err) != 0 || Get(kernel, &caps, err) != 0) {
        return -1;
    }
    caps.effective &= ~set->mask;
    caps.permitted &= ~set->mask;
    caps.inheritable &= ~set->mask;
    if (Set(kernel, &caps) != 0) {
        return lx_fail(err, errno, "cannot drop capabilities");
    }
    return 0;
}

static int
NotAmbient(struct lx_err *err, int errnum, const char *name)
{
    return lx_fail(err, errnum, "cannot raise %s in the ambient set", name);
}

/*
 * What would refuse to raise one is looked for first: the set is emptied only
 * when it can be filled again.
 */
static int
CheckAmbient(
    struct lx_kernel *kernel, const struct lx_capset *set, struct lx_err *err)
{
    struct lx_caps have;
    uint64_t missing;
    long bits;

    if (Get(kernel, &have, err) != 0) {
        return -1;
    }
    missing = set->mask & ~(have.permitted & have.inheritable);
    if (missing != 0 && !lx_recording(kernel)) {
        NotAmbient(err, EPERM, First(set, missing));
        lx_hint(
            err,
            "it must be permitted and inheritable before, as by \"caps "
            "set %s=eip\"",
            First(set, missing));
        return -1;
    }
    bits = LX_SYS(kernel, prctl, "P", PR_GET_SECUREBITS);
    if (bits > 0 && (bits & SECBIT_NO_CAP_AMBIENT_RAISE)) {
        NotAmbient(err, EPERM, First(set, set->mask));
        lx_hint(err, "the securebits of this process forbid it");
        return -1;
    }
    return 0;
}

int
lx_caps_ambient_run(
    struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_capset *set = args;

    if (set->mask != 0 && CheckAmbient(kernel, set, err) != 0) {
        return -1;
    }
    if (LX_SYS(
            kernel, prctl, "PBddd", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0,
            0, 0)
        != 0) {
        return lx_fail(err, errno, "cannot clear the ambient set");
    }
    for (int i = 0; i < NUMBERS; i++) {
        if ((set->mask & BIT(i))
            && LX_SYS(
                   kernel, prctl, "PBKdd", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
                   i, 0, 0)
                != 0) {
            return NotAmbient(err, errno, set->names[i]);
        }
    }
    return 0;
}
