/*
 * lxTime.c --
 *
 *      What time it is, and waiting for what nothing tells of.
 */

#include <time.h>

#include "lx.h"

long
lx_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

struct lx_wait
lx_wait_begin(int timeoutMs)
{
    return (struct lx_wait){
        .end = timeoutMs < 0 ? -1 : lx_now_ms() + timeoutMs, .nap = 0};
}

/*
 * The first nap is only a chance for others to run.
 */
bool
lx_wait_nap(struct lx_wait *wait)
{
    struct timespec nap = {
        .tv_nsec = wait->nap > 0 ? wait->nap * 1000000L : 50000L};

    if (wait->end >= 0 && lx_now_ms() >= wait->end) {
        return false;
    }
    nanosleep(&nap, NULL);
    if (wait->nap < 10) {
        wait->nap++;
    }
    return true;
}
