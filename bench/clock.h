/*
 * clock.h --
 *
 *      What the limits by hand measure with.
 */

#ifndef CLOCK_H
#define CLOCK_H

#include <time.h>

static double
Microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

#endif /* CLOCK_H */
