/*
 * lxEnviron.c --
 *
 *      A copy of the environment, which other threads may change while a
 *      program is started with it.
 */

#include <string.h>

#include "lx.h"

#define TRIES 1000

static char *
At(char **texts, size_t i)
{
    return __atomic_load_n(&texts[i], __ATOMIC_ACQUIRE);
}

static size_t
Count(char **texts)
{
    size_t count = 0;

    while (At(texts, count) != NULL) {
        count++;
    }
    return count;
}

/*
 * The addresses of the texts, and the texts themselves after them.
 */
static char **
Copy(struct lx_pool *pool, char **texts, size_t count)
{
    size_t size = 0, used = 0;
    char **copies = lx_pool_alloc(pool, (count + 1) * sizeof(*copies));
    char *room;

    for (size_t i = 0; copies != NULL && i < count; i++) {
        size += strlen(texts[i]) + 1;
    }
    room = copies != NULL ? lx_pool_alloc(pool, size + 1) : NULL;
    if (room == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        size_t len = strnlen(texts[i], size - used);

        copies[i] = memcpy(room + used, texts[i], len);
        used += len + (len < size - used); /* a 0 stands there */
    }
    return copies;
}

/*
 * The texts are compared too: one that was given back may already stand there
 * again as another.
 */
static bool
Same(char **texts, char **before, char **copies)
{
    size_t i = 0;

    while (before[i] != NULL && At(texts, i) == before[i]
           && strcmp(before[i], copies[i]) == 0) {
        i++;
    }
    return before[i] == NULL && At(texts, i) == NULL;
}

/*
 * Who changes a variable puts another text in the place of the old one, and
 * then gives that back. There is no lock that is known to all who do: Tcl has
 * its own, the C library another. So what was copied counts only if the same
 * texts still stand there afterwards. NULL: no memory.
 */
char **
lx_environ_copy(struct lx_pool *pool)
{
    for (int i = 0;; i++) {
        char **texts = lx_environment();
        size_t count = Count(texts);
        char **before = lx_pool_alloc(pool, (count + 1) * sizeof(*before));
        char **copies;

        if (before == NULL) {
            return NULL;
        }
        for (size_t k = 0; k < count && (before[k] = At(texts, k)) != NULL;
             k++) {
        }
        count = Count(before);
        copies = Copy(pool, before, count);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (i >= TRIES || copies == NULL
            || (lx_environment() == texts && Same(texts, before, copies))) {
            return copies;
        }
    }
}
