/*
 * lxCgProc.c --
 *
 *      /proc/PID/cgroup and /proc/cgroups, a line at a time.
 */

#include <string.h>

#include "lx.h"

/*
 * ID:CONTROLLERS:PATH; the path may have colons of its own, the name of a
 * hierarchy may not.
 */
bool
lx_cgline_parse(char *line, struct lx_cgline *parsed)
{
    char *label = strchr(line, ':');
    char *path = label != NULL ? strchr(label + 1, ':') : NULL;

    if (path == NULL || path[1] != '/') {
        return false;
    }
    *label++ = '\0';
    *path++ = '\0';
    if (!lx_number(line, &parsed->id)) {
        return false;
    }
    parsed->label = parsed->id == 0 && label[0] == '\0' ? "unified" : label;
    parsed->path = path;
    return true;
}

bool
lx_cgline_next(char **text, struct lx_cgline *parsed)
{
    while (**text != '\0') {
        char *line = *text;

        *text += strcspn(line, "\n");
        if (**text == '\n') {
            *(*text)++ = '\0';
        }
        if (lx_cgline_parse(line, parsed)) {
            return true;
        }
    }
    return false;
}

const char *
lx_cgline_path(const char *text, const char *label, char *buf, size_t size)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        struct lx_cgline line;

        if (len < size) {
            memcpy(buf, text, len);
            buf[len] = '\0';
            if (lx_cgline_parse(buf, &line) && strcmp(line.label, label) == 0) {
                return line.path;
            }
        }
        text += len + (text[len] == '\n');
    }
    return NULL;
}

/*
 * NAME HIERARCHY GROUPS ENABLED, parted by tabs.
 */
bool
lx_cgenabled_parse(char *line, struct lx_cgenabled *parsed)
{
    char *fields[4];

    for (int i = 0; i < 4; i++) {
        size_t len = strcspn(line, "\t ");

        if (len == 0) {
            return false;
        }
        fields[i] = line;
        line += len;
        if (*line != '\0') {
            *line++ = '\0';
            line += strspn(line, "\t ");
        }
    }
    parsed->name = fields[0];
    parsed->enabled = strcmp(fields[3], "1") == 0;
    return fields[0][0] != '#' && lx_number(fields[1], &parsed->id)
        && lx_number(fields[2], &parsed->groups);
}
