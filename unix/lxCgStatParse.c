/*
 * lxCgStatParse.c --
 *
 *      The formats of the files in which the kernel counts, a line at a time,
 *      in place. What is not understood is left out.
 */

#include <string.h>
#include <unistd.h>

#include "lx.h"

/* As much as version 1 can count, less what it rounds by: the largest of huge
 * pages. */
#define UNLIMITED1 (INT64_MAX - (INT64_C(16) << 30))

/* -- Numbers -------------------------------------------------------------- */

/*
 * Digits at the beginning. Returns what follows; NULL: none, or too many.
 */
static const char *
Digits(const char *text, uint64_t *value)
{
    const char *next = text;

    *value = 0;
    for (; *next >= '0' && *next <= '9'; next++) {
        if (__builtin_mul_overflow(*value, 10, value)
            || __builtin_add_overflow(*value, (uint64_t)(*next - '0'), value)) {
            return NULL;
        }
    }
    return next > text ? next : NULL;
}

bool
lx_stat_number(const char *text, uint64_t *value)
{
    const char *end = Digits(text, value);

    return end != NULL && (*end == '\0' || (*end == '\n' && end[1] == '\0'));
}

/*
 * "12.34", no more and no less.
 */
static bool
Hundredths(const char *text, uint64_t *value)
{
    const char *point = Digits(text, value);
    uint64_t after;

    return point != NULL && point[0] == '.' && strlen(point) == 3
        && lx_stat_number(point + 1, &after)
        && !__builtin_mul_overflow(*value, 100, value)
        && !__builtin_add_overflow(*value, after, value);
}

/*
 * value * times / over, where what comes of it can be held.
 */
static uint64_t
Scaled(uint64_t value, uint64_t times, uint64_t over)
{
    if (over == 0) {
        long ticks = sysconf(_SC_CLK_TCK);

        over = ticks > 0 ? (uint64_t)ticks : 100;
    }
    if (times % over == 0) {
        return value * (times / over);
    }
    return value / over * times + value % over * times / over;
}

/*
 * What stands for a value in any file.
 */
static void
Value(const struct lx_statsink *sink, const char *key, const char *text)
{
    uint64_t value;

    if (lx_stat_number(text, &value)) {
        sink->number(sink->arg, key, value);
    } else if (Hundredths(text, &value)) {
        sink->hundredths(sink->arg, key, value);
    } else {
        sink->text(sink->arg, key, text);
    }
}

/*
 * Cuts a word off, which a blank ends. Returns what follows it.
 */
static char *
Cut(char *word)
{
    while (*word != '\0' && *word != ' ' && *word != '\t') {
        word++;
    }
    while (*word == ' ' || *word == '\t') {
        *word++ = '\0';
    }
    return word;
}

/* -- One value ------------------------------------------------------------ */

static bool
Single(
    char *line, uint64_t over, const struct lx_statfile *file,
    const struct lx_statsink *sink)
{
    uint64_t value;

    Cut(line);
    if (!lx_stat_number(line, &value)) {
        return false;
    }
    sink->number(sink->arg, file->key, value / over);
    return true;
}

bool
lx_stat_single(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    Cut(line);
    if (strcmp(line, "max") == 0) {
        sink->text(sink->arg, file->key, line);
        return true;
    }
    return Single(line, 1, file, sink);
}

bool
lx_stat_limit(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    uint64_t value;

    Cut(line);
    if (!lx_stat_number(line, &value) || value < UNLIMITED1) {
        return lx_stat_single(line, file, sink);
    }
    sink->text(sink->arg, file->key, "max");
    return true;
}

bool
lx_stat_nanoseconds(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    return Single(line, 1000, file, sink);
}

/* -- Keys and values ------------------------------------------------------ */

