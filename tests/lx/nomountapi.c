/*
 * Runs a program on a kernel without the mount calls of Linux 5.2 and later,
 * or one that looks like it: a seccomp filter answers ENOSYS to them.
 *
 *      nomountapi CALL[,CALL...] PROGRAM ?ARG ...?
 *
 * Without arguments it tests its own filter.
 */

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *name;
    unsigned number;
} calls[] = {
    {"open_tree", SYS_open_tree}, {"move_mount", SYS_move_mount},
    {"fsopen", SYS_fsopen},       {"fsconfig", SYS_fsconfig},
    {"fsmount", SYS_fsmount},     {"mount_setattr", SYS_mount_setattr},
    {"openat2", SYS_openat2},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* Two instructions for each call that is not to be had. */
static int
filter(const char *names)
{
    struct sock_filter code[2 + 2 * CALLS];
    struct sock_fprog program = {0, code};
    char *copy = strdup(names);

    code[program.len++] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (char *name = strtok(copy, ","); name; name = strtok(NULL, ",")) {
        size_t i = 0;

        while (i < CALLS && strcmp(name, calls[i].name) != 0) {
            i++;
        }
        if (i == CALLS || program.len > 2 * CALLS) {
            fprintf(stderr, "nomountapi: no such call: %s\n", name);
            free(copy);
            return -1;
        }
        code[program.len++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1);
        code[program.len++] = (struct sock_filter)BPF_STMT(
            BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
    }
    free(copy);
    code[program.len++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("nomountapi: seccomp");
        return -1;
    }
    return 0;
}

static void
answers_enosys(void)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        if (filter("fsopen,openat2") != 0) {
            _exit(1);
        }
        if (syscall(SYS_fsopen, "tmpfs", 0) != -1 || errno != ENOSYS) {
            _exit(2);
        }
        if (syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) != -1
            || errno != ENOSYS) {
            _exit(3);
        }
        /* The others are as they were. */
        if (syscall(SYS_open_tree, -1, "x", 0) != -1 || errno == ENOSYS) {
            _exit(4);
        }
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_INT(status, 0);
}

int
main(int argc, char **argv)
{
    if (argc == 1) {
        RUN(answers_enosys);
        return check_done();
    }
    if (argc < 3 || filter(argv[1]) != 0) {
        return 125;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 127;
}
