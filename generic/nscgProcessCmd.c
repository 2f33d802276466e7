/*
 * nscgProcessCmd.c --
 *
 *      ns process: a handle of a process that others started.
 */

#include "nscgInt.h"

/*
 * ns process PID
 *
 *      Takes hold of a process that need not be a child: to signal it, to wait
 *      for its end, to enter its namespaces. What becomes of it is not told
 *      to us, so that its last state is gone; and it outlives the handle.
 *
 *      PID             of this pid namespace
 *      Result          a process handle
 *      Errors          NSCG NS EXITED; NSCG VALUE NUMBER
 *      Kernel          pidfd_open(2)
 */
int
NscgProcessCmd(
    NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    NscgPipes pipes = {{NULL, NULL, NULL}};
    struct lx_process process;
    struct lx_err err;
    Tcl_WideInt pid;

    (void)objc;
    if (NscgNumber(interp, objv[0], "pid", 1, INT_MAX, &pid) != TCL_OK) {
        return TCL_ERROR;
    }
    if (lx_process_open((pid_t)pid, &process, &err) != 0) {
        return NscgLxError(interp, &err);
    }
    return NscgProcessCreate(state, &process, &pipes);
}
