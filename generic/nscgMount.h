/*
 * nscgMount.h --
 *
 *      What the files on `mount` share.
 */

#ifndef NSCG_MOUNT_H
#define NSCG_MOUNT_H

#include "nscgInt.h"

/* Rows of a table of options: the attributes of a new mount, which are the
 * bits of `type`'s member attrs. The last row is NSCG_END. */
#define NSCG_ATTR(name, bit, type) \
    { \
        name, NSCG_OPT_BIT, offsetof(type, attrs), NULL, bit \
    }
#define NSCG_ATTRS(type) \
    NSCG_ATTR("-readonly", LX_ATTR_READONLY, type), \
        NSCG_ATTR("-nosuid", LX_ATTR_NOSUID, type), \
        NSCG_ATTR("-nodev", LX_ATTR_NODEV, type), \
        NSCG_ATTR("-noexec", LX_ATTR_NOEXEC, type), \
        NSCG_ATTR("-noatime", LX_ATTR_NOATIME, type), \
        NSCG_ATTR("-nodiratime", LX_ATTR_NODIRATIME, type), \
        NSCG_ATTR("-nosymfollow", LX_ATTR_NOSYMFOLLOW, type)
#define NSCG_END \
    { \
        NULL, NSCG_OPT_BOOL, 0, NULL, 0 \
    }

/* nscgMountCmd.c */

/* A copy of args, in the pool, becomes what the step is run with. */
int NscgMountStep(
    NscgCompiler *compiler, struct lx_step *step, lx_run *run, const void *args,
    size_t size);
int NscgMountPath(NscgCompiler *compiler, Tcl_Obj *obj, const char **path);

/* nscgMountNewCmd.c, nscgPropagationCmd.c, nscgMountAttrCmd.c,
 * nscgMountList.c, nscgMountTree.c: for the rows of nscgMountCmd.c. */

NscgCompileProc NscgCompileMountNew;
NscgCompileProc NscgCompileMountOverlay;
NscgRunProc NscgPropagationCmd;
NscgCompileProc NscgCompilePropagation;
NscgRunProc NscgMountAttrCmd;
NscgCompileProc NscgCompileMountAttr;
NscgRunProc NscgMountListCmd;
NscgRunProc NscgMountStatsCmd;
NscgRunProc NscgMountTreeCmd;

/* The text of /proc/PID/FILE, of -pid PID or of this thread; to be freed. */
char *NscgProcText(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *pidObj, const char *file);
/* The next line of a text, ended by a 0; or NULL. */
char *NscgNextLine(char **text);

#endif /* NSCG_MOUNT_H */
