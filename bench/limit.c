/*
 * limit.c --
 *
 *      What a launch costs at the least: the system calls that it takes, made
 *      by hand, with nothing checked but that they succeed.
 *
 *      limit PROGRAM REAP
 *
 *      Every line of standard input is a launch, and is answered with the
 *      microseconds from the clone to the end of PROGRAM, which is static. The
 *      line says what it is to be:
 *
 *      bare        a process without anything of its own
 *      plain       process 1 of a pid namespace, with mnt, uts and ipc
 *                  namespaces and a /proc of its own too
 *      init        process 2 in there; REAP is process 1
 */

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define STACK_SIZE (64 * 1024)

enum shape { BARE, PLAIN, INIT };

struct launch {
    char *program;
    char *reap;
    enum shape shape;
};

/* The child and the grandchild share our memory until they execute. */
static char stacks[2][STACK_SIZE] __attribute__((aligned(16)));

static int
Program(void *arg)
{
    const struct launch *launch = arg;
    char *argv[] = {launch->program, NULL};

    execve(launch->program, argv, environ);
    _exit(125);
}

static int
First(void *arg)
{
    const struct launch *launch = arg;
    char number[16];
    char *argv[] = {launch->reap, number, NULL};
    char *envp[] = {NULL};
    pid_t program;

    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount("proc", "/proc", "proc", 0, NULL) != 0) {
        _exit(126);
    }
    if (launch->shape == PLAIN) {
        Program(arg);
    }
    program = clone(
        Program, stacks[1] + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, arg);
    if (program > 0) {
        snprintf(number, sizeof(number), "%d", (int)program);
        execve(launch->reap, argv, envp);
    }
    _exit(124);
}

static int
Launch(struct launch *launch)
{
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    pid_t pid;
    int status;

    if (launch->shape != BARE) {
        flags |= CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
    }
    pid = clone(
        launch->shape == BARE ? Program : First, stacks[0] + STACK_SIZE, flags,
        launch);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
    struct launch launch;
    char line[16];

    if (argc != 3) {
        fprintf(stderr, "usage: limit PROGRAM REAP\n");
        return 2;
    }
    launch.program = argv[1];
    launch.reap = argv[2];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        double start;
        int status;

        launch.shape = strcmp(line, "bare\n") == 0 ? BARE
            : strcmp(line, "plain\n") == 0         ? PLAIN
                                                   : INIT;
        start = Microseconds();
        status = Launch(&launch);
        if (status < 0) {
            perror("limit: cannot launch");
            return 1;
        }
        if (status > 0) {
            fprintf(stderr, "limit: the launch ended with %d\n", status);
            return 1;
        }
        printf("%.1f\n", Microseconds() - start);
        fflush(stdout);
    }
    return 0;
}
