/*
 * lxCgPressure.c --
 *
 *      Triggers of pressure, waited for by a thread. To poll one takes its
 *      event away. An epoll descriptor in Tcl's select(2) polls what is in it
 *      when it is polled itself, and would lose the event before anybody can
 *      ask which trigger it was. So the thread waits for the triggers, and
 *      writes to an eventfd of each, which can be polled as often as one likes.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lx.h"

void
lx_pressures_init(struct lx_pressures *pressures)
{
    memset(pressures, 0, sizeof(*pressures));
    pthread_mutex_init(&pressures->lock, NULL);
    pressures->epoll = pressures->stop = -1;
    pressures->owner = getpid();
}

/* -- The thread ----------------------------------------------------------- */

static void
Tell(int fd)
{
    uint64_t one = 1;
    ssize_t ignored = write(fd, &one, sizeof(one));

    (void)ignored; /* it fails where it has been told 2^64 times */
}

/*
 * A trigger may have been removed since epoll found it: it is looked up by a
 * number that no other will have.
 */
static void
Ready(struct lx_pressures *pressures, const struct epoll_event *event)
{
    struct lx_trigger *trigger;

    pthread_mutex_lock(&pressures->lock);
    trigger = pressures->list;
    while (trigger != NULL && trigger->id != event->data.u64) {
        trigger = trigger->next;
    }
    if (trigger != NULL) {
        if (event->events & (EPOLLERR | EPOLLHUP)) {
            /* Its group is gone, and it would be ready for ever. */
            epoll_ctl(pressures->epoll, EPOLL_CTL_DEL, trigger->psi, NULL);
        }
        Tell(trigger->tell);
    }
    pthread_mutex_unlock(&pressures->lock);
}

static void *
Run(void *arg)
{
    struct lx_pressures *pressures = arg;
    struct epoll_event events[16];

    for (;;) {
        int count = epoll_wait(pressures->epoll, events, 16, -1);

        if (count < 0 && errno != EINTR) {
            return NULL;
        }
        for (int i = 0; i < count; i++) {
            if (events[i].data.u64 == 0) {
                return NULL;
            }
            Ready(pressures, &events[i]);
        }
    }
}

/*
 * Signals are for the interpreter's threads.
 */
static int
StartThread(struct lx_pressures *pressures)
{
    sigset_t all, before;
    int errnum;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    errnum = pthread_create(&pressures->thread, NULL, Run, pressures);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

static int
Start(struct lx_pressures *pressures, struct lx_err *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0};
    int errnum;

    if (pressures->epoll >= 0) {
        return 0;
    }
    pressures->epoll = lx_fd_park(epoll_create1(EPOLL_CLOEXEC));
    pressures->stop = pressures->epoll < 0
        ? -1
        : lx_fd_park(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    errnum = pressures->stop < 0
            || epoll_ctl(
                   pressures->epoll, EPOLL_CTL_ADD, pressures->stop, &event)
                != 0
        ? errno
        : StartThread(pressures);
    if (errnum != 0) {
        lx_fd_close(&pressures->stop);
        lx_fd_close(&pressures->epoll);
        return lx_fail(
            err, errnum, "cannot start a thread that waits for pressure");
    }
    return 0;
}

static void
Stop(struct lx_pressures *pressures)
{
    if (pressures->epoll >= 0 && pressures->owner == getpid()) {
        Tell(pressures->stop);
        pthread_join(pressures->thread, NULL);
    }
    lx_fd_close(&pressures->stop);
    lx_fd_close(&pressures->epoll);
}

/* -- Its triggers --------------------------------------------------------- */

static int
Add(struct lx_pressures *pressures, struct lx_trigger *trigger)
{
    struct epoll_event event = {.events = EPOLLPRI};

    pthread_mutex_lock(&pressures->lock);
    trigger->id = event.data.u64 = ++pressures->lastId;
    trigger->next = pressures->list;
    trigger->link = &pressures->list;
    if (trigger->next != NULL) {
        trigger->next->link = &trigger->next;
    }
    pressures->list = trigger;
    pthread_mutex_unlock(&pressures->lock);
    return epoll_ctl(pressures->epoll, EPOLL_CTL_ADD, trigger->psi, &event);
}

int
lx_pressure_add(
    struct lx_pressures *pressures, struct lx_trigger *trigger, int psi,
    struct lx_err *err)
{
    trigger->link = NULL;
    trigger->psi = psi;
    trigger->tell = lx_fd_park(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (trigger->tell < 0) {
        lx_fail(err, errno, "cannot make an eventfd");
    } else if (Start(pressures, err) == 0) {
        if (Add(pressures, trigger) == 0) {
            return 0;
        }
        lx_fail(err, errno, "cannot wait for pressure");
    }
    lx_pressure_remove(pressures, trigger);
    return -1;
}

/*
 * In a copy of the process there is no thread, nor anybody who would ever give
 * the lock back.
 */
void
lx_pressure_remove(struct lx_pressures *pressures, struct lx_trigger *trigger)
{
    bool own = pressures->owner == getpid();

    if (trigger->link != NULL) {
        if (own) {
            pthread_mutex_lock(&pressures->lock);
            epoll_ctl(pressures->epoll, EPOLL_CTL_DEL, trigger->psi, NULL);
        }
        *trigger->link = trigger->next;
        if (trigger->next != NULL) {
            trigger->next->link = trigger->link;
        }
        trigger->link = NULL;
        if (own) {
            pthread_mutex_unlock(&pressures->lock);
        }
    }
    lx_fd_close(&trigger->psi);
    lx_fd_close(&trigger->tell);
    if (pressures->list == NULL) {
        Stop(pressures);
    }
}

void
lx_pressures_free(struct lx_pressures *pressures)
{
    Stop(pressures);
    if (pressures->owner == getpid()) {
        pthread_mutex_destroy(&pressures->lock);
    }
}
