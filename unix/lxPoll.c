/*
 * lxPoll.c --
 *
 *      epoll: one descriptor that is readable while any of its others is.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lx.h"

int
lx_poll_open(struct lx_poll *poll, struct lx_err *err)
{
    poll->fd = epoll_create1(EPOLL_CLOEXEC);
    poll->owner = getpid();
    return poll->fd >= 0 ? 0
                         : lx_fail(err, errno, "cannot make an epoll instance");
}

/*
 * A copy of the interpreter (fork) has the original's instance: what it adds
 * or removes, it would add and remove there. So it gets one of its own, empty,
 * by the same number. Returns whether that was so.
 */
bool
lx_poll_renew(struct lx_poll *poll)
{
    int own;

    if (poll->owner == getpid()) {
        return false;
    }
    close(poll->fd); /* first, or there might be no number left */
    own = epoll_create1(EPOLL_CLOEXEC);
    if (own >= 0 && own != poll->fd) {
        dup3(own, poll->fd, O_CLOEXEC);
        close(own);
    }
    poll->owner = getpid();
    return true;
}

int
lx_poll_add(const struct lx_poll *poll, int fd, bool urgent, struct lx_err *err)
{
    struct epoll_event event = {
        .events = urgent ? EPOLLPRI : EPOLLIN, .data.fd = fd};

    if (epoll_ctl(poll->fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        return lx_fail(err, errno, "cannot watch descriptor %d", fd);
    }
    return 0;
}

/*
 * To be done before fd is closed: epoll watches what it stands for, and would
 * go on while a copy of the process has it open.
 */
void
lx_poll_remove(const struct lx_poll *poll, int fd)
{
    epoll_ctl(poll->fd, EPOLL_CTL_DEL, fd, NULL);
}

/*
 * The descriptors that are ready now, without waiting; at most max of them.
 */
int
lx_poll_ready(const struct lx_poll *poll, int *fds, int max)
{
    struct epoll_event events[64];
    int count = epoll_wait(poll->fd, events, max < 64 ? max : 64, 0);

    for (int i = 0; i < count; i++) {
        fds[i] = events[i].data.fd;
    }
    return count;
}
