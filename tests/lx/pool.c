/* Memory and descriptors that are given back together. */

#include "check.h"
#include "lx.h"

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

static void
memory(void)
{
    struct lx_pool pool = {0};
    static const size_t sizes[] = {1, 15, 16, 17, 3999, 4000, 4001, 100000};
    char *blocks[sizeof(sizes) / sizeof(sizes[0])];

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        blocks[i] = lx_pool_alloc(&pool, sizes[i]);
        CHECK(blocks[i] != NULL);
        CHECK_INT((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < sizes[i]; j++) {
            CHECK_INT(blocks[i][j], 0);
        }
        memset(blocks[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        CHECK_INT(blocks[i][0], i + 1);
        CHECK_INT(blocks[i][sizes[i] - 1], i + 1);
    }
    CHECK_STR(lx_pool_string(&pool, "abcdef", 3), "abc");
    CHECK_STR(lx_pool_string(&pool, "", 0), "");
    lx_pool_free(&pool);
}

static void
descriptors(void)
{
    struct lx_pool pool = {0};
    int first = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int second = open("/dev/null", O_RDONLY | O_CLOEXEC);

    CHECK(first >= 0 && second >= 0);
    CHECK_INT(lx_pool_fd(&pool, first), first);
    CHECK_INT(lx_pool_fd(&pool, second), second);
    lx_pool_free(&pool);
    CHECK_INT(fcntl(first, F_GETFD), -1);
    CHECK_INT(fcntl(second, F_GETFD), -1);
}

int
main(void)
{
    RUN(memory);
    RUN(descriptors);
    return check_done();
}
