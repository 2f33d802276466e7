/*
 * Bytes at the end of a page that is followed by one that cannot be read: what
 * is read beyond them is noticed.
 */

#ifndef GUARDED_H
#define GUARDED_H

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARDED_ROOM 65536

static inline void *
guarded(const void *data, size_t len)
{
    static char *room;
    long page = sysconf(_SC_PAGESIZE);

    if (room == NULL) {
        room = mmap(
            NULL, GUARDED_ROOM + (size_t)page, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(room + GUARDED_ROOM, (size_t)page, PROT_NONE);
    }
    /* Messages begin at multiples of four. */
    memmove(room + GUARDED_ROOM - ((len + 3) & ~3UL), data, len);
    return room + GUARDED_ROOM - ((len + 3) & ~3UL);
}

#endif
