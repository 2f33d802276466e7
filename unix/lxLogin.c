/*
 * lxLogin.c --
 *
 *      A user by name, as the files of the root at hand know him: those of an
 *      image, if it has become the root. Runs in a child, so there is no
 *      getpwnam(3), which would also ask the host's name services.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

#define FIELDS 7 /* of passwd(5) */
#define LINE_SIZE 16384
#define GROUPS 256

struct account {
    uint32_t uid, gid;
    uint32_t groups[GROUPS];
    size_t groupCount;
    char name[LX_NAME_SIZE];
    char home[LX_HOME_SIZE - 8]; /* to stand behind HOME= */
};

/*
 * No link of /proc is followed: it could lead to what the interpreter has
 * open.
 */
static int
Open(struct lx_kernel *kernel, const char *path)
{
    const struct open_how how = {
        .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
        .resolve = RESOLVE_NO_MAGICLINKS};
    int fd = (int)LX_SYS(
        kernel, openat2, "fsHd=", AT_FDCWD, path, &how, sizeof(how));

    if (fd < 0 && errno == ENOSYS) {
        fd = (int)LX_SYS(kernel, openat, "fsO=", AT_FDCWD, path, how.flags);
    }
    return fd;
}

/*
 * What an image has there may be a device, or a pipe on which one would wait
 * forever: such a file is taken for none.
 */
static bool
OpenFile(
    struct lx_kernel *kernel, const char *path, char buf[LINE_SIZE],
    struct lx_lines *lines)
{
    struct stat st;

    *lines = (struct lx_lines){.fd = -1, .buf = buf, .size = LINE_SIZE};
    lines->fd = Open(kernel, path);
    if (lx_recording(kernel)) {
        LX_SYS(kernel, close, "f", lines->fd);
        return false;
    }
    if (lines->fd >= 0
        && (fstat(lines->fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        lx_lines_close(lines);
    }
    return lines->fd >= 0;
}

/*
 * Takes a line apart, in place; returns how many fields it has.
 */
static int
Split(char *line, char *fields[FIELDS])
{
    int count = 0;

    while (count < FIELDS) {
        fields[count++] = line;
        line = strchr(line, ':');
        if (line == NULL) {
            break;
        }
        *line++ = '\0';
    }
    return count;
}

static bool
Id(const char *text, uint32_t *id)
{
    unsigned long value;

    if (!lx_number(text, &value) || value >= UINT32_MAX) {
        return false;
    }
    *id = (uint32_t)value;
    return true;
}

/*
 * Does the first field, or the number in the third, say that this is it?
 */
static bool
Matches(char *const fields[FIELDS], const char *name, uint32_t number)
{
    uint32_t id;

    if (name != NULL) {
        return strcmp(fields[0], name) == 0;
    }
    return Id(fields[2], &id) && id == number;
}

static bool
FindUser(
    struct lx_kernel *kernel, const struct lx_login *login,
    struct account *account)
{
    char buf[LINE_SIZE], *line, *fields[FIELDS];
    struct lx_lines lines;
    bool found = false;

    if (!OpenFile(kernel, "/etc/passwd", buf, &lines)) {
        return false;
    }
    while (!found && (line = lx_lines_next(&lines)) != NULL) {
        found = Split(line, fields) >= 6
            && Matches(fields, login->user, login->uid)
            && Id(fields[2], &account->uid) && Id(fields[3], &account->gid);
    }
    if (found) {
        lx_format(account->name, sizeof(account->name), "%s", fields[0]);
        lx_format(account->home, sizeof(account->home), "%s", fields[5]);
    }
    lx_lines_close(&lines);
    return found;
}

static bool
FindGroup(struct lx_kernel *kernel, const char *name, uint32_t *gid)
{
    char buf[LINE_SIZE], *line, *fields[FIELDS];
    struct lx_lines lines;
    bool found = false;

    if (!OpenFile(kernel, "/etc/group", buf, &lines)) {
        return false;
    }
    while (!found && (line = lx_lines_next(&lines)) != NULL) {
        found = Split(line, fields) >= 3 && strcmp(fields[0], name) == 0
            && Id(fields[2], gid);
    }
    lx_lines_close(&lines);
    return found;
}

/*
 * Is the name one of a list parted by commas?
 */
static bool
Lists(const char *names, const char *name)
{
    size_t len = strlen(name);

    for (;;) {
        size_t next = strcspn(names, ",");

        if (next == len && memcmp(names, name, len) == 0) {
            return true;
        }
        if (names[next] == '\0') {
            return false;
        }
        names += next + 1;
    }
}

/*
 * The groups that name him as a member.
 */
static void
FindGroups(struct lx_kernel *kernel, struct account *account)
{
    char buf[LINE_SIZE], *line, *fields[FIELDS];
    struct lx_lines lines;

    if (!OpenFile(kernel, "/etc/group", buf, &lines)) {
        return;
    }
    while (account->groupCount < GROUPS
           && (line = lx_lines_next(&lines)) != NULL) {
        if (Split(line, fields) >= 4 && Lists(fields[3], account->name)
            && Id(fields[2], &account->groups[account->groupCount])) {
            account->groupCount++;
        }
    }
    lx_lines_close(&lines);
}

/*
 * What a recording says of ids that are known only when the files are read.
 */
static void
Record(struct lx_kernel *kernel, const struct lx_login *login)
{
    struct account ignored = {.groupCount = 0};

    FindGroups(kernel, &ignored);
    if (login->group == NULL && login->gidGiven) {
        kernel->record(kernel->arg, "setgroups(0, [])");
    } else {
        kernel->record(kernel->arg, "setgroups(COUNT, GROUPS)");
    }
    kernel->record(kernel->arg, "setresgid(GID, GID, GID)");
    kernel->record(kernel->arg, "setresuid(UID, UID, UID)");
}

static int
FindAccount(
    struct lx_kernel *kernel, const struct lx_login *login,
    struct account *account, struct lx_err *err)
{
    bool found;

    memset(account, 0, sizeof(*account));
    account->uid = account->gid = login->uid;
    found = FindUser(kernel, login, account);
    if (account->home[0] != '/') {
        lx_format(account->home, sizeof(account->home), "/");
    }
    if (!found && login->user != NULL) {
        return lx_refuse(
            err, "LOGIN", "NOUSER",
            "there is no user %q in \"/etc/passwd\" of this root", login->user);
    }
    if (login->group != NULL) {
        if (!FindGroup(kernel, login->group, &account->gid)) {
            return lx_refuse(
                err, "LOGIN", "NOGROUP",
                "there is no group %q in \"/etc/group\" of this root",
                login->group);
        }
    } else if (login->gidGiven) {
        account->gid = login->gid;
    } else if (found) {
        FindGroups(kernel, account);
    }
    return 0;
}

int
lx_login_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const struct lx_login *login = args;
    struct account account;
    struct lx_user user;

    if (lx_recording(kernel)) {
        FindUser(kernel, login, &account);
        Record(kernel, login);
        return 0;
    }
    if (FindAccount(kernel, login, &account, err) != 0) {
        return -1;
    }
    if (login->home != NULL) {
        lx_format(login->home, LX_HOME_SIZE, "HOME=%s", account.home);
    }
    user = (struct lx_user){
        .uid = account.uid,
        .gid = account.gid,
        .groups = account.groups,
        .groupCount = account.groupCount,
        .groupsGiven = account.groupCount > 0};
    return lx_user_run(kernel, &user, err);
}
