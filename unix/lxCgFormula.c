/*
 * lxCgFormula.c --
 *
 *      Limits and weights of version 2 as numbers of version 1, and back.
 */

#include <stdlib.h>
#include <string.h>

#include "lx.h"

/* -- Sizes ---------------------------------------------------------------- */

bool
lx_bytes_parse(const char *text, uint64_t *bytes)
{
    static const char units[] = "KMGT";
    size_t digits = strspn(text, "0123456789");
    const char *unit = NULL;
    char number[24];
    unsigned long value;

    if (digits == 0 || digits >= sizeof(number)) {
        return false;
    }
    memcpy(number, text, digits);
    number[digits] = '\0';
    if (!lx_number(number, &value)) {
        return false;
    }
    if (text[digits] != '\0') {
        unit = strchr(units, text[digits] & ~0x20);
        if (unit == NULL || *unit == '\0' || text[digits + 1] != '\0') {
            return false;
        }
    }
    *bytes = value;
    for (; unit != NULL && unit >= units; unit--) {
        if (__builtin_mul_overflow(*bytes, 1024, bytes)) {
            return false;
        }
    }
    return true;
}

/*
 * The kernel counts pages in a long: "unlimited" is the last whole page below
 * 2^63, and reads back so.
 */
bool
lx_limit1_parse(const char *text, uint64_t unit, uint64_t *bytes)
{
    unsigned long value;

    if (strcmp(text, "-1") == 0 || strcmp(text, "max") == 0) {
        *bytes = LX_MAX;
        return true;
    }
    if (!lx_number(text, &value)) {
        return false;
    }
    *bytes = value >= INT64_MAX - INT64_MAX % unit ? LX_MAX : value;
    return true;
}

uint64_t
lx_pagesize_parse(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    char size[16];
    uint64_t bytes;

    if (digits == 0 || digits + 2 > sizeof(size) || text[digits] == '\0'
        || strcmp(text + digits + 1, "B") != 0) {
        return 0;
    }
    memcpy(size, text, digits + 1);
    size[digits + 1] = '\0';
    return lx_bytes_parse(size, &bytes) ? bytes : 0;
}

/* -- Processor time ------------------------------------------------------- */

static uint64_t
Clamp(uint64_t value, uint64_t min, uint64_t max)
{
    return value < min ? min : value > max ? max : value;
}

/*
 * As the kernel itself does it: 100 is 1024, ratios are kept, and each weight
 * comes back as it was.
 */
uint64_t
lx_shares_of_weight(uint64_t weight)
{
    return Clamp((Clamp(weight, 1, 10000) * 1024 + 50) / 100, 2, 262144);
}

uint64_t
lx_weight_of_shares(uint64_t shares)
{
    return Clamp((Clamp(shares, 2, 262144) * 100 + 512) / 1024, 1, 10000);
}

/* What a process of each nice value weighs, from -20 to 19: the kernel's
 * sched_prio_to_weight; each is about 1.25 times the next. */
static const int niceWeights[40] = {
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
    9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,
    1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,
    110,   87,    70,    56,    45,    36,    29,    23,    18,    15};

uint64_t
lx_shares_of_nice(int nice)
{
    return (uint64_t)niceWeights[nice < -20 ? 0 : nice > 19 ? 39 : nice + 20];
}

/*
 * The nearest.
 */
int
lx_nice_of_shares(uint64_t shares)
{
    long wanted = (long)Clamp(shares, 0, 262144);
    int best = 0;

    for (int i = 1; i < 40; i++) {
        if (labs(niceWeights[i] - wanted) < labs(niceWeights[best] - wanted)) {
            best = i;
        }
    }
    return best - 20;
}

/*
 * Five digits after the point are a microsecond in the period. What is finer
 * is rounded.
 */
