/*
 * lxIdmapHelp.c --
 *
 *      Maps of more than one id, for those without privilege: newuidmap and
 *      newgidmap write them, as /etc/subuid and /etc/subgid allow.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lx.h"

extern char **environ;

/*
 * What comes through a pipe until its end, as one line. False when the time
 * is up before.
 */
static bool
ReadWords(int fd, char *words, size_t size, int timeoutMs)
{
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    long deadline = lx_now_ms() + timeoutMs;
    size_t len = 0;
    ssize_t n = 1;

    while (n > 0) {
        long left = timeoutMs < 0 ? -1 : deadline - lx_now_ms();

        if (timeoutMs >= 0 && left <= 0) {
            return false;
        }
        if (poll(&poller, 1, (int)left) > 0) {
            char rest[128];
            bool full = len == size - 1;

            n = full ? read(fd, rest, sizeof(rest))
                     : read(fd, words + len, size - 1 - len);
            len += n > 0 && !full ? (size_t)n : 0;
        }
    }
    words[len] = '\0';
    for (char *p = words; *p != '\0'; p++) {
        *p = *p == '\n' ? (p[1] == '\0' ? '\0' : ' ') : *p;
    }
    return true;
}

/*
 * Runs a program to its end. What it says on stderr goes to words. Returns its
 * wait status, or -1 and errno, which is ETIMEDOUT when it was killed.
 */
static int
Run(char *const argv[], char *words, size_t size, int timeoutMs)
{
    int ends[2], status;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t set;
    bool ended;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    posix_spawnattr_init(&attributes);
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes, &set);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(&attributes, &set);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    errno = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (errno != 0) {
        lx_fd_close(&ends[0]);
        return -1;
    }
    ended = ReadWords(ends[0], words, size, timeoutMs);
    close(ends[0]);
    if (!ended) {
        kill(pid, SIGKILL);
    }
    if (waitpid(pid, &status, 0) != pid) {
        return -1;
    }
    errno = ETIMEDOUT;
    return ended ? status : -1;
}

/*
 * PROGRAM PID inside outside count ...
 */
int
lx_idmap_help(
    struct lx_kernel *kernel, pid_t pid, const struct lx_idmap *map,
    const char *program, int timeoutMs, struct lx_err *err)
{
    char(*numbers)[16];
    char **argv;
    char words[512];
    size_t argc = 0;
    int status;

    if (lx_recording(kernel)) {
        char line[512];

        lx_format(line, sizeof(line), "%s PID %s", program, map->text);
        line[strcspn(line, "\n")] = '\0';
        kernel->record(kernel->arg, line);
        return 0;
    }
    numbers = calloc(map->count * 3 + 1, sizeof(*numbers));
    argv = calloc(map->count * 3 + 3, sizeof(*argv));
    if (numbers == NULL || argv == NULL) {
        free(numbers);
        free(argv);
        return lx_fail(err, ENOMEM, "cannot run %s", program);
    }
    lx_format(numbers[0], sizeof(*numbers), "%d", (int)pid);
    argv[argc++] = (char *)program;
    argv[argc++] = numbers[0];
    for (size_t i = 0; i < map->count; i++) {
        const uint32_t range[3] = {
            map->ranges[i].inside, map->ranges[i].outside,
            map->ranges[i].count};

        for (int j = 0; j < 3; j++) {
            char *number = numbers[1 + i * 3 + (size_t)j];

            lx_format(number, sizeof(*numbers), "%u", range[j]);
            argv[argc++] = number;
        }
    }
    status = Run(argv, words, sizeof(words), timeoutMs);
    free(argv);
    free(numbers);
    if (status < 0 && errno == ETIMEDOUT) {
        return lx_refuse(
            err, "NS", "TIMEOUT", "%s did not end within %d ms", program,
            timeoutMs);
    }
    if (status < 0) {
        lx_fail(err, errno, "cannot run %s", program);
        if (errno == ENOENT) {
            lx_hint(
                err,
                "a map of more than one id needs it without privilege; "
                "Debian and Ubuntu have it in the package uidmap");
        }
        return -1;
    }
    if (status != 0) {
        return lx_refuse(
            err, "NS", "NEWIDMAP", "%s refused: %s", program,
            words[0] != '\0' ? words : "(it did not say why)");
    }
    return 0;
}
