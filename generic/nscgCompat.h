/*
 * nscgCompat.h --
 *
 *      Lets one source serve Tcl 8.6 and Tcl 9.
 */

#ifndef NSCG_COMPAT_H
#define NSCG_COMPAT_H

#include <tcl.h>

/* A build for 8.6 may come with -DTcl_Size=int, as TEA passes it. */
#ifndef TCL_SIZE_MAX
#ifndef Tcl_Size
typedef int Tcl_Size;
#endif
#define TCL_SIZE_MAX INT_MAX
#ifndef TCL_SIZE_MODIFIER
#define TCL_SIZE_MODIFIER ""
#endif
#endif

/* Before 8.6.11. */
#ifndef Tcl_GetParent
#define Tcl_GetParent Tcl_GetMaster
#endif

#endif /* NSCG_COMPAT_H */
