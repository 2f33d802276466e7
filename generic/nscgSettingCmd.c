/*
 * nscgSettingCmd.c --
 *
 *      Steps that set something of the process: user, chdir, umask, ...
 */

#include "nscgInt.h"

const NscgCommand nscgSettingCommands[] = {
    {"hostname", 1, 1, "name", NULL, NscgCompileHostname, true},
    {"domainname", 1, 1, "name", NULL, NscgCompileDomainname, true},
    {NULL, 0, 0, NULL, NULL, NULL, false}};
