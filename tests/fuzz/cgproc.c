/* Lines of /proc/PID/cgroup and /proc/cgroups, lists of controllers and names
 * of groups, whatever they are. */

#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "lx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
Lines(char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        bool more = text[len] == '\n';
        struct lx_cgenabled enabled;
        struct lx_cgline line;
        char *copy;

        text[len] = '\0';
        copy = Copy(text, len);
        if (lx_cgline_parse(copy, &line)) {
            if (line.path[0] != '/' || strchr(line.label, ':') != NULL) {
                abort();
            }
            lx_controllers_parse(line.label);
            lx_hierarchy_name(line.label);
            lx_cglabel_is(line.label, 1, text);
        }
        free(copy);
        copy = Copy(text, len);
        if (lx_cgenabled_parse(copy, &enabled)
            && (enabled.name[0] == '\0' || enabled.name[0] == '#')) {
            abort();
        }
        free(copy);
        text += len + more;
    }
}

/*
 * What was found is found again among its names.
 */
static void
Controllers(const char *text)
{
    unsigned found = lx_controllers_parse(text);
    char names[LX_CONTROLLER_NAMES];

    if ((found & ~LX_CG_ALL) != 0
        || lx_controllers_parse(
               lx_controller_names(found, 1, ',', names, sizeof(names)))
            != found) {
        abort();
    }
    lx_controller_find(text);
    lx_statpart_find(text);
}

/*
 * A name that was accepted stays what it is, and so do those above it.
 */
static void
Name(const char *text)
{
    static struct lx_cgroups cgroups;
    static struct lx_group group, again, parent;
    struct lx_err err;

    if (lx_group_name(&group, &cgroups, text, &err) != 0) {
        return;
    }
    if (lx_group_name(&again, &cgroups, group.name, &err) != 0
        || strcmp(group.name, again.name) != 0
        || group.relative != again.relative) {
        abort();
    }
    while (lx_group_parent(&group, &parent)) {
        if (strlen(parent.name) >= strlen(group.name)) {
            abort();
        }
        group = parent;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = Copy(data, size);

    Controllers(text);
    Name(text);
    Lines(text);
    free(text);
    return 0;
}
