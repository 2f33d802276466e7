/*
 * lxSys.c --
 *
 *      The one place through which a child, or a step at the prompt, asks the
 *      kernel. Recording instead of calling is what makes -explain tell the
 *      truth: it is the same code that speaks.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

/* <sys/mount.h> and <linux/mount.h> cannot both be included (glibc 2.36). */
#ifndef UMOUNT_NOFOLLOW
#define MNT_DETACH 2
#define UMOUNT_NOFOLLOW 8
#endif

struct flagname {
    unsigned long flag;
    const char *name;
};

/* Wider masks stand before the bits that they contain. */
static const struct flagname mountFlags[] = {
    {MS_RDONLY, "MS_RDONLY"},
    {MS_NOSUID, "MS_NOSUID"},
    {MS_NODEV, "MS_NODEV"},
    {MS_NOEXEC, "MS_NOEXEC"},
    {MS_REMOUNT, "MS_REMOUNT"},
    {MS_BIND, "MS_BIND"},
    {MS_MOVE, "MS_MOVE"},
    {MS_REC, "MS_REC"},
    {MS_UNBINDABLE, "MS_UNBINDABLE"},
    {MS_PRIVATE, "MS_PRIVATE"},
    {MS_SLAVE, "MS_SLAVE"},
    {MS_SHARED, "MS_SHARED"},
    {0, NULL}};

