/*
 * The least that a C unit test needs. A test is a function without arguments;
 * main() runs each by RUN() and ends with `return check_done();`. What is
 * wrong is printed with its place, and the test goes on.
 */

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int check_passed, check_failed, check_skipped;
static int check_wrong;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            check_wrong++; \
        } \
    } while (0)

#define CHECK_INT(got, wanted) \
    do { \
        long long got_ = (long long)(got), wanted_ = (long long)(wanted); \
        if (got_ != wanted_) { \
            printf( \
                "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, \
                got_, wanted_); \
            check_wrong++; \
        } \
    } while (0)

#define CHECK_STR(got, wanted) \
    do { \
        const char *got_ = (got), *wanted_ = (wanted); \
        if (got_ == NULL || strcmp(got_, wanted_) != 0) { \
            printf( \
                "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #got, \
                got_ == NULL ? "(null)" : got_, wanted_); \
            check_wrong++; \
        } \
    } while (0)

#define RUN(test) \
    do { \
        check_wrong = 0; \
        test(); \
        if (check_wrong == 0) { \
            check_passed++; \
        } else { \
            printf("==== %s FAILED\n", #test); \
            check_failed++; \
        } \
    } while (0)

/* For a test that this machine does not allow: says why. */
#define SKIP(test, why) \
    do { \
        printf("---- %s skipped: %s\n", #test, why); \
        check_skipped++; \
    } while (0)

/* Prints the total that the harness reads; the result is for main(). */
static inline int
check_done(void)
{
    printf(
        "%d passed, %d failed, %d skipped\n", check_passed, check_failed,
        check_skipped);
    return check_failed > 0;
}

#endif
