/*
 * lxQdiscText.c --
 *
 *      Rates, times and shares: numbers with a fraction, and the kernel's
 *      units for them.
 */

#include <string.h>
#include <strings.h>

#include "lx.h"

struct decimal {
    double digits;  /* all of them, without the point */
    double divisor; /* 10 for each behind it */
    const char *rest;
};

/*
 * Not strtod(), which knows a locale, "inf" and "0x1p3". Fifteen digits are
 * exact.
 */
static bool
Decimal(const char *text, struct decimal *decimal)
{
    int count = 0;
    bool point = false;

    decimal->digits = 0;
    decimal->divisor = 1;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        decimal->digits = decimal->digits * 10 + (*text - '0');
        decimal->divisor *= point ? 10 : 1;
        count++;
    }
    decimal->rest = text;
    return count > 0 && count <= 15 && text[-1] != '.';
}

/* In the unit, rounded; false: more than max. */
static bool
Scale(const struct decimal *decimal, double unit, double max, int64_t *value)
{
    double scaled = decimal->digits * unit / decimal->divisor;

    if (!(scaled <= max)) {
        return false;
    }
    *value = (int64_t)(scaled + 0.5);
    return true;
}

static const struct {
    const char *name;
    double bits;
} units[] = {
    {"", 1},
    {"bit", 1},
    {"kbit", 1e3},
    {"mbit", 1e6},
    {"gbit", 1e9},
    {"tbit", 1e12},
    {"kibit", 1024},
    {"mibit", 1048576},
    {"gibit", 1073741824},
    {"tibit", 1099511627776},
    {"bps", 8},
    {"kbps", 8e3},
    {"mbps", 8e6},
    {"gbps", 8e9},
    {"tbps", 8e12},
    {"kibps", 8 * 1024},
    {"mibps", 8 * 1048576.0},
    {"gibps", 8 * 1073741824.0},
    {"tibps", 8 * 1099511627776.0},
};

bool
lx_rate_parse(const char *text, int64_t *rate)
{
    struct decimal decimal;

    if (!Decimal(text, &decimal)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcasecmp(units[i].name, decimal.rest) == 0) {
            return Scale(&decimal, units[i].bits / 8, LX_RATE_MAX, rate)
                && *rate > 0;
        }
    }
    return false;
}

bool
lx_ms_parse(const char *text, int64_t *ns)
{
    struct decimal decimal;

    return Decimal(text, &decimal) && decimal.rest[0] == '\0'
        && Scale(&decimal, 1e6, LX_NS_MAX, ns);
}

bool
lx_percent_parse(const char *text, int64_t *share)
{
    struct decimal decimal;

    if (!Decimal(text, &decimal)
        || (decimal.rest[0] != '\0' && strcmp(decimal.rest, "%") != 0)) {
        return false;
    }
    decimal.divisor *= 100;
    return Scale(&decimal, UINT32_MAX, UINT32_MAX, share);
}

/*
 * To six digits, which are fewer than there are shares: what was set comes
 * back.
 */
double
lx_percent(int64_t share)
{
    return (double)(int64_t)((double)share * 1e8 / UINT32_MAX + 0.5) / 1e6;
}

/* -- Ticks ---------------------------------------------------------------- */

#define TICK_NS 64 /* PSCHED_SHIFT: since Linux 2.6.31 */

uint32_t
lx_ticks_of(int64_t bytes, int64_t rate)
{
    double ticks = rate > 0 ? (double)bytes * 1e9 / (double)rate / TICK_NS : 0;

    return ticks < 1 ? 1 : ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

/*
 * The time was rounded down, so the size is rounded up; what is more than a
 * whole one by the arithmetic alone does not make it one more.
 */
int64_t
lx_ticks_bytes(uint32_t ticks, int64_t rate)
{
    double bytes = (double)ticks * TICK_NS * (double)rate / 1e9;

    return bytes < (double)INT64_MAX / 2 ? (int64_t)(bytes + 1 - 1e-6)
                                         : INT64_MAX;
}
