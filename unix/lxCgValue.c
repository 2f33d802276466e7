/*
 * lxCgValue.c --
 *
 *      The text of a group's files, read into values and written from them.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lx.h"

/* -- Entries -------------------------------------------------------------- */

const char *const *
lx_key_fields(enum lx_keykind kind)
{
    static const char *const ioMax[] = {"rbps", "wbps", "riops", "wiops", NULL};
    static const char *const latency[] = {"target", NULL};
    static const char *const rdma[] = {"hca_handle", "hca_object", NULL};
    static const char *const plain[] = {"", NULL};

    switch (kind) {
    case LX_KEY_IOMAX:
        return ioMax;
    case LX_KEY_IOLATENCY:
        return latency;
    case LX_KEY_RDMA:
        return rdma;
    case LX_KEY_IOWEIGHT:
    case LX_KEY_MISC:
    case LX_KEY_PRIOMAP:
        return plain;
    default:
        return NULL;
    }
}

/*
 * The word for a number that is not set.
 */
static const char *
Unset(enum lx_keykind kind)
{
    return kind == LX_KEY_PRIOMAP ? "0"
        : kind == LX_KEY_IOWEIGHT ? "default"
                                  : "max";
}

/*
 * The next word, ended in place; NULL: none.
 */
static char *
Word(char **text)
{
    char *word = *text + strspn(*text, " \t");
    size_t len = strcspn(word, " \t\n");

    *text = word + len;
    if (len == 0) {
        return NULL;
    }
    if (**text != '\0') {
        *(*text)++ = '\0';
    }
    return word;
}

static bool
Number(enum lx_keykind kind, const char *text, uint64_t *number)
{
    unsigned long value;

    if (strcmp(text, Unset(kind)) == 0) {
        *number = LX_MAX;
        return true;
    }
    if (!lx_number(text, &value)) {
        return false;
    }
    /* More than a long is more than anything can do. */
    *number = value > INT64_MAX || (kind == LX_KEY_PRIOMAP && value == 0)
        ? LX_MAX
        : value;
    return true;
}

bool
lx_entry_parse(enum lx_keykind kind, char *line, struct lx_entry *entry)
{
    const char *const *fields = lx_key_fields(kind);
    char *word;

    for (int i = 0; i < LX_FIELDS; i++) {
        entry->numbers[i] = LX_MAX;
    }
    entry->name = Word(&line);
    if (entry->name == NULL || fields == NULL) {
        return false;
    }
    while ((word = Word(&line)) != NULL) {
        char *equals = strchr(word, '=');

        if (fields[0][0] == '\0') {
            return Number(kind, word, &entry->numbers[0])
                && Word(&line) == NULL;
        }
        if (equals == NULL) {
            return false;
        }
        *equals = '\0';
        for (int i = 0; fields[i] != NULL; i++) {
            if (strcmp(fields[i], word) == 0
                && !Number(kind, equals + 1, &entry->numbers[i])) {
                return false;
            }
        }
    }
    return fields[0][0] != '\0';
}

size_t
lx_entry_format(
    enum lx_keykind kind, const struct lx_entry *entry, char *buf, size_t size)
{
    const char *const *fields = lx_key_fields(kind);
    size_t len = lx_format(buf, size, "%s", entry->name);

    for (int i = 0; fields[i] != NULL && len < size; i++) {
        len += lx_format(
            buf + len, size - len, fields[i][0] != '\0' ? " %s=" : " %s",
            fields[i]);
        if (len >= size) {
            break;
        }
        len += entry->numbers[i] == LX_MAX
            ? lx_format(buf + len, size - len, "%s", Unset(kind))
            : lx_format(buf + len, size - len, "%L", entry->numbers[i]);
    }
    return len;
}

bool
lx_entry_isset(const struct lx_entry *entry)
{
    for (int i = 0; i < LX_FIELDS; i++) {
        if (entry->numbers[i] != LX_MAX) {
            return true;
        }
    }
    return false;
}

