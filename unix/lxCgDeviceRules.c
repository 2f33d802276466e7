/*
 * lxCgDeviceRules.c --
 *
 *      Which devices a group may use, as version 1 of control groups has it:
 *      a default, and exceptions from it. Rules without the kernel.
 */

#include <errno.h>
#include <string.h>

#include "lx.h"

/* -- Two rules ------------------------------------------------------------ */

static bool
SameDevices(const struct lx_devrule *a, const struct lx_devrule *b)
{
    return a->type == b->type && a->major == b->major && a->minor == b->minor;
}

static bool
CoversNumber(uint32_t a, uint32_t b)
{
    return a == LX_DEVICE_ANY || a == b;
}

/*
 * Each device of b is one of a's.
 */
static bool
Covers(const struct lx_devrule *a, const struct lx_devrule *b)
{
    return a->type == b->type && CoversNumber(a->major, b->major)
        && CoversNumber(a->minor, b->minor);
}

/*
 * They have devices in common, and an access too.
 */
static bool
Meets(const struct lx_devrule *a, const struct lx_devrule *b)
{
    return a->type == b->type && (a->access & b->access) != 0
        && (CoversNumber(a->major, b->major) || b->major == LX_DEVICE_ANY)
        && (CoversNumber(a->minor, b->minor) || b->minor == LX_DEVICE_ANY);
}

/*
 * What they have in common, of two that meet.
 */
static struct lx_devrule
Common(const struct lx_devrule *a, const struct lx_devrule *b)
{
    struct lx_devrule common = *a;

    common.major = a->major == LX_DEVICE_ANY ? b->major : a->major;
    common.minor = a->minor == LX_DEVICE_ANY ? b->minor : a->minor;
    common.access = a->access & b->access;
    return common;
}

/* -- Exceptions ----------------------------------------------------------- */

static const struct lx_devrule *
FindMeeting(const struct lx_devices *devices, const struct lx_devrule *rule)
{
    for (int i = 0; i < devices->count; i++) {
        if (Meets(&devices->list[i], rule)) {
            return &devices->list[i];
        }
    }
    return NULL;
}

/*
 * One that covers all of it: the kernel does not add two of them up.
 */
static bool
IsCovered(const struct lx_devices *devices, const struct lx_devrule *rule)
{
    for (int i = 0; i < devices->count; i++) {
        if (Covers(&devices->list[i], rule)
            && (rule->access & ~devices->list[i].access) == 0) {
            return true;
        }
    }
    return false;
}

bool
lx_devices_add(struct lx_devices *devices, const struct lx_devrule *rule)
{
    for (int i = 0; i < devices->count; i++) {
        if (SameDevices(&devices->list[i], rule)) {
            devices->list[i].access |= rule->access;
            return true;
        }
    }
    if (devices->count == LX_DEVICE_RULES) {
        return false;
    }
    devices->list[devices->count++] = *rule;
    return true;
}

/*
 * That one, and what is narrower.
 */
void
lx_devices_remove(struct lx_devices *devices, const struct lx_devrule *rule)
{
    int kept = 0;

    for (int i = 0; i < devices->count; i++) {
        struct lx_devrule left = devices->list[i];

        if (Covers(rule, &left)) {
            left.access &= ~rule->access;
        }
        if (left.access != 0) {
            devices->list[kept++] = left;
        }
    }
    devices->count = kept;
}

bool
lx_devices_same(const struct lx_devices *a, const struct lx_devices *b)
{
    if (a->allow != b->allow || a->count != b->count) {
        return false;
    }
    for (int i = 0; i < a->count; i++) {
        int found = 0;

        while (found < b->count
               && !(
                   SameDevices(&a->list[i], &b->list[found])
                   && a->list[i].access == b->list[found].access)) {
            found++;
        }
        if (found == b->count) {
            return false;
        }
    }
    return true;
}

/*
 * May a process do that?
 */
static bool
May(const struct lx_devices *devices, const struct lx_devrule *rule)
{
    return devices->allow ? FindMeeting(devices, rule) == NULL
                          : IsCovered(devices, rule);
}

/* -- Changes -------------------------------------------------------------- */

static int
TooMany(struct lx_err *err)
{
    return lx_refuse(
        err, "CGROUP", "TOOMANY", "more than %d device rules in one group",
        LX_DEVICE_RULES);
}