bool
lx_cores_parse(const char *text, uint64_t *quota)
{
    uint64_t sum = 0, scale = LX_CPU_PERIOD;
    bool any = false, point = false, up = false;

    for (; *text != '\0'; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (*text < '0' || *text > '9') {
            return false;
        }
        any = true;
        if (point && scale == 1) {
            up = *text >= '5';
            scale = 0;
        } else if (scale != 0) {
            if (__builtin_mul_overflow(sum, 10, &sum)
                || __builtin_add_overflow(sum, (uint64_t)(*text - '0'), &sum)) {
                return false;
            }
            scale /= point ? 10 : 1;
        }
    }
    if (!any || __builtin_mul_overflow(sum, scale == 0 ? 1 : scale, quota)
        || *quota > INT64_MAX - 1) {
        return false;
    }
    *quota += up;
    return true;
}

char *
lx_cores_format(uint64_t quota, char *buf, size_t size)
{
    unsigned long rest = quota % LX_CPU_PERIOD;
    size_t len = lx_format(buf, size, "%L", quota / LX_CPU_PERIOD);

    if (rest != 0 && len + 8 < size) {
        int digits = 5;

        for (; rest % 10 == 0; rest /= 10) {
            digits--;
        }
        buf[len] = '.';
        buf[len + (size_t)digits + 1] = '\0';
        for (; digits > 0; digits--, rest /= 10) {
            buf[len + (size_t)digits] = (char)('0' + rest % 10);
        }
    }
    return buf;
}

/* -- Memory and swap ------------------------------------------------------ */

uint64_t
lx_swap_of_sum(const struct lx_memory1 *memory)
{
    if (memory->sum == LX_MAX || memory->limit == LX_MAX) {
        return LX_MAX;
    }
    return memory->sum > memory->limit ? memory->sum - memory->limit : 0;
}

/*
 * The sum is never below the limit of memory: the kernel sees to it.
 */
enum lx_memory1_result
lx_memory1_plan(
    const struct lx_memory1 *old, const uint64_t *max, const uint64_t *swap,
    struct lx_memory1 *wanted)
{
    uint64_t room = swap != NULL ? *swap : lx_swap_of_sum(old);

    wanted->limit = max != NULL ? *max : old->limit;
    wanted->sum = LX_MAX;
    if (room == LX_MAX) {
        return LX_MEMORY1_OK;
    }
    if (wanted->limit == LX_MAX) {
        return LX_MEMORY1_NOLIMIT;
    }
    if (__builtin_add_overflow(wanted->limit, room, &wanted->sum)
        || wanted->sum > INT64_MAX) {
        return LX_MEMORY1_TOOMUCH;
    }
    return LX_MEMORY1_OK;
}

bool
lx_memory1_sumfirst(
    const struct lx_memory1 *old, const struct lx_memory1 *wanted)
{
    return wanted->sum > old->sum;
}

/* -- Class ids ------------------------------------------------------------ */

static bool
Hex(const char *text, size_t len, uint32_t max, uint32_t *value)
{
    uint64_t sum = 0;

    if (len > 8) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        static const char digits[] = "0123456789abcdef";
        char c =
            text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + 32) : text[i];
        const char *digit = c != '\0' ? strchr(digits, c) : NULL;

        if (digit == NULL) {
            return false;
        }
        sum = sum * 16 + (uint64_t)(digit - digits);
    }
    *value = (uint32_t)sum;
    return sum <= max;
}

bool
lx_classid_parse(const char *text, uint32_t *classid)
{
    const char *colon = strchr(text, ':');
    uint32_t major, minor;
    unsigned long number;

    if (colon != NULL) {
        if (colon == text || !Hex(text, (size_t)(colon - text), 0xffff, &major)
            || !Hex(colon + 1, strlen(colon + 1), 0xffff, &minor)) {
            return false;
        }
        *classid = major << 16 | minor;
        return true;
    }
    if (strncmp(text, "0x", 2) == 0) {
        return text[2] != '\0'
            && Hex(text + 2, strlen(text + 2), UINT32_MAX, classid);
    }
    if (!lx_number(text, &number) || number > UINT32_MAX) {
        return false;
    }
    *classid = (uint32_t)number;
    return true;
}