struct lx_entry *
lx_entry_find(const struct lx_keyvalue *value, const char *name)
{
    for (size_t i = 0; i < value->count; i++) {
        if (strcmp(value->entries[i].name, name) == 0) {
            return &value->entries[i];
        }
    }
    return NULL;
}

struct lx_entry *
lx_entry_of(struct lx_pool *pool, struct lx_keyvalue *value, const char *name)
{
    struct lx_entry *entries = value->entries;
    size_t count = value->count;
    struct lx_entry *found = lx_entry_find(value, name);

    if (found != NULL) {
        return found;
    }
    if ((count & (count - 1)) == 0) { /* 0, or a power of two: it is full */
        entries =
            lx_pool_alloc(pool, sizeof(*entries) * (count > 0 ? count * 2 : 1));
        if (entries == NULL) {
            return NULL;
        }
        if (count > 0) {
            memcpy(entries, value->entries, sizeof(*entries) * count);
        }
        value->entries = entries;
    }
    entries[count].name = lx_pool_string(pool, name, strlen(name));
    for (int i = 0; i < LX_FIELDS; i++) {
        entries[count].numbers[i] = LX_MAX;
    }
    if (entries[count].name == NULL) {
        return NULL;
    }
    value->count++;
    return &entries[count];
}

int
lx_entries_parse(
    enum lx_keykind kind, char *text, struct lx_pool *pool,
    struct lx_keyvalue *value)
{
    while (*text != '\0') {
        char *line = text;
        struct lx_entry parsed, *entry;

        text += strcspn(text, "\n");
        if (*text == '\n') {
            *text++ = '\0';
        }
        if (!lx_entry_parse(kind, line, &parsed)) {
            continue;
        }
        if (kind == LX_KEY_IOWEIGHT && strcmp(parsed.name, "default") == 0) {
            value->number = parsed.numbers[0];
            continue;
        }
        if (lx_entry_isset(&parsed)) {
            entry = lx_entry_of(pool, value, parsed.name);
            if (entry == NULL) {
                return -1;
            }
            memcpy(entry->numbers, parsed.numbers, sizeof(entry->numbers));
        }
    }
    return 0;
}

/* -- One value ------------------------------------------------------------ */

/*
 * "max 100000"
 */
static bool
ParseCpuMax(char *text, struct lx_keyvalue *value)
{
    char *quota = Word(&text), *period = quota != NULL ? Word(&text) : NULL;

    return period != NULL && Number(LX_KEY_CPUMAX, quota, &value->number)
        && Number(LX_KEY_CPUMAX, period, &value->period)
        && value->period != LX_MAX;
}

static bool
ParseNice(const char *text, struct lx_keyvalue *value)
{
    bool minus = text[0] == '-';
    unsigned long number;

    if (!lx_number(text + minus, &number) || number > 20) {
        return false;
    }
    value->number = minus ? 0 - (uint64_t)number : number;
    return true;
}

bool
lx_value_parse(
    enum lx_keyway way, char *text, uint64_t unit, struct lx_keyvalue *value)
{
    bool good = true;

    text[strcspn(text, "\n")] = '\0';
    switch (way) {
    case LX_WAY_TEXT:
        value->text = text;
        return true;
    case LX_WAY_CPUMAX:
        return ParseCpuMax(text, value);
    case LX_WAY_OOM:
        if (strncmp(text, "oom_kill_disable ", 17) != 0) {
            return false;
        }
        return Number(LX_KEY_BOOL, text + 17, &value->number);
    case LX_WAY_LIMIT:
    case LX_WAY_LIMIT2:
    case LX_WAY_MEMORY:
    case LX_WAY_SWAP:
    case LX_WAY_QUOTA:
    case LX_WAY_MINUS:
        return lx_limit1_parse(text, unit, &value->number);
    case LX_WAY_SHARES:
    case LX_WAY_NICE:
        good = Number(LX_KEY_COUNT, text, &value->number);
        value->number = way == LX_WAY_SHARES
            ? lx_weight_of_shares(value->number)
            : (uint64_t)(int64_t)lx_nice_of_shares(value->number);
        return good;
    default:
        if (text[0] == '-') {
            return ParseNice(text, value);
        }
        return Number(LX_KEY_COUNT, text, &value->number);
    }
}

