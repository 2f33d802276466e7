/*
 * lxGate.c and lxForkGate.c: which gate refused. What this machine does not
 * have (AppArmor's switch, for one) is put over /proc/sys in a mnt namespace;
 * each case runs in a process of its own.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "lx.h"

#define ALL ((1u << LX_KINDS) - 1)

/*
 * Runs prepare in a child, then the gate for errnum and kinds; returns the
 * hint, or why there is none.
 */
static const char *
Hint(int (*prepare)(void), int errnum, unsigned kinds)
{
    static char text[1024];
    int ends[2];
    pid_t child;
    ssize_t len;

    if (pipe(ends) != 0) {
        return "no pipe";
    }
    fflush(stdout);
    child = fork();
    if (child == 0) {
        struct lx_err err;

        close(ends[0]);
        if (prepare != NULL && prepare() != 0) {
            lx_hint(&err, "cannot prepare: errno %d", errno);
        } else {
            lx_fail(&err, errnum, "cannot");
            lx_ns_gate(&err, kinds);
        }
        if (write(ends[1], err.hint, strlen(err.hint)) < 0) {
            _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    len = read(ends[0], text, sizeof(text) - 1);
    text[len > 0 ? len : 0] = '\0';
    close(ends[0]);
    waitpid(child, NULL, 0);
    return text;
}

static int
WriteTo(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    int result = file != NULL && fputs(text, file) >= 0 ? 0 : -1;

    return file != NULL && fclose(file) != 0 ? -1 : result;
}

static int
OwnSettings(const char *folder, const char *name, const char *text)
{
    char path[128];

    if (unshare(CLONE_NEWNS) != 0
        || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount("tmpfs", folder, "tmpfs", 0, NULL) != 0) {
        return -1;
    }
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return WriteTo(path, text);
}

static int
BecomeNobody(void)
{
    return setresgid(65534, 65534, 65534) == 0
            && setresuid(65534, 65534, 65534) == 0
        ? 0
        : -1;
}

static int
AppArmor(void)
{
    return OwnSettings(
               "/proc/sys/kernel", "apparmor_restrict_unprivileged_userns",
               "1\n")
            == 0
        ? BecomeNobody()
        : -1;
}

static int
AppArmorOff(void)
{
    return OwnSettings(
               "/proc/sys/kernel", "apparmor_restrict_unprivileged_userns",
               "0\n")
            == 0
        ? BecomeNobody()
        : -1;
}

static int
UsernsClone(void)
{
    return OwnSettings("/proc/sys/kernel", "unprivileged_userns_clone", "0\n")
            == 0
        ? BecomeNobody()
        : -1;
}

static int
Filter(void)
{
    struct sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
    struct sock_fprog program = {1, &allow};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)
        : -1;
}

static int
Limit(void)
{
    return OwnSettings("/proc/sys/user", "max_net_namespaces", "0\n");
}

static int
Limits(void)
{
    return OwnSettings("/proc/sys/user", "max_user_namespaces", "7\n") == 0
        ? WriteTo("/proc/sys/user/max_net_namespaces", "9\n")
        : -1;
}

static int
Unmapped(void)
{
    return unshare(CLONE_NEWUSER);
}

static int
OldKernel(void)
{
    /* A process's folder with the kinds that a kernel without time has. */
    static const char *const kinds[] = {"cgroup", "ipc",  "mnt", "net",
                                        "pid",    "user", "uts"};
    char folder[64], path[128];

    snprintf(folder, sizeof(folder), "/proc/%d/ns", (int)getpid());
    if (OwnSettings(folder, "none", "") != 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, kinds[i]);
        if (WriteTo(path, "") != 0) {
            return -1;
        }
    }
    return 0;
}

static int
OneProcess(void)
{
    struct rlimit one = {1, 1};

    return setrlimit(RLIMIT_NPROC, &one) == 0 ? BecomeNobody() : -1;
}

#define HINT_HAS(hint, wanted) \
    do { \
        const char *hint_ = (hint); \
        if (strstr(hint_, wanted) == NULL) { \
            printf( \
                "%s:%d: \"%s\" is not in \"%s\"\n", __FILE__, __LINE__, \
                wanted, hint_); \
            check_wrong++; \
        } \
    } while (0)

static const unsigned user = LX_KIND_BIT(LX_USER);
static const unsigned net = LX_KIND_BIT(LX_NET);

static void
UserNamespaces(void)
{
    HINT_HAS(
        Hint(AppArmor, EPERM, user),
        "kernel.apparmor_restrict_unprivileged_userns is 1; \"sysctl "
        "kernel.apparmor_restrict_unprivileged_userns=0\" opens it");
    HINT_HAS(
        Hint(UsernsClone, EPERM, user | net),
        "kernel.unprivileged_userns_clone is 0: \"sysctl "
        "kernel.unprivileged_userns_clone=1\" opens");
    HINT_HAS(Hint(Unmapped, EPERM, user), "must be written first");
    HINT_HAS(Hint(Filter, EPERM, user), "Seccomp is 2");
    CHECK_STR(Hint(NULL, EPERM, user), "");
    CHECK_STR(Hint(AppArmorOff, EPERM, user), "");
}

static void
OtherKinds(void)
{
    HINT_HAS(Hint(BecomeNobody, EPERM, net), "CAP_SYS_ADMIN, which uid 65534");
    HINT_HAS(Hint(Filter, EPERM, net), "Seccomp is 2");
    CHECK_STR(Hint(NULL, EPERM, net), "");
}

static void
Room(void)
{
    const char *hint;

    CHECK_STR(
        Hint(Limit, ENOSPC, net),
        "user.max_net_namespaces is 0: \"sysctl "
        "user.max_net_namespaces=1000\" opens it");
    hint = Hint(Limits, ENOSPC, user | net);
    HINT_HAS(hint, "not disk space");
    HINT_HAS(hint, "user.max_net_namespaces (9), user.max_user_namespaces (7)");
    HINT_HAS(hint, "32");
    HINT_HAS(Hint(NULL, EUSERS, user), "32");
    CHECK(strstr(Hint(NULL, ENOSPC, net), "32") == NULL);
}

static void
Kinds(void)
{
    CHECK_STR(
        Hint(OldKernel, EINVAL, ALL), "this kernel has no time namespaces");
    CHECK_STR(Hint(OldKernel, EINVAL, user), "");
    CHECK_STR(Hint(NULL, EINVAL, ALL), "");
    CHECK_STR(Hint(NULL, ENOENT, ALL), "");
}

static void
Processes(void)
{
    HINT_HAS(
        Hint(OneProcess, EAGAIN, user),
        "uid 65534 may have 1 processes (ulimit -u)");
    CHECK_STR(Hint(NULL, ENOMEM, user), "");
}

int
main(void)
{
    if (geteuid() != 0) {
        SKIP(UserNamespaces, "not root");
        return check_done();
    }
    RUN(UserNamespaces);
    RUN(OtherKinds);
    RUN(Room);
    RUN(Kinds);
    RUN(Processes);
    return check_done();
}
