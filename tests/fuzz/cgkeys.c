/* The files of groups and the words of their keys, whatever they are. What is
 * understood must be written so that it is understood the same. */

#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "lx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
Values(const uint8_t *data, size_t size)
{
    static const uint64_t units[] = {1, 4096, 65536, 2 << 20};

    for (int way = LX_WAY_NUMBER; way <= LX_WAY_OOM; way++) {
        char *text = Copy(data, size);
        struct lx_keyvalue value = {0}, again = {0};
        uint64_t unit = units[size % 4];
        char written[64];

        if (way != LX_WAY_TEXT
            && lx_value_parse((enum lx_keyway)way, text, unit, &value)) {
            lx_value_format(
                (enum lx_keyway)way, &value, written, sizeof(written));
            if (way != LX_WAY_OOM
                && (!lx_value_parse((enum lx_keyway)way, written, unit, &again)
                    || again.number != value.number
                    || again.period != value.period)) {
                abort();
            }
        }
        free(text);
    }
}

static void
Entries(const uint8_t *data, size_t size)
{
    for (int kind = LX_KEY_IOMAX; kind <= LX_KEY_PRIOMAP; kind++) {
        char *text = Copy(data, size);
        struct lx_pool pool = {0};
        struct lx_keyvalue value = {0};

        lx_entries_parse((enum lx_keykind)kind, text, &pool, &value);
        for (size_t i = 0; i < value.count; i++) {
            const struct lx_entry *entry = &value.entries[i];
            struct lx_entry again;
            char line[512];

            if (lx_entry_format(
                    (enum lx_keykind)kind, entry, line, sizeof(line))
                >= sizeof(line)) {
                continue;
            }
            if (!lx_entry_parse((enum lx_keykind)kind, line, &again)
                || strcmp(again.name, entry->name) != 0
                || memcmp(again.numbers, entry->numbers, sizeof(again.numbers))
                    != 0) {
                abort();
            }
        }
        lx_pool_free(&pool);
        free(text);
    }
}

static void
Words(const uint8_t *data, size_t size)
{
    char *text = Copy(data, size), buf[64];
    uint64_t number, again;
    uint32_t classid;
    struct lx_err err;

    lx_key_find(text);
    lx_bytes_parse(text, &number);
    lx_pagesize_parse(text);
    lx_classid_parse(text, &classid);
    if (lx_cores_parse(text, &number)
        && (!lx_cores_parse(lx_cores_format(number, buf, sizeof(buf)), &again)
            || again != number)) {
        abort();
    }
    if (strchr(text, '/') == NULL) {
        lx_device_name(text, buf, sizeof(buf), &err);
    }
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Values(data, size);
    Entries(data, size);
    Words(data, size);
    return 0;
}
