/*
 * lxSysctl.c --
 *
 *      The kernel's settings below /proc/sys, and whose they are.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include "lx.h"

/*
 * As in sysctl(8): the first separator of a name, a dot or a slash, is the
 * one that it is written with; the other one stands for a dot in the name of
 * a folder, as VLAN interfaces have it.
 */
int
lx_sysctl_path(char *path, size_t size, const char *name, struct lx_err *err)
{
    const char *prefix = "/proc/sys/";
    size_t first;
    bool dots;

    if (strncmp(name, prefix, strlen(prefix)) == 0) {
        name += strlen(prefix);
    }
    first = strcspn(name, "./");
    dots = name[first] == '.';
    if (strlen(name) >= size) {
        return lx_refuse(
            err, "SYSCTL", "NAME", "setting %q: the name is too long", name);
    }
    for (size_t i = 0; i <= strlen(name); i++) {
        path[i] = name[i];
        if (dots && (name[i] == '.' || name[i] == '/')) {
            path[i] = name[i] == '.' ? '/' : '.';
        }
    }
    for (const char *part = path; part != NULL;) {
        size_t len = strcspn(part, "/");

        if (len == 0 || (part[0] == '.' && len == 1)
            || (part[0] == '.' && part[1] == '.' && len == 2)) {
            return lx_refuse(
                err, "SYSCTL", "NAME",
                "bad setting %q: must be a name such as net.ipv4.ip_forward",
                name);
        }
        part = part[len] == '/' ? part + len + 1 : NULL;
    }
    return 0;
}

/*
 * kernel.pid_max belongs to the pid namespace since Linux 6.14.
 */
static bool
PidMaxIsNamespaced(void)
{
    struct utsname names;
    unsigned major = 0, minor = 0;

    return uname(&names) == 0
        && sscanf(names.release, "%u.%u", &major, &minor) == 2
        && (major > 6 || (major == 6 && minor >= 14));
}

int
lx_sysctl_kind(const char *path)
{
    static const struct {
        const char *prefix;
        enum lx_kind kind;
    } owners[] = {
        {"net/", LX_NET},
        {"fs/mqueue/", LX_IPC},
        {"kernel/msg", LX_IPC},
        {"kernel/sem", LX_IPC},
        {"kernel/shm", LX_IPC},
        {"kernel/auto_msgmni", LX_IPC},
        {"kernel/hostname", LX_UTS},
        {"kernel/domainname", LX_UTS},
        {"kernel/ns_last_pid", LX_PID},
        {"user/", LX_USER},
    };

    for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
        if (strncmp(path, owners[i].prefix, strlen(owners[i].prefix)) == 0) {
            return owners[i].kind;
        }
    }
    if (strcmp(path, "kernel/pid_max") == 0 && PidMaxIsNamespaced()) {
        return LX_PID;
    }
    return -1;
}

static void
Hint(struct lx_err *err)
{
    if (err->errnum == EROFS) {
        lx_hint(err, "/proc/sys is mounted read-only here");
    } else if (err->errnum == EPERM || err->errnum == EACCES) {
        lx_hint(
            err,
            "it can be read only, or belongs to a namespace whose user "
            "namespace is not this process's own");
    } else if (err->errnum == ENOENT) {
        lx_hint(
            err,
            "the namespaces of this process have no such setting, or "
            "/proc is not mounted");
    }
}

/*
 * A file of that name in an image, where no proc is mounted, is no setting.
 */
static int
CheckProc(struct lx_kernel *kernel, int fd, struct lx_err *err)
{
    struct statfs fs = {.f_type = PROC_SUPER_MAGIC};

    if (LX_SYS(kernel, fstatfs, "fp", fd, &fs) == 0
        && fs.f_type != PROC_SUPER_MAGIC) {
        return lx_refuse(
            err, "SYSCTL", "NOPROC",
            "\"/proc\" is not the kernel's here: mount proc on it first");
    }
    return 0;
}

int
lx_sysctl_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_sysctl *sysctl = args;
    int fd = (int)LX_SYS(
        kernel, openat, "fsO=", AT_FDCWD, sysctl->path, O_WRONLY | O_CLOEXEC);
    size_t len = strlen(sysctl->value);
    long written = -1;
    int result;

    if (fd < 0) {
        lx_fail(err, errno, "cannot open the setting %q", sysctl->name);
        Hint(err);
        return -1;
    }
    result = CheckProc(kernel, fd, err);
    if (result == 0) {
        written = LX_SYS(kernel, write, "fSd", fd, sysctl->value, len);
        if (written < 0) {
            result = lx_fail(
                err, errno, "cannot set %q to %q", sysctl->name, sysctl->value);
            Hint(err);
        }
    }
    LX_SYS(kernel, close, "f", fd);
    return result;
}
