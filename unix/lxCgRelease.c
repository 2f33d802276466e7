/*
 * lxCgRelease.c --
 *
 *      Version 1's way to tell that a group has become empty: the kernel runs
 *      a program, the hierarchy's release agent, with the group's path.
 */

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "lx.h"

#define NOTIFY "notify_on_release"
#define AGENT "release_agent"

/* -- Of a group ----------------------------------------------------------- */

static int
Get(struct lx_group *group, int index, struct lx_err *err)
{
    char text[16];

    if (lx_group_read(group, index, NOTIFY, text, sizeof(text)) < 0) {
        lx_fail(
            err, errno, "cannot read %q", lx_group_full(group, index, NOTIFY));
        lx_group_why(group, index, NOTIFY, err);
        return -1;
    }
    return text[0] == '1';
}

static int
Unsupported(struct lx_group *group, struct lx_err *err)
{
    lx_refuse(
        err, "CGROUP", "UNSUPPORTED",
        "the group %q is in no hierarchy of version 1, and version 2 has no "
        "release agents",
        group->name);
    lx_detail(err, NOTIFY);
    lx_hint(
        err, "cgroup watch %s empty COMMANDPREFIX tells when it becomes empty",
        group->name);
    return -1;
}

int
lx_release_get(
    struct lx_group *group, unsigned where, int values[LX_HIERARCHIES],
    struct lx_err *err)
{
    int count = 0;

    for (int i = 0; i < LX_HIERARCHIES; i++) {
        values[i] = -1;
    }
    for (int i = 0; i < group->cgroups->count; i++) {
        if ((where & (1u << i)) && group->cgroups->list[i].version == 1) {
            values[i] = Get(group, i, err);
            if (values[i] < 0) {
                return -1;
            }
            count++;
        }
    }
    return count > 0 ? count : Unsupported(group, err);
}

int
lx_release_set(
    struct lx_group *group, unsigned where, bool value, struct lx_err *err)
{
    int before[LX_HIERARCHIES] = {0};
    int failed = -1;

    if (lx_release_get(group, where, before, err) < 0) {
        return -1;
    }
    for (int i = 0; i < group->cgroups->count && failed < 0; i++) {
        if (before[i] >= 0
            && lx_group_write(group, i, NOTIFY, value ? "1" : "0") != 0) {
            failed = i;
            lx_fail(
                err, errno, "cannot write %q", lx_group_full(group, i, NOTIFY));
            lx_group_why(group, i, NOTIFY, err);
        }
    }
    for (int i = 0; i < failed; i++) {
        if (before[i] >= 0) {
            lx_group_write(group, i, NOTIFY, before[i] ? "1" : "0");
        }
    }
    return failed < 0 ? 0 : -1;
}

/* -- Of a hierarchy ------------------------------------------------------- */

static int
CheckHierarchy(const struct lx_hierarchy *hierarchy, struct lx_err *err)
{
    if (hierarchy->version == 2) {
        lx_refuse(
            err, "CGROUP", "UNSUPPORTED",
            "version 2, mounted on %q, has no release agent", hierarchy->path);
        lx_detail(err, AGENT);
        lx_hint(
            err,
            "cgroup watch NAME empty COMMANDPREFIX tells when a group becomes "
            "empty");
        return -1;
    }
    if (strcmp(hierarchy->root, "/") != 0) {
        return lx_refuse(
            err, "CGROUP", "PART",
            "the release agent is the topmost group's, and %q shows of the "
            "hierarchy %s the group %q only",
            hierarchy->path, hierarchy->label, hierarchy->root);
    }
    return 0;
}

static void
Why(const struct lx_hierarchy *hierarchy, struct lx_err *err)
{
    if (err->errnum == ENOENT) {
        lx_hint(
            err,
            "only the topmost group has it, which cannot be seen from inside "
            "a cgroup namespace");
    } else if (err->errnum == EROFS && hierarchy->readonly) {
        lx_hint(err, "%q is mounted read-only", hierarchy->path);
    } else if (err->errnum == EPERM || err->errnum == EACCES) {
        lx_hint(
            err,
            "the kernel runs it as root in the first namespaces: it takes "
            "CAP_SYS_ADMIN in the first user namespace, and the first cgroup "
            "namespace");
    }
}

static const char *
Path(const struct lx_hierarchy *hierarchy, char path[LX_GROUP_PATH])
{
    lx_format(path, LX_GROUP_PATH, "%s/%s", hierarchy->path, AGENT);
    return path;
}

int
lx_agent_get(
    const struct lx_hierarchy *hierarchy, char agent[LX_AGENT_SIZE],
    struct lx_err *err)
{
    char path[LX_GROUP_PATH];

    if (CheckHierarchy(hierarchy, err) != 0) {
        return -1;
    }
    if (lx_read_file(Path(hierarchy, path), agent, LX_AGENT_SIZE) < 0) {
        lx_fail(err, errno, "cannot read %q", path);
        Why(hierarchy, err);
        return -1;
    }
    agent[strcspn(agent, "\n")] = '\0';
    return 0;
}

/*
 * Written with a newline, which the kernel takes off: to write nothing at all
 * would not reach it.
 */
int
lx_agent_set(
    const struct lx_hierarchy *hierarchy, const char *agent, struct lx_err *err)
{
    char text[LX_AGENT_SIZE + 1], path[LX_GROUP_PATH];

    if (CheckHierarchy(hierarchy, err) != 0) {
        return -1;
    }
    if (agent[0] != '\0'
        && (agent[0] != '/' || strpbrk(agent, "\n") != NULL
            || strchr(" \t\r\v\f", agent[strlen(agent) - 1]) != NULL)) {
        return lx_refuse(
            err, "CGROUP", "AGENT",
            "bad release agent %q: must be a path from \"/\" on, and not end "
            "in a blank",
            agent);
    }
    if (strlen(agent) >= LX_AGENT_SIZE - 1) {
        return lx_refuse(
            err, "CGROUP", "AGENT",
            "bad release agent: longer than the %d bytes that a path can have",
            LX_AGENT_SIZE - 2);
    }
    lx_format(text, sizeof(text), "%s\n", agent);
    if (lx_write_file(Path(hierarchy, path), text) != 0) {
        lx_fail(err, errno, "cannot write %q", path);
        Why(hierarchy, err);
        return -1;
    }
    return 0;
}
