/*
 * lxPoll.c --
 *
 *      epoll: one descriptor that is readable while any of its others is.
 */

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lx.h"

int
lx_poll_open(struct lx_err *err)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);

    return fd >= 0 ? fd : lx_fail(err, errno, "cannot make an epoll instance");
}

int
lx_poll_add(int pollFd, int fd, struct lx_err *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (epoll_ctl(pollFd, EPOLL_CTL_ADD, fd, &event) != 0) {
        return lx_fail(err, errno, "cannot watch descriptor %d", fd);
    }
    return 0;
}

void
lx_poll_remove(int pollFd, int fd)
{
    epoll_ctl(pollFd, EPOLL_CTL_DEL, fd, NULL);
}

/*
 * The descriptors that are ready now, without waiting; at most max of them.
 */
int
lx_poll_ready(int pollFd, int *fds, int max)
{
    struct epoll_event events[64];
    int count = epoll_wait(pollFd, events, max < 64 ? max : 64, 0);

    for (int i = 0; i < count; i++) {
        fds[i] = events[i].data.fd;
    }
    return count;
}
