/*
 * tclsh.c --
 *
 *      A plain tclsh, to be built with the sanitizers: a library that is
 *      built with them cannot be loaded into a program that is not.
 */

#include <stdlib.h>
#include <unistd.h>

#include <tcl.h>

int __lsan_is_turned_off(void);

/*
 * Asked at the end. Leaks are looked for by way of /proc/PID: that leads
 * nowhere where a test has changed its root to one without /proc, or stands
 * in a pid namespace whose /proc this one is not.
 */
int
__lsan_is_turned_off(void)
{
    char self[16] = "";

    return readlink("/proc/self", self, sizeof(self) - 1) < 0
        || strtol(self, NULL, 10) != getpid();
}

static int
Init(Tcl_Interp *interp)
{
    return Tcl_Init(interp);
}

int
main(int argc, char **argv)
{
    Tcl_Main(argc, argv, Init);
    return 0;
}
