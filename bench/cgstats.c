/*
 * cgstats.c --
 *
 *      What it costs at the least to read what a group has counted: its files,
 *      each opened by its path, read, taken apart and closed.
 *
 *      cgstats FILE ...
 *
 *      Every line of standard input is a number of rounds, and is answered
 *      with the microseconds that they took together. A round reads all FILEs.
 *      After "many" before the number, each round reads those of another group:
 *      "/one/" in their names becomes the number of one in a thousand.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define FIGURES 1024

struct figure {
    const char *key;
    uint64_t value;
};

/*
 * "key 123", "name key=123", "8:0 Read 123" or "123": what a number has before
 * it is its key.
 */
static size_t
Parse(char *text, struct figure *figures, size_t count)
{
    const char *key = "";

    while (*text != '\0' && count < FIGURES) {
        size_t len = strcspn(text, " =\n");
        char *end;

        if (text[0] >= '0' && text[0] <= '9') {
            figures[count].value = strtoull(text, &end, 10);
            if (end == text + len) {
                figures[count++].key = key;
            }
        } else {
            key = text;
        }
        text += len;
        if (*text != '\0') {
            *text++ = '\0';
        }
    }
    return count;
}

/*
 * The file of another group.
 */
static const char *
Other(const char *file, int group)
{
    static char path[4096];
    const char *one = strstr(file, "/one/");

    if (group < 0 || one == NULL) {
        return file;
    }
    snprintf(
        path, sizeof(path), "%.*s/%d/%s", (int)(one - file), file, group,
        one + strlen("/one/"));
    return path;
}

static int
Round(char **files, int group)
{
    static char text[64 * 1024];
    static struct figure figures[FIGURES];
    size_t used = 0, count = 0;

    for (; *files != NULL; files++) {
        int fd = open(Other(*files, group), O_RDONLY | O_CLOEXEC);
        ssize_t n;

        if (fd < 0) {
            perror(*files);
            return -1;
        }
        n = read(fd, text + used, sizeof(text) - used - 1);
        if (n < 0) {
            perror(*files);
            return -1;
        }
        text[used + (size_t)n] = '\0';
        count = Parse(text + used, figures, count);
        used += (size_t)n + 1;
        close(fd);
    }
    return count > 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
    static const char many[] = "many ";
    char line[32];
    int group = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: cgstats FILE ...\n");
        return 2;
    }
    while (fgets(line, sizeof(line), stdin) != NULL) {
        size_t skip = strncmp(line, many, strlen(many)) == 0 ? strlen(many) : 0;
        int rounds = atoi(line + skip);
        double start = Microseconds();

        for (int i = 0; i < rounds; i++) {
            if (Round(argv + 1, skip > 0 ? group : -1) != 0) {
                return 1;
            }
            group = (group + 1) % 1000;
        }
        printf("%.1f\n", Microseconds() - start);
        fflush(stdout);
    }
    return 0;
}
