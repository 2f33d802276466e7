/* The files in which the kernel counts, whatever they are. Read in two parts,
 * they must say the same as read at once. The first byte says where the parts
 * meet. */

#include <stdlib.h>
#include <string.h>

#include "lx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a sink was told, in one number. */
struct told {
    uint64_t sum;
    int depth;
};

static void
Tell(struct told *told, char what, const char *text)
{
    do {
        told->sum = (told->sum ^ (unsigned char)*text ^ (unsigned)what << 8)
            * UINT64_C(1099511628211);
    } while (*text++ != '\0');
}

static void
Begin(void *arg, const char *key)
{
    struct told *told = arg;

    Tell(told, 'b', key);
    if (key[0] == '\0' || ++told->depth > 1) {
        abort();
    }
}

static void
End(void *arg)
{
    struct told *told = arg;

    Tell(told, 'e', "");
    if (told->depth-- != 1) {
        abort();
    }
}

static void
Number(void *arg, const char *key, uint64_t value)
{
    char text[24];

    lx_format(text, sizeof(text), "%x", (unsigned long)value);
    Tell(arg, 'k', key);
    Tell(arg, 'n', text);
}

static void
Text(void *arg, const char *key, const char *value)
{
    Tell(arg, 'k', key);
    Tell(arg, 't', value);
}

static struct told
Read(
    const struct lx_statfile *file, const uint8_t *data, size_t size,
    size_t first)
{
    struct told told = {0, 0};
    struct lx_statsink sink = {Begin, End, Number, Number, Text, &told};
    char *buf = malloc(size + 1);
    bool figures = false;
    size_t used = 0;

    if (buf == NULL) {
        abort();
    }
    memcpy(buf, data, size);
    if (first < size) {
        used = lx_stat_lines(buf, first, false, file, &sink, &figures);
        if (used > first) {
            abort();
        }
    }
    if (lx_stat_lines(buf + used, size - used, true, file, &sink, &figures)
            != size - used
        || told.depth != 0 || (figures && told.sum == 0)) {
        abort();
    }
    free(buf);
    return told;
}

/*
 * Is one before it read in the same way?
 */
static bool
IsLike(const struct lx_statfile *file)
{
    for (const struct lx_statfile *other = lx_statfiles; other < file;
         other++) {
        if (other->parse == file->parse && other->names == file->names
            && (strstr(other->name, "events") == NULL)
                == (strstr(file->name, "events") == NULL)) {
            return true;
        }
    }
    return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t first;

    if (size < 1) {
        return 0;
    }
    first = *data++;
    size--;
    first = size > 0 ? first * 7 % size : 0;
    for (const struct lx_statfile *file = lx_statfiles; file->name != NULL;
         file++) {
        if (!IsLike(file)
            && Read(file, data, size, size).sum
                != Read(file, data, size, first).sum) {
            abort();
        }
    }
    return 0;
}
