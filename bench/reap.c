/*
 * reap.c --
 *
 *      The least that can be process 1 above a program: it waits for whatever
 *      ends, until PID, its argument, has, and ends with the same status.
 */

#include <stdlib.h>
#include <sys/wait.h>

int
main(int argc, char **argv)
{
    pid_t program = argc > 1 ? (pid_t)atoi(argv[1]) : 0;
    int status = 0;
    pid_t pid;

    do {
        pid = wait(&status);
    } while (pid > 0 && pid != program);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
