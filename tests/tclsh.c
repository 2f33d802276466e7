/*
 * tclsh.c --
 *
 *      A plain tclsh, to be built with the sanitizers: a library that is
 *      built with them cannot be loaded into a program that is not.
 */

#include <tcl.h>

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
