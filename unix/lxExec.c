/*
 * lxExec.c --
 *
 *      Executes the program, and where that fails finds out why: one ENOENT
 *      stands for three different mistakes. Runs in the child.
 */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lxChild.h"

#define ST_NOEXEC_FLAG 8 /* of statfs.f_flags */

static bool
Exists(const char *path)
{
    return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static ssize_t
ReadStart(const char *path, char *buf, size_t size, off_t offset)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0) {
        return -1;
    }
    n = syscall(SYS_pread64, fd, buf, size, offset);
    syscall(SYS_close, fd);
    return n;
}

/*
 * The interpreter that a 64-bit ELF file asks for, or an empty string.
 */
static void
ElfInterpreter(const char *path, const char *start, char *name, size_t size)
{
    Elf64_Ehdr header;
    Elf64_Phdr entry;

    name[0] = '\0';
    memcpy(&header, start, sizeof(header));
    if (header.e_ident[EI_CLASS] != ELFCLASS64) {
        return;
    }
    for (int i = 0; i < header.e_phnum && i < 64; i++) {
        off_t offset = (off_t)header.e_phoff + i * (off_t)sizeof(entry);
        ssize_t n;

        if (ReadStart(path, (char *)&entry, sizeof(entry), offset)
            != sizeof(entry)) {
            return;
        }
        if (entry.p_type != PT_INTERP) {
            continue;
        }
        n = ReadStart(path, name, size - 1, (off_t)entry.p_offset);
        name[n > 0 ? n : 0] = '\0';
        return;
    }
}

/*
 * The interpreter that a script's first line names, or an empty string. A
 * carriage return at its end stays: it is most often the mistake itself.
 */
static void
ScriptInterpreter(const char *start, char *name, size_t size)
{
    size_t len;

    start += 2;
    start += strspn(start, " \t");
    len = strcspn(start, " \t\n");
    lx_format(name, size, "%s", start);
    name[len < size ? len : size - 1] = '\0';
}

/*
 * The file is there and yet "no such file": its interpreter is missing.
 */
static void
HintForInterpreter(struct lx_err *err, const char *path)
{
    char start[512];
    char name[256] = "";
    ssize_t n = ReadStart(path, start, sizeof(start) - 1, 0);
    size_t len;

    if (n < 4) {
        return;
    }
    start[n] = '\0';
    if (memcmp(start, "#!", 2) == 0) {
        ScriptInterpreter(start, name, sizeof(name));
    } else if (
        n >= (ssize_t)sizeof(Elf64_Ehdr)
        && memcmp(start, ELFMAG, SELFMAG) == 0) {
        ElfInterpreter(path, start, name, sizeof(name));
    }
    len = strlen(name);
    if (len > 0 && name[len - 1] == '\r') {
        name[len - 1] = '\0';
        lx_hint(
            err,
            "it is there, but its first line ends in a carriage return, "
            "so that its interpreter would be %q followed by one",
            name);
    } else if (len > 0) {
        lx_hint(
            err, "it is there, but its interpreter %q is missing in this root",
            name);
    }
}

static void
HintForAccess(struct lx_err *err, const char *path)
{
    struct stat st;
    struct statfs fs;

    if (syscall(SYS_newfstatat, AT_FDCWD, path, &st, 0) != 0) {
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        lx_hint(err, "it is a directory");
    } else if (!S_ISREG(st.st_mode)) {
        lx_hint(err, "it is not a regular file");
    } else if (!(st.st_mode & 0111)) {
        lx_hint(
            err, "its mode 0%o makes it executable by no one",
            (unsigned long)(st.st_mode & 07777));
    } else if (
        syscall(SYS_statfs, path, &fs) == 0 && (fs.f_flags & ST_NOEXEC_FLAG)) {
        lx_hint(err, "it is on a mount with the flag noexec");
    } else {
        lx_hint(
            err,
            "its mode is 0%o, its owner uid %u; or an interpreter or a "
            "directory on the way to it refuses",
            (unsigned long)(st.st_mode & 07777), st.st_uid);
    }
}

static void
HintForFormat(struct lx_err *err, const char *path)
{
    char start[4];

    if (ReadStart(path, start, sizeof(start), 0) == sizeof(start)
        && memcmp(start, ELFMAG, SELFMAG) == 0) {
        lx_hint(err, "it is an ELF file for another kind of machine");
    } else {
        lx_hint(
            err, "it is neither an ELF file nor a script that begins with #!");
    }
}

static int
Explain(
    const struct lx_launch *launch, const char *path, int errnum,
    struct lx_err *err)
{
    lx_fail(err, errnum, "cannot execute %q", path);
    switch (errnum) {
    case ENOENT:
        if (Exists(path)) {
            HintForInterpreter(err, path);
        } else if (strchr(launch->program, '/') == NULL) {
            lx_fail(err, errnum, "cannot execute %q", launch->program);
            lx_hint(err, "not found in any directory of PATH in this root");
        } else {
            lx_hint(err, "not found in this root");
        }
        break;
    case EACCES:
        HintForAccess(err, path);
        break;
    case ENOEXEC:
        HintForFormat(err, path);
        break;
    case E2BIG:
        lx_hint(
            err,
            "one word of its command line or environment has 128 KiB or "
            "more, or all of them have more than a quarter of its limit "
            "for the stack (rlimit stack; never more than 6 MiB)");
        break;
    default:
        break;
    }
    return -1;
}

/*
 * Tries the paths in turn, as execvp does: one that is there and may not be
 * executed is remembered, in case no other can be.
 */
int
lx_exec(
    struct lx_kernel *kernel, const struct lx_launch *launch,
    struct lx_err *err)
{
    const char *failed = launch->programs[0];
    int errnum = ENOENT;

    for (const char *const *path = launch->programs; *path != NULL; path++) {
        LX_SYS(kernel, execve, "spp", *path, launch->argv, launch->envp);
        if (lx_recording(kernel)) {
            return 0;
        }
        if (errno == ENOENT && Exists(*path)) {
            return Explain(launch, *path, ENOENT, err);
        }
        if (errno == EACCES) {
            failed = *path;
            errnum = EACCES;
        } else if (errno != ENOENT && errno != ENOTDIR) {
            return Explain(launch, *path, errno, err);
        }
    }
    return Explain(launch, failed, errnum, err);
}
