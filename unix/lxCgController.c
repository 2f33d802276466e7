/*
 * lxCgController.c --
 *
 *      The controllers by name.
 */

#include <string.h>

#include "lx.h"

const struct lx_controllerinfo lx_controllers[LX_CONTROLLERS] = {
    [LX_CG_CPU] = {"cpu", "cpu", true},
    [LX_CG_CPUACCT] = {"cpuacct", NULL, true},
    [LX_CG_CPUSET] = {"cpuset", "cpuset", true},
    [LX_CG_DEVICES] = {"devices", NULL, false},
    [LX_CG_FREEZER] = {"freezer", NULL, false},
    [LX_CG_HUGETLB] = {"hugetlb", "hugetlb", false},
    [LX_CG_IO] = {"blkio", "io", false},
    [LX_CG_MEMORY] = {"memory", "memory", false},
    [LX_CG_MISC] = {"misc", "misc", false},
    [LX_CG_NET_CLS] = {"net_cls", NULL, false},
    [LX_CG_NET_PRIO] = {"net_prio", NULL, false},
    [LX_CG_PERF] = {"perf_event", NULL, true},
    [LX_CG_PIDS] = {"pids", "pids", true},
    [LX_CG_RDMA] = {"rdma", "rdma", false}};

static bool
IsName(const char *name, const char *text, size_t len)
{
    return name != NULL && strlen(name) == len && strncmp(name, text, len) == 0;
}

static int
Find(const char *text, size_t len)
{
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        if (IsName(lx_controllers[i].name1, text, len)
            || IsName(lx_controllers[i].name2, text, len)) {
            return i;
        }
    }
    return -1;
}

int
lx_controller_find(const char *name)
{
    return Find(name, strlen(name));
}

char *
lx_controller_names(
    unsigned controllers, int version, char sep, char *buf, size_t size)
{
    size_t len = 0;

    buf[0] = '\0';
    for (int i = 0; i < LX_CONTROLLERS; i++) {
        const struct lx_controllerinfo *info = &lx_controllers[i];
        const char *name = version == 2 ? info->name2 : info->name1;

        if ((controllers & LX_CG_BIT(i)) && name != NULL) {
            if (len > 0) {
                len = lx_append(buf, size, len, "%c", sep);
            }
            len = lx_append(buf, size, len, "%s", name);
        }
    }
    return buf;
}

unsigned
lx_controllers_parse(const char *text)
{
    unsigned controllers = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, " ,\n");
        int found = Find(text, len);

        controllers |= found >= 0 ? LX_CG_BIT(found) : 0;
        text += len;
        text += strspn(text, " ,\n");
    }
    return controllers;
}
