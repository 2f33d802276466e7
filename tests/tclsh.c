/*
 * tclsh.c --
 *
 *      A plain tclsh, to be built with the sanitizers: a library that is
 *      built with them cannot be loaded into a program that is not.
 */

#include <unistd.h>

#include <tcl.h>

int __lsan_is_turned_off(void);

/*
 * Asked at the end. Leaks are looked for by way of /proc, and where a test
 * has changed its root to one without, that never comes to an end.
 */
int
__lsan_is_turned_off(void)
{
    return access("/proc/self/task", R_OK) != 0;
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
