/*
 * true.c --
 *
 *      The program of the benchmark: it ends at once, and well. With an
 *      argument it sleeps until it is killed.
 */

#include <unistd.h>

int
main(int argc, char **argv)
{
    (void)argv;
    while (argc > 1) {
        pause();
    }
    return 0;
}