size_t
lx_value_format(
    enum lx_keyway way, const struct lx_keyvalue *value, char *buf, size_t size)
{
    uint64_t number = value->number;

    switch (way) {
    case LX_WAY_CPUMAX:
        return number == LX_MAX
            ? lx_format(buf, size, "max %L", value->period)
            : lx_format(buf, size, "%L %L", number, value->period);
    case LX_WAY_SHARES:
        return lx_format(buf, size, "%L", lx_shares_of_weight(number));
    case LX_WAY_NICE:
        return lx_format(
            buf, size, "%L", lx_shares_of_nice((int)(int64_t)number));
    case LX_WAY_LIMIT:
    case LX_WAY_MEMORY:
    case LX_WAY_SWAP:
    case LX_WAY_QUOTA:
    case LX_WAY_MINUS:
        return number == LX_MAX ? lx_format(buf, size, "-1")
                                : lx_format(buf, size, "%L", number);
    default: /* cpu.weight.nice may be below 0 */
        return number == LX_MAX ? lx_format(buf, size, "max")
                                : lx_format(buf, size, "%l", (long)number);
    }
}

/* -- Devices -------------------------------------------------------------- */

static int
BadDevice(struct lx_err *err, const char *text)
{
    return lx_refuse(
        err, "CGROUP", "VALUE",
        "bad device %q: must be MAJOR:MINOR, or the path of a block device",
        text);
}

/*
 * The kernel takes whole disks only, and says ENODEV of a partition.
 */
static int
CheckWhole(const char *text, const char *name, struct lx_err *err)
{
    char path[64], disk[256];
    ssize_t len;

    lx_format(path, sizeof(path), "/sys/dev/block/%s/partition", name);
    if (access(path, F_OK) != 0) {
        return 0;
    }
    BadDevice(err, text);
    lx_format(path, sizeof(path), "/sys/dev/block/%s", name);
    len = readlink(path, disk, sizeof(disk) - 1);
    disk[len > 0 ? len : 0] = '\0';
    for (int i = 0; i < 2; i++) { /* .../block/sda/sda1 -> sda */
        char *slash = strrchr(disk, '/');

        if (slash != NULL && i == 0) {
            *slash = '\0';
        } else if (slash != NULL) {
            memmove(disk, slash + 1, strlen(slash));
        }
    }
    lx_hint(
        err, "it is a partition, and the kernel limits whole disks: %q", disk);
    return -1;
}

int
lx_device_name(const char *text, char *buf, size_t size, struct lx_err *err)
{
    const char *colon = strchr(text, ':');
    unsigned long major, minor;
    char first[16];
    struct stat st;

    if (strchr(text, '/') == NULL) {
        size_t len = colon != NULL ? (size_t)(colon - text) : 0;

        if (len == 0 || len >= sizeof(first)) {
            return BadDevice(err, text);
        }
        lx_format(first, len + 1, "%s", text);
        if (!lx_number(first, &major) || !lx_number(colon + 1, &minor)
            || major > 0xfff || minor > 0xfffff) {
            return BadDevice(err, text);
        }
    } else {
        if (stat(text, &st) != 0) {
            return lx_fail(err, errno, "cannot look at device %q", text);
        }
        if (!S_ISBLK(st.st_mode)) {
            return BadDevice(err, text);
        }
        major = major(st.st_rdev);
        minor = minor(st.st_rdev);
    }
    lx_format(buf, size, "%l:%l", (long)major, (long)minor);
    return CheckWhole(text, buf, err);
}
