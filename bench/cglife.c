/*
 * cglife.c --
 *
 *      What the life of a group costs at the least: it is made, set, a process
 *      is moved into it and out again, and it is removed; by hand, with
 *      nothing checked but that it succeeds.
 *
 *      cglife PID GROUP HOME FOLDER ... -- FILE VALUE ...
 *
 *      GROUP and HOME are names below each FOLDER, where a hierarchy is
 *      mounted; HOME is there. Each FILE of the group is set to VALUE. Every
 *      line of standard input is a number of lives, and is answered with the
 *      microseconds that they took together.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

struct life {
    const char *pid, *group, *home;
    char **folders; /* NULL-ended */
    char **settings;
};

static int
Failed(const char *path)
{
    perror(path);
    return -1;
}

static int
Write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t len = (ssize_t)strlen(text);

    if (fd < 0 || write(fd, text, (size_t)len) != len) {
        return Failed(path);
    }
    return close(fd);
}

static int
Attach(const struct life *life, const char *group)
{
    char path[4096];

    for (char **folder = life->folders; *folder != NULL; folder++) {
        snprintf(path, sizeof(path), "%s%s/cgroup.procs", *folder, group);
        if (Write(path, life->pid) != 0) {
            return -1;
        }
    }
    return 0;
}

static int
Live(const struct life *life)
{
    char path[4096];

    for (char **folder = life->folders; *folder != NULL; folder++) {
        snprintf(path, sizeof(path), "%s%s", *folder, life->group);
        if (mkdir(path, 0755) != 0) {
            return Failed(path);
        }
    }
    for (char **setting = life->settings; *setting != NULL; setting += 2) {
        if (Write(setting[0], setting[1]) != 0) {
            return -1;
        }
    }
    if (Attach(life, life->group) != 0 || Attach(life, life->home) != 0) {
        return -1;
    }
    for (char **folder = life->folders; *folder != NULL; folder++) {
        snprintf(path, sizeof(path), "%s%s", *folder, life->group);
        if (rmdir(path) != 0) {
            return Failed(path);
        }
    }
    return 0;
}

int
main(int argc, char **argv)
{
    struct life life;
    char line[32];
    int dashes = 4;

    while (dashes < argc && strcmp(argv[dashes], "--") != 0) {
        dashes++;
    }
    if (dashes >= argc || (argc - dashes) % 2 != 1) {
        fprintf(
            stderr,
            "usage: cglife PID GROUP HOME FOLDER ... -- FILE VALUE ...\n");
        return 2;
    }
    life.pid = argv[1];
    life.group = argv[2];
    life.home = argv[3];
    life.folders = argv + 4;
    life.settings = argv + dashes + 1;
    argv[dashes] = NULL;
    while (fgets(line, sizeof(line), stdin) != NULL) {
        int lives = atoi(line);
        double start = Microseconds();

        for (int i = 0; i < lives; i++) {
            if (Live(&life) != 0) {
                return 1;
            }
        }
        printf("%.1f\n", Microseconds() - start);
        fflush(stdout);
    }
    return 0;
}
