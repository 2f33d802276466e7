/*
 * nscgLockCmd.c --
 *
 *      nscg::locked: one at a time, of whoever agrees on a file.
 */

#include "nscgInt.h"

#define DEFAULT_MS 10000

typedef struct LockOptions {
    int timeout;
} LockOptions;

static const NscgOption lockOptions[] = {
    {"-timeout", NSCG_OPT_MS, offsetof(LockOptions, timeout), NULL, 0},
    {NULL, 0, 0, NULL, 0}};

/*
 * locked PATH ?-timeout MS? SCRIPT
 *
 *      Evaluates a script in the caller's scope while the file or folder is
 *      locked; the lock is given back however the script ends. It holds off
 *      those who lock it too, in other processes and in this one: nobody
 *      else.
 *
 *      PATH            a file or folder that can be read; it stays as it is
 *      -timeout MS     how long to wait for it, without serving events; 10000
 *                      unless given
 *      Result          that of the script; its errors, and break, continue
 *                      and return, are the caller's
 *      Errors          NSCG FILES LOCKED; POSIX ENOENT | EACCES
 *      Kernel          flock(2)
 */
static int
LockedCmd(NscgState *state, Tcl_Interp *interp, int objc, Tcl_Obj *const objv[])
{
    struct lx_pool pool = {NULL, NULL};
    LockOptions options = {.timeout = DEFAULT_MS};
    const char *path = NscgPath(interp, &pool, objv[0]);
    struct lx_err err;
    int fd, result = TCL_ERROR;

    (void)state;
    if (path == NULL
        || NscgOptions(
               interp, &pool, lockOptions, objc - 2, objv + 1, NSCG_TRAILING,
               NULL, &options)
            != TCL_OK) {
        goto done;
    }
    fd = lx_lock(path, options.timeout, &err);
    if (fd < 0) {
        NscgLxError(interp, &err);
        goto done;
    }
    result = Tcl_EvalObjEx(interp, objv[objc - 1], 0);
    lx_unlock(&fd);
done:
    lx_pool_free(&pool);
    return result;
}

const NscgCommand nscgLockCommands[] = {
    {"locked", 2, 4, "path ?-timeout ms? script",
     "Evaluate a script while a file is locked", LockedCmd, NULL, false},
    {NULL, 0, 0, NULL, NULL, NULL, NULL, false}};
