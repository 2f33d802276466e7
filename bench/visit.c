/*
 * visit.c --
 *
 *      The limit of a script in another net namespace: the two system calls by
 *      which a thread goes there and comes home.
 *
 *      visit PID
 *
 *      Each line of standard input is answered with the microseconds that a
 *      thousand visits to the net namespace of that process took.
 */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "messages.h"

#define VISITS 1000

int
main(int argc, char **argv)
{
    char line[16];
    int home, there;

    if (argc != 2) {
        fprintf(stderr, "usage: visit PID\n");
        return 2;
    }
    home = OpenNs("self");
    there = OpenNs(argv[1]);
    while (fgets(line, sizeof(line), stdin) != NULL) {
        double start = Microseconds();

        for (int i = 0; i < VISITS; i++) {
            if (setns(there, CLONE_NEWNET) != 0
                || setns(home, CLONE_NEWNET) != 0) {
                perror("visit: setns");
                return 1;
            }
        }
        printf("%.1f\n", Microseconds() - start);
        fflush(stdout);
    }
    return 0;
}