static int
NotAbove(const struct lx_devrule *rule, struct lx_err *err)
{
    char text[LX_DEVICE_TEXT];

    lx_fail(
        err, EPERM, "cannot allow %s",
        rule->type == 'a' ? "all" : lx_devrule_text(rule, text));
    lx_hint(
        err, "the group above does not allow it, and none can be allowed more");
    return -1;
}

/*
 * A wider exception stands against the rule, and has none itself.
 */
static int
Overlap(
    const struct lx_devchange *change, const struct lx_devrule *wider,
    struct lx_err *err)
{
    char text[LX_DEVICE_TEXT], widerText[LX_DEVICE_TEXT];
    const char *word = change->allow ? "allow" : "deny";
    const char *stands = change->allow ? "deny" : "allow";

    lx_devrule_text(&change->rule, text);
    lx_devrule_text(wider, widerText);
    lx_refuse(
        err, "CGROUP", "OVERLAP",
        "cannot %s %s: \"%s {%s}\" stands, and takes no exceptions", word, text,
        stands, widerText);
    lx_hint(
        err, "\"%s {%s}\" takes it away; or begin anew with \"%s all\"", word,
        widerText, word);
    return -1;
}

static int
ChangeAll(
    struct lx_devices *devices, const struct lx_devices *above,
    const struct lx_devchange *change, struct lx_err *err)
{
    if (change->allow && above != NULL) {
        if (!above->allow) {
            return NotAbove(&change->rule, err);
        }
        memcpy(devices, above, sizeof(*devices));
        return 0;
    }
    devices->allow = change->allow;
    devices->count = 0;
    return 0;
}

int
lx_devices_change(
    struct lx_devices *devices, const struct lx_devices *above,
    const struct lx_devchange *change, struct lx_err *err)
{
    const struct lx_devrule *rule = &change->rule, *wider;

    if (rule->type == 'a') {
        return ChangeAll(devices, above, change, err);
    }
    if (change->allow && above != NULL && !May(above, rule)) {
        return NotAbove(rule, err);
    }
    if (change->allow != devices->allow) {
        return lx_devices_add(devices, rule) ? 0 : TooMany(err);
    }
    lx_devices_remove(devices, rule);
    wider = FindMeeting(devices, rule);
    return wider == NULL ? 0 : Overlap(change, wider, err);
}

/* -- Below another group -------------------------------------------------- */

/*
 * The exceptions of both.
 */
static bool
Join(struct lx_devices *devices, const struct lx_devices *above)
{
    for (int i = 0; i < above->count; i++) {
        if (!lx_devices_add(devices, &above->list[i])) {
            return false;
        }
    }
    return true;
}

/*
 * What is an exception of each: first those that stand, with what is left of
 * their access.
 */
static bool
Intersect(struct lx_devices *devices, const struct lx_devices *above)
{
    struct lx_devices own = *devices;

    devices->count = 0;
    for (int i = 0; i < own.count; i++) {
        struct lx_devrule rule = own.list[i];

        for (unsigned bit = 1; bit < LX_DEV_ACCESS; bit <<= 1) {
            rule.access = own.list[i].access & bit;
            if (rule.access != 0 && IsCovered(above, &rule)) {
                lx_devices_add(devices, &rule);
            }
        }
    }
    for (int i = 0; i < own.count; i++) {
        for (int j = 0; j < above->count; j++) {
            struct lx_devrule common;

            if (!Meets(&own.list[i], &above->list[j])) {
                continue;
            }
            common = Common(&own.list[i], &above->list[j]);
            if (!IsCovered(devices, &common)
                && !lx_devices_add(devices, &common)) {
                return false;
            }
        }
    }
    return true;
}

bool
lx_devices_restrict(struct lx_devices *devices, const struct lx_devices *above)
{
    const struct lx_devices *denied = above;
    struct lx_devices own;

    if (devices->allow == above->allow) {
        return devices->allow ? Join(devices, above)
                              : Intersect(devices, above);
    }
    if (devices->allow) {
        own = *devices;
        *devices = *above;
        denied = &own;
    }
    for (int i = 0; i < denied->count; i++) {
        lx_devices_remove(devices, &denied->list[i]);
    }
    return true;
}
