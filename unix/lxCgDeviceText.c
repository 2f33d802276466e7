/*
 * lxCgDeviceText.c --
 *
 *      Device rules as the text of devices.list and devices.allow.
 */

#include <string.h>

#include "lx.h"

static size_t
AppendNumber(char *buf, size_t size, size_t len, uint32_t number)
{
    return number == LX_DEVICE_ANY
        ? lx_append(buf, size, len, "*")
        : lx_append(buf, size, len, "%u", (unsigned)number);
}

char *
lx_devrule_text(const struct lx_devrule *rule, char buf[LX_DEVICE_TEXT])
{
    size_t size = LX_DEVICE_TEXT, len;

    len = lx_format(buf, size, "%c ", rule->type);
    len = AppendNumber(buf, size, len, rule->major);
    len = lx_append(buf, size, len, ":");
    len = AppendNumber(buf, size, len, rule->minor);
    lx_append(
        buf, size, len, " %s%s%s", rule->access & LX_DEV_READ ? "r" : "",
        rule->access & LX_DEV_WRITE ? "w" : "",
        rule->access & LX_DEV_MKNOD ? "m" : "");
    return buf;
}

/*
 * "*" or a number, up to `end`; moves *text behind it.
 */
static bool
ParseNumber(const char **text, char end, uint32_t *number)
{
    char digits[12];
    unsigned long value = LX_DEVICE_ANY;
    size_t len = strspn(*text, "0123456789*");

    if (len == 0 || len >= sizeof(digits) || (*text)[len] != end) {
        return false;
    }
    memcpy(digits, *text, len);
    digits[len] = '\0';
    if (strcmp(digits, "*") != 0
        && (!lx_number(digits, &value) || value >= LX_DEVICE_ANY)) {
        return false;
    }
    *number = (uint32_t)value;
    *text += len + 1;
    return true;
}

static bool
ParseAccess(const char *text, unsigned *access)
{
    static const char letters[] = "mrw";

    *access = 0;
    for (; *text != '\0'; text++) {
        const char *letter = strchr(letters, *text);

        if (letter == NULL || (*access & (1u << (letter - letters)))) {
            return false;
        }
        *access |= 1u << (letter - letters);
    }
    return *access != 0;
}

/*
 * One rule of a type; "a" is all devices and every access, or nothing at all.
 */
bool
lx_devrule_parse(const char *text, struct lx_devrule *rule)
{
    rule->type = *text;
    if (*text == '\0' || strchr("abc", *text) == NULL || text[1] != ' ') {
        return false;
    }
    text += 2;
    if (!ParseNumber(&text, ':', &rule->major)
        || !ParseNumber(&text, ' ', &rule->minor)
        || !ParseAccess(text, &rule->access)) {
        return false;
    }
    return rule->type != 'a'
        || (rule->major == LX_DEVICE_ANY && rule->minor == LX_DEVICE_ANY
            && rule->access == LX_DEV_ACCESS);
}

bool
lx_devices_parse(const char *text, struct lx_devices *devices)
{
    devices->allow = false;
    devices->count = 0;
    while (*text != '\0') {
        char line[LX_DEVICE_TEXT];
        size_t len = strcspn(text, "\n");
        struct lx_devrule rule;

        if (len >= sizeof(line)) {
            return false;
        }
        memcpy(line, text, len);
        line[len] = '\0';
        if (!lx_devrule_parse(line, &rule)) {
            return false;
        }
        if (rule.type == 'a') {
            devices->allow = true;
        } else if (!lx_devices_add(devices, &rule)) {
            return false;
        }
        text += len + (text[len] == '\n');
    }
    return true;
}

size_t
lx_devices_text(const struct lx_devices *devices, char *buf, size_t size)
{
    size_t len = 0;

    buf[0] = '\0';
    if (devices->allow) {
        len = lx_format(buf, size, "a *:* rwm\n");
    }
    for (int i = 0; i < devices->count && len < size; i++) {
        char text[LX_DEVICE_TEXT];

        len += lx_format(
            buf + len, size - len, "%s\n",
            lx_devrule_text(&devices->list[i], text));
    }
    return len;
}
