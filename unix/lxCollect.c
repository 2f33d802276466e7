/*
 * lxCollect.c --
 *
 *      Feeds a process its input and gathers its output, both at once, so
 *      that neither side waits for the other.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

static int
Grow(struct lx_buffer *buffer)
{
    size_t size = buffer->size == 0 ? 4096 : buffer->size * 2;
    char *data = realloc(buffer->data, size);

    if (data == NULL) {
        return -1;
    }
    buffer->data = data;
    buffer->size = size;
    return 0;
}

/*
 * Reads what is there; at the end closes the descriptor.
 */
static int
Gather(int *fd, struct lx_buffer *buffer)
{
    ssize_t n;

    if (buffer->len == buffer->size && Grow(buffer) != 0) {
        return -1;
    }
    n = read(*fd, buffer->data + buffer->len, buffer->size - buffer->len);
    if (n > 0) {
        buffer->len += (size_t)n;
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        lx_fd_close(fd);
    }
    return 0;
}

/*
 * Writes what fits; when all is written, or no one reads it, closes.
 */
static void
Feed(struct lx_collect *collect)
{
    ssize_t n = write(collect->in, collect->input, collect->inputLen);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n > 0) {
        collect->input += n;
        collect->inputLen -= (size_t)n;
    }
    if (n < 0 || collect->inputLen == 0) {
        lx_fd_close(&collect->in);
    }
}

int
lx_collect_run(struct lx_collect *collect, int timeoutMs, struct lx_err *err)
{
    long deadline = lx_now_ms() + timeoutMs;

    if (collect->in >= 0) {
        fcntl(collect->in, F_SETFL, O_NONBLOCK);
    }
    while (collect->in >= 0 || collect->out >= 0 || collect->err >= 0) {
        struct pollfd polls[3] = {
            {.fd = collect->in, .events = POLLOUT},
            {.fd = collect->out, .events = POLLIN},
            {.fd = collect->err, .events = POLLIN}};
        long left = timeoutMs < 0 ? -1 : deadline - lx_now_ms();
        int ready;

        if (timeoutMs >= 0 && left <= 0) {
            return 0;
        }
        ready = poll(polls, 3, (int)left);
        if (ready == 0) {
            return 0;
        }
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready < 0) {
            return lx_fail(err, errno, "cannot wait for the output");
        }
        if (polls[0].revents != 0) {
            Feed(collect);
        }
        if ((polls[1].revents != 0
             && Gather(&collect->out, &collect->outText) != 0)
            || (polls[2].revents != 0
                && Gather(&collect->err, &collect->errText) != 0)) {
            return lx_fail(err, ENOMEM, "cannot keep the output");
        }
    }
    return 1;
}

void
lx_collect_free(struct lx_collect *collect)
{
    lx_fd_close(&collect->in);
    lx_fd_close(&collect->out);
    lx_fd_close(&collect->err);
    free(collect->outText.data);
    free(collect->errText.data);
}
