/*
 * nscgNsCmd.c --
 *
 *      The table of `ns`.
 */

#include "nscgInt.h"

const NscgCommand nscgNsCommands[] = {
    {"hostname", 0, 1, "?name?", NscgHostnameCmd, NscgCompileHostname, false},
    {"domainname", 0, 1, "?name?", NscgDomainnameCmd, NscgCompileDomainname,
        false},
    {NULL, 0, 0, NULL, NULL, NULL, false}};
