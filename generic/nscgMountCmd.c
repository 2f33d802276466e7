/*
 * nscgMountCmd.c --
 *
 *      `mount`: mounts and their propagation.
 */

#include "nscgInt.h"

const NscgCommand nscgMountCommands[] = {
    {NULL, 0, 0, NULL, NULL, NULL, false}};
