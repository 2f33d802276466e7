/* A copy of the environment, also while another thread changes it. */

#include "check.h"
#include "lx.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

extern char **environ;

static const char *
find(char **copies, const char *name)
{
    size_t len = strlen(name);

    for (; *copies != NULL; copies++) {
        if (strncmp(*copies, name, len) == 0 && (*copies)[len] == '=') {
            return *copies + len + 1;
        }
    }
    return "none";
}

static void
same(void)
{
    struct lx_pool pool = {0};
    char **copies;
    size_t i;

    setenv("EMPTY", "", 1);
    setenv("LAST", "of=them", 1);
    copies = lx_environ_copy(&pool);
    CHECK(copies != NULL);
    for (i = 0; environ[i] != NULL && copies[i] != NULL; i++) {
        CHECK(copies[i] != environ[i]);
        CHECK_STR(copies[i], environ[i]);
    }
    CHECK(environ[i] == NULL && copies[i] == NULL);
    CHECK_STR(find(copies, "EMPTY"), "");
    CHECK_STR(find(copies, "LAST"), "of=them");
    lx_pool_free(&pool);
}

static void
none(void)
{
    struct lx_pool pool = {0};
    char *nothing[] = {NULL};
    char **before = environ, **copies;

    environ = nothing;
    copies = lx_environ_copy(&pool);
    CHECK(copies != NULL && copies[0] == NULL);
    environ = before;
    lx_pool_free(&pool);
}

/*
 * As Tcl changes it: the next text in the place of the last one, which is then
 * given back, here by overwriting it.
 */
static atomic_bool done;
static char *place[4];

static void *
change(void *arg)
{
    static char texts[2][64];

    (void)arg;
    for (int i = 0; !done; i++) {
        char *text = texts[i % 2];

        memset(text, 'x', 40);
        lx_format(text, sizeof(texts[0]), "CHANGED=%s", i % 2 ? "odd" : "even");
        sched_yield(); /* or the copier would never find it at rest */
        __atomic_store_n(&place[1], text, __ATOMIC_SEQ_CST);
        atomic_thread_fence(memory_order_seq_cst); /* and only then */
        memset(texts[(i + 1) % 2], '?', 30);
    }
    return NULL;
}

static void
changing(void)
{
    static char first[] = "FIRST=1", last[] = "LAST=3", start[] = "CHANGED=odd";
    char **before = environ;
    pthread_t thread;
    const char *found;
    int bad = 0;

    place[0] = first;
    place[1] = start;
    place[2] = last;
    environ = place;
    CHECK_INT(pthread_create(&thread, NULL, change, NULL), 0);
    for (int i = 0; i < 2000; i++) {
        struct lx_pool pool = {0};
        char **copies = lx_environ_copy(&pool);

        bad += strcmp(find(copies, "FIRST"), "1") != 0
            || strcmp(find(copies, "LAST"), "3") != 0;
        found = find(copies, "CHANGED");
        bad += strcmp(found, "odd") != 0 && strcmp(found, "even") != 0;
        lx_pool_free(&pool);
    }
    done = true;
    pthread_join(thread, NULL);
    environ = before;
    CHECK_INT(bad, 0);
}

int
main(void)
{
    RUN(same);
    RUN(none);
    RUN(changing);
    return check_done();
}
