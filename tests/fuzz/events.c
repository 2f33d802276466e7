/* Files of a group's events, /proc/PID/cgroup and labels, whatever they are. */

#include <stdlib.h>
#include <string.h>

#include "lx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *key, *value;
    struct lx_cgenabled enabled;
    struct lx_cgline line;
    unsigned long number;
    char *next;

    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    lx_cgvalue(text, "oom_kill", &number);
    lx_cglabel_is(text, 1, text);
    lx_hierarchy_isname(text);
    next = text;
    while (lx_cgvalue_next(&next, &key, &value)) {
        if (strlen(key) + strlen(value) > size) {
            abort();
        }
    }
    memcpy(text, data, size);
    lx_cgline_parse(text, &line);
    memcpy(text, data, size);
    lx_cgenabled_parse(text, &enabled);
    free(text);
    return 0;
}