static const struct flagname attrFlags[] = {
    {MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY"},
    {MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID"},
    {MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV"},
    {MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC"},
    {MOUNT_ATTR_NOATIME, "MOUNT_ATTR_NOATIME"},
    {MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME"},
    {MOUNT_ATTR_NODIRATIME, "MOUNT_ATTR_NODIRATIME"},
    {MOUNT_ATTR_IDMAP, "MOUNT_ATTR_IDMAP"},
    {0, NULL}};

static const struct flagname cloneFlags[] = {
    {CLONE_NEWNS, "CLONE_NEWNS"},
    {CLONE_NEWCGROUP, "CLONE_NEWCGROUP"},
    {CLONE_NEWUTS, "CLONE_NEWUTS"},
    {CLONE_NEWIPC, "CLONE_NEWIPC"},
    {CLONE_NEWUSER, "CLONE_NEWUSER"},
    {CLONE_NEWPID, "CLONE_NEWPID"},
    {CLONE_NEWNET, "CLONE_NEWNET"},
    {0x80, "CLONE_NEWTIME"},
    {CLONE_VM, "CLONE_VM"},
    {CLONE_VFORK, "CLONE_VFORK"},
    {CLONE_PARENT, "CLONE_PARENT"},
    {0x200000000, "CLONE_INTO_CGROUP"},
    {0, NULL}};

static const struct flagname umountFlags[] = {
    {MNT_DETACH, "MNT_DETACH"},
    {UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW"},
    {0, NULL}};

static const struct flagname openFlags[] = {
    {O_WRONLY, "O_WRONLY"},
    {O_RDWR, "O_RDWR"},
    {O_CREAT, "O_CREAT"},
    {O_EXCL, "O_EXCL"},
    {O_TRUNC, "O_TRUNC"},
    {O_APPEND, "O_APPEND"},
    {O_DIRECTORY, "O_DIRECTORY"},
    {O_NOFOLLOW, "O_NOFOLLOW"},
    {O_NONBLOCK, "O_NONBLOCK"},
    {O_NOCTTY, "O_NOCTTY"},
    {O_PATH, "O_PATH"},
    {O_CLOEXEC, "O_CLOEXEC"},
    {0, NULL}};

static const struct flagname atFlags[] = {
    {AT_EMPTY_PATH, "AT_EMPTY_PATH"},
    {AT_RECURSIVE, "AT_RECURSIVE"},
    {AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"},
    {AT_REMOVEDIR, "AT_REMOVEDIR"},
    {OPEN_TREE_CLOEXEC, "OPEN_TREE_CLOEXEC"},
    {OPEN_TREE_CLONE, "OPEN_TREE_CLONE"},
    {0, NULL}};

static const struct flagname moveFlags[] = {
    {MOVE_MOUNT_F_SYMLINKS, "MOVE_MOUNT_F_SYMLINKS"},
    {MOVE_MOUNT_F_AUTOMOUNTS, "MOVE_MOUNT_F_AUTOMOUNTS"},
    {MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"},
    {MOVE_MOUNT_T_SYMLINKS, "MOVE_MOUNT_T_SYMLINKS"},
    {MOVE_MOUNT_T_AUTOMOUNTS, "MOVE_MOUNT_T_AUTOMOUNTS"},
    {MOVE_MOUNT_T_EMPTY_PATH, "MOVE_MOUNT_T_EMPTY_PATH"},
    {0, NULL}};

static const struct flagname resolveFlags[] = {
    {RESOLVE_NO_MAGICLINKS, "RESOLVE_NO_MAGICLINKS"},
    {RESOLVE_IN_ROOT, "RESOLVE_IN_ROOT"},
    {0, NULL}};

static const char *const configCommands[] = {
    "FSCONFIG_SET_FLAG",   "FSCONFIG_SET_STRING",     "FSCONFIG_SET_BINARY",
    "FSCONFIG_SET_PATH",   "FSCONFIG_SET_PATH_EMPTY", "FSCONFIG_SET_FD",
    "FSCONFIG_CMD_CREATE", "FSCONFIG_CMD_RECONFIGURE"};

static size_t
FormatFlags(
    char *buf, size_t size, unsigned long value, const struct flagname *names)
{
    size_t len = 0;

    for (; names->name != NULL; names++) {
        if ((value & names->flag) == names->flag) {
            len =
                lx_append(buf, size, len, len > 0 ? "|%s" : "%s", names->name);
            value &= ~names->flag;
        }
    }
    if (value != 0 || len == 0) {
        len = lx_append(
            buf, size, len,
            len > 0     ? "|0x%x"
                : value ? "0x%x"
                        : "0",
            value);
    }
    return len;
}

static size_t
FormatConfigCommand(char *buf, size_t size, unsigned long value)
{
    if (value < sizeof(configCommands) / sizeof(configCommands[0])) {
        return lx_format(buf, size, "%s", configCommands[value]);
    }
    return lx_format(buf, size, "%x", value);
}

/* What a call is told in a structure: its members that are not 0. */
struct member {
    const char *name;
    unsigned long value;
    const struct flagname *flags; /* NULL: a number */
    bool octal;
};

static size_t
FormatMembers(char *buf, size_t size, const struct member *members)
{
    const char *separator = "{";
    size_t len = 0;

    for (; members->name != NULL; members++) {
        if (members->value == 0) {
            continue;
        }
        len = lx_append(buf, size, len, "%s%s=", separator, members->name);
        separator = ", ";
        if (members->flags != NULL) {
            len += FormatFlags(
                buf + len, size - len, members->value, members->flags);
        } else {
            len = lx_append(
                buf, size, len, members->octal ? "0%o" : "%l", members->value);
        }
    }
    return lx_append(buf, size, len, "%s}", len > 0 ? "" : separator);
}

static size_t
FormatAttr(char *buf, size_t size, const struct mount_attr *attr)
{
    const struct member members[] = {
        {"attr_set", attr->attr_set, attrFlags, false},
        {"attr_clr", attr->attr_clr, attrFlags, false},
        {"propagation", attr->propagation, mountFlags, false},
        {"userns_fd", attr->userns_fd, NULL, false},
        {NULL, 0, NULL, false}};

    return FormatMembers(buf, size, members);
}

static size_t
FormatHow(char *buf, size_t size, const struct open_how *how)
{
    const struct member members[] = {
        {"flags", how->flags, openFlags, false},
        {"mode", how->mode, NULL, true},
        {"resolve", how->resolve, resolveFlags, false},
        {NULL, 0, NULL, false}};

    return FormatMembers(buf, size, members);
}

/*
 * In one line, and in quotes that end where the text does.
 */
static size_t
FormatText(char *buf, size_t size, const char *text)
{
    static const char controls[] = "\n\t\r", letters[] = "ntr";
    size_t len;

    if (text == NULL) {
        return lx_format(buf, size, "NULL");
    }
    len = lx_format(buf, size, "\"");
    for (; *text != '\0'; text++) {
        const char *control = strchr(controls, *text);

        if (control != NULL) {
            len =
                lx_append(buf, size, len, "\\%c", letters[control - controls]);
        } else {
            len = lx_append(
                buf, size, len, *text == '"' || *text == '\\' ? "\\%c" : "%c",
                *text);
        }
    }
    return lx_append(buf, size, len, "\"");
}

static size_t
FormatArgument(char *buf, size_t size, char letter, const long *arg)
{
    long value = *arg;

    switch (letter) {
    case 's':
        return FormatText(buf, size, (const char *)value);
    case 'f':
        return (int)value == AT_FDCWD ? lx_format(buf, size, "AT_FDCWD")
                                      : lx_format(buf, size, "%d", (int)value);
    case 'o':
        return lx_format(
            buf, size, value == 0 ? "0" : "0%o", (unsigned long)value);
    case 'x':
        return lx_format(buf, size, "0x%x", (unsigned long)value);
    case 'p':
        return lx_format(buf, size, value == 0 ? "NULL" : "...");
    case 'm':
        return FormatFlags(buf, size, (unsigned long)value, mountFlags);
    case 'a':
        return FormatFlags(buf, size, (unsigned long)value, attrFlags);
    case 'n':
        return FormatFlags(buf, size, (unsigned long)value, cloneFlags);
    case 'u':
        return FormatFlags(buf, size, (unsigned long)value, umountFlags);
    case 'O':
        return FormatFlags(buf, size, (unsigned long)value, openFlags);
    case 't':
        return FormatFlags(buf, size, (unsigned long)value, atFlags);
    case 'v':
        return FormatFlags(buf, size, (unsigned long)value, moveFlags);
    case 'c':
        return FormatConfigCommand(buf, size, (unsigned long)value);
    case 'A':
        return FormatAttr(buf, size, (const struct mount_attr *)value);
    case 'H':
        return FormatHow(buf, size, (const struct open_how *)value);
    case 'd':
        return lx_format(buf, size, "%l", value);
    default:
        return lx_show(buf, size, letter, arg);
    }
}

static long
Record(struct lx_kernel *kernel, const char *shape, const long args[6])
{
    char line[2048];
    size_t len = 0;
    long result = 0;

    while (shape[len] != ' ') {
        line[len] = shape[len];
        len++;
    }
    shape += len + 1;
    line[len++] = '(';
    for (int i = 0; shape[i] != '\0' && shape[i] != '='; i++) {
        if (i > 0) {
            len = lx_append(line, sizeof(line), len, ", ");
        }
        len +=
            FormatArgument(line + len, sizeof(line) - len, shape[i], &args[i]);
        len = len < sizeof(line) ? len : sizeof(line) - 1;
    }
    len = lx_append(line, sizeof(line), len, ")");
    if (shape[strlen(shape) - (*shape != '\0')] == '=') {
        kernel->lastFd = kernel->lastFd < 3 ? 3 : kernel->lastFd + 1;
        result = kernel->lastFd;
        lx_append(line, sizeof(line), len, " = %l", result);
    }
    kernel->record(kernel->arg, line);
    return result;
}

/*
 * glibc's wrappers are passed by on purpose: those of setresuid and its kin
 * signal every thread of the process, and the process is the interpreter's.
 */
long
lx_sys(
    struct lx_kernel *kernel, long number, const char *shape, long a, long b,
    long c, long d, long e, long f)
{
    if (lx_recording(kernel)) {
        const long args[6] = {a, b, c, d, e, f};

        return Record(kernel, shape, args);
    }
    return syscall(number, a, b, c, d, e, f);
}

void
lx_sysfd_close(struct lx_sysfd *held)
{
    int saved = errno;

    if (held->fd >= 0) {
        LX_SYS(held->kernel, close, "f", held->fd);
        held->fd = -1;
    }
    errno = saved;
}
