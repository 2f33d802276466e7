/*
 * lxLines.c --
 *
 *      A file line by line, without memory of its own.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

int
lx_lines_take(struct lx_lines *lines, int fd, char *buf, size_t size)
{
    *lines = (struct lx_lines){.fd = fd, .buf = buf, .size = size};
    return fd < 0 ? -1 : 0;
}

int
lx_lines_open(struct lx_lines *lines, const char *path, char *buf, size_t size)
{
    return lx_lines_take(lines, open(path, O_RDONLY | O_CLOEXEC), buf, size);
}

void
lx_lines_close(struct lx_lines *lines)
{
    lx_fd_close(&lines->fd);
}

/*
 * Reads on, as far as there is room. False: the file is at its end, or
 * cannot be read.
 */
static bool
Fill(struct lx_lines *lines)
{
    ssize_t count;

    if (lines->start > 0) {
        memmove(
            lines->buf, lines->buf + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    do {
        count = read(
            lines->fd, lines->buf + lines->end, lines->size - 1 - lines->end);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        lines->errnum = count < 0 ? errno : 0;
        return false;
    }
    lines->end += (size_t)count;
    return true;
}

/*
 * The line, without its newline, ends where the next one begins. A NUL is
 * always at buf[end], for a file whose last line has no newline.
 */
char *
lx_lines_next(struct lx_lines *lines)
{
    for (;;) {
        char *line = lines->buf + lines->start;
        size_t len = lines->end - lines->start;
        char *newline = len > 0 ? memchr(line, '\n', len) : NULL;
        bool skipped = lines->skip;

        if (newline != NULL) {
            *newline = '\0';
            lines->start += (size_t)(newline - line) + 1;
            lines->skip = false;
        } else if (len == lines->size - 1) {
            lines->start = lines->end;
            lines->skip = lines->cut = true;
        } else if (Fill(lines)) {
            continue;
        } else if (len == 0) {
            return NULL;
        } else {
            line = lines->buf; /* Fill moved it */
            lines->start = lines->end;
        }
        if (newline == NULL) {
            line[len] = '\0';
        }
        if (!skipped) {
            return line;
        }
    }
}
