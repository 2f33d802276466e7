/*
 * nscgProcess.c --
 *
 *      The process handle.
 */

#include "nscgInt.h"

static const NscgMethod methods[] = {{NULL, 0, 0, NULL, NULL}};

static void
Free(NscgHandle *handle)
{
    free(handle);
}

const NscgHandleType nscgProcessType = {"process", methods, Free};

void
NscgProcessTarget(const NscgHandle *handle, struct lx_target *target)
{
    (void)handle, (void)target;
}
