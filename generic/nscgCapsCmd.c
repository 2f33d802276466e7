/*
 * nscgCapsCmd.c --
 *
 *      `caps`: capabilities.
 */

#include "nscgInt.h"

const NscgCommand nscgCapsCommands[] = {
    {NULL, 0, 0, NULL, NULL, NULL, false}};
