/*
 * vm-exit CODE
 *
 *      Ends the virtual machine it runs in: the port is that of QEMU's
 *      isa-debug-exit (tests/vm/boot), whose own status is 2 * CODE + 1. There
 *      need not be a /dev/port: the right to the port is had from ioperm(2).
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>

#define PORT 0xf4

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: vm-exit CODE\n", stderr);
        return 2;
    }
    if (ioperm(PORT, 4, 1) != 0) {
        perror("vm-exit: ioperm");
        return 1;
    }
    outl((unsigned)atoi(argv[1]), PORT);
    return 1;
}
