/*
 * lxCaps.c --
 *
 *      What libcap knows of capabilities: their names and text forms. libcap
 *      allocates, so nothing of this runs in a child.
 */

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/capability.h>

#include "lx.h"

#define BIT(capability) (UINT64_C(1) << (capability))
#define NUMBERS 64 /* that the kernel has room for */

uint64_t
lx_caps_all(void)
{
    int count = cap_max_bits();

    return count >= NUMBERS ? UINT64_MAX : BIT(count) - 1;
}

int
lx_caps_find(const char *name)
{
    char full[40];
    size_t len;
    unsigned long number;
    cap_value_t value;

    if (lx_number(name, &number)) {
        return number < NUMBERS ? (int)number : -1;
    }
    len = lx_format(
        full, sizeof(full), "%s%s", strncasecmp(name, "cap_", 4) ? "cap_" : "",
        name);
    for (char *c = full; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    if (len >= sizeof(full) || cap_from_name(full, &value) != 0) {
        return -1;
    }
    return value;
}

/*
 * A kernel newer than libcap has capabilities whose name is their number.
 */
const char *
lx_caps_name(int capability, char buf[32])
{
    char *name = cap_to_name(capability);

    if (name != NULL) {
        lx_format(buf, 32, "%s", name);
        cap_free(name);
    } else {
        lx_format(buf, 32, "%d", capability);
    }
    return buf;
}

/*
 * All names, or NULL when memory is out.
 */
const char *const *
lx_caps_names(struct lx_pool *pool)
{
    const char **names = lx_pool_alloc(pool, NUMBERS * sizeof(*names));
    char buf[32];

    for (int i = 0; names != NULL && i < NUMBERS; i++) {
        lx_caps_name(i, buf);
        names[i] = lx_pool_string(pool, buf, strlen(buf));
        if (names[i] == NULL) {
            return NULL;
        }
    }
    return names;
}

static uint64_t
Flags(cap_t caps, cap_flag_t flag)
{
    uint64_t mask = 0;

    for (int i = 0; i < NUMBERS; i++) {
        cap_flag_value_t set = CAP_CLEAR;

        if (cap_get_flag(caps, i, flag, &set) == 0 && set == CAP_SET) {
            mask |= BIT(i);
        }
    }
    return mask;
}

int
lx_caps_parse(const char *text, struct lx_caps *caps)
{
    cap_t parsed = cap_from_text(text);

    if (parsed == NULL) {
        return -1;
    }
    caps->effective = Flags(parsed, CAP_EFFECTIVE);
    caps->permitted = Flags(parsed, CAP_PERMITTED);
    caps->inheritable = Flags(parsed, CAP_INHERITABLE);
    cap_free(parsed);
    return 0;
}

/*
 * The text form of a process's capabilities; pid 0 is this thread.
 */
int
lx_caps_text(pid_t pid, char *buf, size_t size, struct lx_err *err)
{
    cap_t caps = pid == 0 ? cap_get_proc() : cap_get_pid(pid);
    char *text = caps != NULL ? cap_to_text(caps, NULL) : NULL;
    int errnum = errno;

    if (text != NULL) {
        lx_format(buf, size, "%s", text);
    }
    cap_free(text);
    cap_free(caps);
    if (text != NULL) {
        return 0;
    }
    if (errnum == ESRCH) {
        return lx_refuse(err, "CAPS", "EXITED", "pid %d has exited", (int)pid);
    }
    return lx_fail(err, errnum, "cannot read capabilities");
}

uint64_t
lx_caps_bound(void)
{
    uint64_t mask = 0;

    for (int i = 0; i < NUMBERS; i++) {
        mask |= cap_get_bound(i) == 1 ? BIT(i) : 0;
    }
    return mask;
}

uint64_t
lx_caps_ambient(void)
{
    uint64_t mask = 0;

    for (int i = 0; i < NUMBERS; i++) {
        mask |= cap_get_ambient(i) == 1 ? BIT(i) : 0;
    }
    return mask;
}
