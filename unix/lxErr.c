/*
 * lxErr.c --
 *
 *      The record of a failure.
 */

#include "lx.h"

static void
Clear(struct lx_err *err)
{
    err->errnum = 0;
    err->step = 0;
    err->gates = 0;
    err->birth = 0;
    err->area[0] = err->reason[0] = err->detail[0] = '\0';
    err->what[0] = err->hint[0] = '\0';
}

/*
 * The kernel refused: errnum says why, the format what was attempted.
 */
int
lx_fail(struct lx_err *err, int errnum, const char *fmt, ...)
{
    va_list args;

    Clear(err);
    err->errnum = errnum;
    va_start(args, fmt);
    lx_vformat(err->what, sizeof(err->what), fmt, args);
    va_end(args);
    return -1;
}

/*
 * nscg refuses: the format is the whole message.
 */
int
lx_refuse(
    struct lx_err *err, const char *area, const char *reason, const char *fmt,
    ...)
{
    va_list args;

    Clear(err);
    lx_format(err->area, sizeof(err->area), "%s", area);
    lx_format(err->reason, sizeof(err->reason), "%s", reason);
    va_start(args, fmt);
    lx_vformat(err->what, sizeof(err->what), fmt, args);
    va_end(args);
    return -1;
}

int
lx_context(struct lx_err *err, const char *fmt, ...)
{
    char inner[sizeof(err->what)];
    va_list args;
    size_t len;

    lx_format(inner, sizeof(inner), "%s", err->what);
    va_start(args, fmt);
    len = lx_vformat(err->what, sizeof(err->what), fmt, args);
    va_end(args);
    if (inner[0] != '\0' && len < sizeof(err->what)) {
        lx_format(err->what + len, sizeof(err->what) - len, ": %s", inner);
    }
    return -1;
}

void
lx_hint(struct lx_err *err, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    lx_vformat(err->hint, sizeof(err->hint), fmt, args);
    va_end(args);
}

/*
 * What the refusal is about, as a word of its own in the errorCode.
 */
void
lx_detail(struct lx_err *err, const char *detail)
{
    lx_format(err->detail, sizeof(err->detail), "%s", detail);
}
