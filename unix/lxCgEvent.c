/*
 * lxCgEvent.c --
 *
 *      Lines of cgroup.events, memory.events and the like.
 */

#include <stdlib.h>
#include <string.h>

#include "lx.h"

bool
lx_cgvalue_next(char **text, char **key, char **value)
{
    while (**text != '\0') {
        char *line = *text;
        size_t len = strcspn(line, "\n");
        char *blank;

        *text = line + len + (line[len] == '\n');
        line[len] = '\0';
        blank = strchr(line, ' ');
        if (blank != NULL && blank != line && blank[1] != '\0') {
            *blank = '\0';
            *key = line;
            *value = blank + 1;
            return true;
        }
    }
    return false;
}

bool
lx_cgvalue(const char *text, const char *key, unsigned long *number)
{
    size_t len = strlen(key);

    while (*text != '\0') {
        if (strncmp(text, key, len) == 0 && text[len] == ' '
            && text[len + 1] >= '0' && text[len + 1] <= '9') {
            *number = strtoul(text + len + 1, NULL, 10);
            return true;
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return false;
}
