/*
 * lxPool.c --
 *
 *      Memory and descriptors that are given back together.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lx.h"

struct lx_chunk {
    struct lx_chunk *next;
    size_t used, size;
    _Alignas(max_align_t) char data[];
};

struct lx_heldfd {
    struct lx_heldfd *next;
    int fd;
};

#define CHUNK_SIZE 4000

void *
lx_pool_alloc(struct lx_pool *pool, size_t size)
{
    struct lx_chunk *chunk = pool->chunks;
    void *memory;

    size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

        chunk = malloc(sizeof(*chunk) + room);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->used = 0;
        chunk->size = room;
        chunk->next = pool->chunks;
        pool->chunks = chunk;
    }
    memory = chunk->data + chunk->used;
    chunk->used += size;
    return memset(memory, 0, size);
}

char *
lx_pool_string(struct lx_pool *pool, const char *text, size_t len)
{
    char *copy = lx_pool_alloc(pool, len + 1);

    if (copy != NULL) {
        memcpy(copy, text, len); /* the pool's memory ends in a 0 */
    }
    return copy;
}

/*
 * The descriptor is closed with the pool, or at once where memory is out.
 */
int
lx_pool_fd(struct lx_pool *pool, int fd)
{
    struct lx_heldfd *held = lx_pool_alloc(pool, sizeof(*held));

    if (held == NULL) {
        close(fd);
        return -1;
    }
    held->fd = fd;
    held->next = pool->fds;
    pool->fds = held;
    return fd;
}

size_t
lx_pool_fds(const struct lx_pool *pool, int *fds, size_t max)
{
    size_t count = 0;

    for (struct lx_heldfd *held = pool->fds; held != NULL; held = held->next) {
        if (count < max) {
            fds[count] = held->fd;
        }
        count++;
    }
    return count;
}

void
lx_pool_close(struct lx_pool *pool)
{
    for (struct lx_heldfd *held = pool->fds; held != NULL; held = held->next) {
        close(held->fd);
    }
    pool->fds = NULL;
}

void
lx_pool_free(struct lx_pool *pool)
{
    lx_pool_close(pool);
    while (pool->chunks != NULL) {
        struct lx_chunk *next = pool->chunks->next;

        free(pool->chunks);
        pool->chunks = next;
    }
}