static bool
Renamed(
    const char *key, uint64_t value, const struct lx_statname *names,
    const struct lx_statsink *sink)
{
    for (; names != NULL && names->from != NULL; names++) {
        if (names->from[0] == key[0] && strcmp(names->from, key) == 0) {
            if (names->to == NULL) {
                return false;
            }
            sink->number(
                sink->arg, names->to, Scaled(value, names->times, names->over));
            return true;
        }
    }
    sink->number(sink->arg, key, value);
    return true;
}

bool
lx_stat_flat(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    const char *text = Cut(line);
    uint64_t value;

    return line[0] != '\0' && lx_stat_number(text, &value)
        && Renamed(line, value, file->names, sink);
}

/*
 * Version 1 counts the group alone, and with "total_" before the key what is
 * in it as well, as version 2 does.
 */
bool
lx_stat_total(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    static const char prefix[] = "total_";
    size_t len = sizeof(prefix) - 1;

    return strncmp(line, prefix, len) == 0
        && lx_stat_flat(line + len, file, sink);
}

/* -- Of devices and resources --------------------------------------------- */

/*
 * A device that has counted nothing may stand there without a value, and up to
 * Linux 6.x without a newline: the next one follows it in the same line.
 */
bool
lx_stat_nested(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    const char *name = NULL;
    bool begun = false;

    (void)file;
    while (*line != '\0') {
        char *word = line, *equals;

        line = Cut(word);
        equals = strchr(word, '=');
        if (equals == NULL) {
            if (begun) {
                sink->end(sink->arg);
                begun = false;
            }
            name = word;
        } else if (name != NULL && name[0] != '\0' && equals > word) {
            *equals = '\0';
            if (!begun) {
                sink->begin(sink->arg, name);
                begun = true;
            }
            Value(sink, word, equals + 1);
        }
    }
    if (begun) {
        sink->end(sink->arg);
    }
    return begun;
}

/*
 * file->key: "bytes" or "ios". Sync and Async, or Total, are the same once
 * more. A file that has only zeros has no figures: the kernel counts
 * elsewhere, or not at all.
 */
bool
lx_stat_blkio(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    static const char *const operations[] = {"Read", "Write", "Discard"};
    static const char letters[] = "rwd";
    char *operation = Cut(line);
    const char *text = Cut(operation);
    char key[16];
    uint64_t value;

    if (line[0] == '\0' || !lx_stat_number(text, &value)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (strcmp(operation, operations[i]) == 0) {
            lx_format(key, sizeof(key), "%c%s", letters[i], file->key);
            sink->begin(sink->arg, line);
            sink->number(sink->arg, key, value);
            sink->end(sink->arg);
            return value != 0;
        }
    }
    return false;
}

/*
 * Of the events of a resource only "max" is known.
 */
bool
lx_stat_resource(
    char *line, const struct lx_statfile *file, const struct lx_statsink *sink)
{
    const char *text = Cut(line);
    uint64_t value;

    if (strstr(file->name, ".events") != NULL) {
        char *event = strrchr(line, '.');

        if (event == NULL || strcmp(event, ".max") != 0) {
            return false;
        }
        *event = '\0';
    }
    if (line[0] == '\0'
        || (strcmp(text, "max") != 0 && !lx_stat_number(text, &value))) {
        return false;
    }
    sink->begin(sink->arg, line);
    Value(sink, file->key, text);
    sink->end(sink->arg);
    return true;
}

/* -- Lines ---------------------------------------------------------------- */

size_t
lx_stat_lines(
    char *buf, size_t len, bool last, const struct lx_statfile *file,
    const struct lx_statsink *sink, bool *figures)
{
    char *line = buf, *end = buf + len;

    while (line < end) {
        char *newline = memchr(line, '\n', (size_t)(end - line));

        if (newline == NULL) {
            if (!last) {
                break;
            }
            newline = end;
        }
        *newline = '\0';
        if (file->parse(line, file, sink)) {
            *figures = true;
        }
        line = newline + 1;
    }
    return line < end ? (size_t)(line - buf) : len;
}
