/*
 * lxFd.c --
 *
 *      Descriptors and small files.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

#define PARKING 64

void
lx_fd_close(int *fd)
{
    int saved = errno;

    if (*fd >= 0) {
        close(*fd); /* never retried: Linux has closed it even on EINTR */
        *fd = -1;
    }
    errno = saved;
}

/*
 * Gives a descriptor a number above 2, so that moving others to 0, 1 and 2 in
 * a child cannot run over it.
 */
int
lx_fd_high(int fd)
{
    int high, saved;

    if (fd < 0 || fd > 2) {
        return fd;
    }
    high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    saved = errno;
    close(fd);
    errno = saved;
    return high;
}

/*
 * The path by which other processes may open it too.
 */
void
lx_fd_path(int fd, char *buf, size_t size)
{
    lx_format(buf, size, "/proc/%d/fd/%d", (int)getpid(), fd);
}

/*
 * Gives a descriptor that is kept for long a number above those that a launch
 * needs: a child gets only the part of the table up to the last one of these.
 */
int
lx_fd_park(int fd)
{
    int far = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, PARKING);

    if (far < 0) {
        return lx_fd_high(fd); /* there is a limit below */
    }
    lx_fd_close(&fd);
    return far;
}

/*
 * The first size-1 bytes of a file, ended by a 0. Returns their number.
 */
int
lx_read_at(int folder, const char *path, char *buf, size_t size)
{
    LX_AUTOCLOSE int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;

    if (fd < 0) {
        return -1;
    }
    while (len < size - 1) {
        ssize_t n = read(fd, buf + len, size - 1 - len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        if (n == 0) {
            break;
        }
        len += (size_t)n;
    }
    buf[len] = '\0';
    return (int)len;
}

int
lx_read_file(const char *path, char *buf, size_t size)
{
    return lx_read_at(AT_FDCWD, path, buf, size);
}

char *
lx_read_all(int fd)
{
    size_t size = 16384, len = 0;
    char *text = malloc(size);
    ssize_t count = text != NULL ? 1 : -1;

    while (count > 0) {
        if (size - len < 8192) {
            char *larger = realloc(text, size * 2);

            if (larger == NULL) {
                count = -1;
                break;
            }
            text = larger;
            size *= 2;
        }
        do {
            count = read(fd, text + len, size - len - 1);
        } while (count < 0 && errno == EINTR);
        len += count > 0 ? (size_t)count : 0;
    }
    if (count < 0) {
        free(text);
        return NULL;
    }
    text[len] = '\0';
    return text;
}

/*
 * Files of /proc and cgroups take a setting in one write or not at all.
 */
int
lx_write_at(int folder, const char *path, const char *data)
{
    LX_AUTOCLOSE int fd = openat(folder, path, O_WRONLY | O_CLOEXEC);
    size_t len = strlen(data);
    ssize_t n;

    if (fd < 0) {
        return -1;
    }
    do {
        n = write(fd, data, len);
    } while (n < 0 && errno == EINTR);
    if (n >= 0 && (size_t)n != len) {
        errno = EIO;
        return -1;
    }
    return n < 0 ? -1 : 0;
}

int
lx_write_file(const char *path, const char *data)
{
    return lx_write_at(AT_FDCWD, path, data);
}

/*
 * A file that holds one number.
 */
bool
lx_file_number(const char *path, unsigned long *value)
{
    char text[64];

    if (lx_read_file(path, text, sizeof(text)) < 0) {
        return false;
    }
    text[strcspn(text, " \t\n")] = '\0';
    return lx_number(text, value);
}

bool
lx_fd_isopen(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/*
 * A copy above 2 that is not passed on by exec.
 */
int
lx_fd_copy(int fd, struct lx_err *err)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    return copy >= 0 ? copy
                     : lx_fail(err, errno, "cannot copy descriptor %d", fd);
}

/*
 * A pipe to (or from) a process: both ends above 2.
 */
int
lx_pipe(bool toProcess, int *ours, int *theirs, struct lx_err *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return lx_fail(err, errno, "cannot make a pipe");
    }
    *ours = lx_fd_high(ends[toProcess ? 1 : 0]);
    *theirs = lx_fd_high(ends[toProcess ? 0 : 1]);
    if (*ours < 0 || *theirs < 0) {
        lx_fail(err, errno, "cannot make a pipe");
        lx_fd_close(ours);
        lx_fd_close(theirs);
        return -1;
    }
    return 0;
}

/*
 * A file for a process to read, or to write from its beginning.
 */
int
lx_open_stream(const char *path, bool writing, struct lx_err *err)
{
    int flags = writing ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
    int fd = lx_fd_high(open(path, flags | O_CLOEXEC | O_NOCTTY, 0666));

    return fd >= 0 ? fd
                   : lx_fail(
                       err, errno, "cannot open %q for %s", path,
                       writing ? "writing" : "reading");
}
