/*
 * lxShow.c --
 *
 *      How the arguments of a recorded call read that are more than a number:
 *
 *      w   a word as it is          S   data; the argument after it is its size
 *      M   a file's type and mode   D   a device number
 *      R   RLIMIT_...               L   a pair of limits
 *      P   PR_...                   B   PR_CAP_AMBIENT_...
 *      K   CAP_...                  C   what capset(2) sets
 *      G   groups; the argument before them is their number
 *
 *      Those of networks are in lxNetShow.c.
 */

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lx.h"

#define DATA_SHOWN 60

struct named {
    long value;
    const char *name;
};

static const struct named prctlOptions[] = {
    {PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"},
    {PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"},
    {PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG"},
    {PR_SET_DUMPABLE, "PR_SET_DUMPABLE"},
    {PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"},
    {PR_CAPBSET_DROP, "PR_CAPBSET_DROP"},
    {PR_CAP_AMBIENT, "PR_CAP_AMBIENT"},
    {PR_GET_SECUREBITS, "PR_GET_SECUREBITS"},
    {0, NULL}};

static const struct named ambientActions[] = {
    {PR_CAP_AMBIENT_CLEAR_ALL, "PR_CAP_AMBIENT_CLEAR_ALL"},
    {PR_CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE"},
    {0, NULL}};

static const struct named fileTypes[] = {
    {S_IFCHR, "S_IFCHR"}, {S_IFBLK, "S_IFBLK"}, {0, NULL}};

static const char *
Name(const struct named *names, long value)
{
    while (names->name != NULL && names->value != value) {
        names++;
    }
    return names->name;
}

static size_t
ShowNamed(char *buf, size_t size, const struct named *names, long value)
{
    const char *name = Name(names, value);

    return name != NULL ? lx_format(buf, size, "%s", name)
                        : lx_format(buf, size, "%l", value);
}

static size_t
ShowMode(char *buf, size_t size, unsigned long mode)
{
    const char *type = Name(fileTypes, (long)(mode & S_IFMT));

    return lx_format(
        buf, size, "%s%s0%o", type != NULL ? type : "", type != NULL ? "|" : "",
        mode & (type != NULL ? 07777UL : ~0UL));
}

/*
 * One line of ASCII, however the data looks, and only its beginning.
 */
static size_t
ShowData(char *buf, size_t size, const unsigned char *data, size_t len)
{
    size_t used = lx_format(buf, size, "\"");
    size_t shown = len < DATA_SHOWN ? len : DATA_SHOWN;

    for (size_t i = 0; i < shown; i++) {
        const char *format = "%c";

        if (data[i] == '\n') {
            format = "\\n";
        } else if (data[i] == '\t') {
            format = "\\t";
        } else if (data[i] == '"' || data[i] == '\\') {
            format = "\\%c";
        } else if (data[i] < ' ' || data[i] > '~') {
            format = "?";
        }
        used = lx_append(buf, size, used, format, data[i]);
    }
    return lx_append(buf, size, used, shown < len ? "\"..." : "\"");
}

static size_t
ShowResource(char *buf, size_t size, long number)
{
    size_t used = lx_format(buf, size, "RLIMIT_");

    for (const struct lx_resource *row = lx_resources; row->name; row++) {
        if (row->number == number) {
            for (const char *c = row->name; *c != '\0'; c++) {
                used = lx_append(buf, size, used, "%c", *c - 'a' + 'A');
            }
        }
    }
    return used;
}

static size_t
ShowLimit(char *buf, size_t size, uint64_t value)
{
    return value == LX_UNLIMITED ? lx_format(buf, size, "max")
                                 : lx_format(buf, size, "%l", (long)value);
}

static size_t
ShowLimits(char *buf, size_t size, const uint64_t *limits)
{
    char soft[24], hard[24];

    ShowLimit(soft, sizeof(soft), limits[0]);
    ShowLimit(hard, sizeof(hard), limits[1]);
    return lx_format(buf, size, "{soft %s, hard %s}", soft, hard);
}

static size_t
ShowGroups(char *buf, size_t size, const uint32_t *groups, long count)
{
    size_t used = lx_format(buf, size, "[");

    for (long i = 0; i < count; i++) {
        used = lx_append(buf, size, used, i > 0 ? ", %u" : "%u", groups[i]);
    }
    return lx_append(buf, size, used, "]");
}

static size_t
ShowCapability(char *buf, size_t size, long capability)
{
    char name[32];

    lx_caps_name((int)capability, name);
    for (char *c = name; *c != '\0'; c++) {
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    }
    return lx_format(buf, size, "%s", name);
}

static size_t
ShowCapset(char *buf, size_t size, const struct __user_cap_data_struct *data)
{
#define MASK(set) (data[0].set | (unsigned long)data[1].set << 32)
    return lx_format(
        buf, size, "{effective 0x%x, permitted 0x%x, inheritable 0x%x}",
        MASK(effective), MASK(permitted), MASK(inheritable));
#undef MASK
}

size_t
lx_show(char *buf, size_t size, char letter, const long *arg)
{
    switch (letter) {
    case 'w':
        return lx_format(buf, size, "%s", (const char *)*arg);
    case 'S':
        return ShowData(buf, size, (const unsigned char *)*arg, (size_t)arg[1]);
    case 'M':
        return ShowMode(buf, size, (unsigned long)*arg);
    case 'D':
        return lx_format(
            buf, size, "makedev(%u, %u)", major((dev_t)*arg),
            minor((dev_t)*arg));
    case 'R':
        return ShowResource(buf, size, *arg);
    case 'L':
        return ShowLimits(buf, size, (const uint64_t *)*arg);
    case 'P':
        return ShowNamed(buf, size, prctlOptions, *arg);
    case 'B':
        return ShowNamed(buf, size, ambientActions, *arg);
    case 'K':
        return ShowCapability(buf, size, *arg);
    case 'C':
        return ShowCapset(
            buf, size, (const struct __user_cap_data_struct *)*arg);
    case 'G':
        return ShowGroups(buf, size, (const uint32_t *)*arg, arg[-1]);
    default:
        return lx_net_show(buf, size, letter, arg);
    }
}
