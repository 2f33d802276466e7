/*
 * nscgCgroup.h --
 *
 *      What the files of `cgroup` share.
 */

#ifndef NSCG_CGROUP_H
#define NSCG_CGROUP_H

#include "nscgInt.h"

/* nscgCgroupWords.c: the hierarchies as they are now; NULL: error. */
struct lx_cgroups *NscgCgroups(NscgState *state, Tcl_Interp *interp);
/* A word -> a group, which need not be there. */
int NscgGroup(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nameObj,
    struct lx_group *group);
/* The same, and it must be there; bits of the hierarchies that have it. */
int NscgGroupThere(
    NscgState *state, Tcl_Interp *interp, Tcl_Obj *nameObj,
    struct lx_group *group, unsigned *where);
/* What relative names are below, as a group. */
int NscgGroupBase(
    NscgState *state, Tcl_Interp *interp, struct lx_group *group,
    unsigned *where);
/* The name of a controller -> one more bit; a list of them -> bits. */
int NscgController(Tcl_Interp *interp, Tcl_Obj *nameObj, unsigned *controllers);
int
NscgControllers(Tcl_Interp *interp, Tcl_Obj *listObj, unsigned *controllers);
Tcl_Obj *NscgControllersObj(unsigned controllers, int version);

/* nscgCgroupCreateCmd.c */
NscgRunProc NscgCgroupCreateCmd;

NscgRunProc NscgCgroupDevicesCmd; /* nscgCgroupDevicesCmd.c */
NscgRunProc NscgCgroupPerfCmd;    /* nscgCgroupPerfCmd.c */

/* nscgCgroupValue.c: a word -> setting->value, by its key; and back. */
int NscgKeyRead(
    Tcl_Interp *interp, struct lx_pool *pool, Tcl_Obj *obj,
    struct lx_setting *setting);
Tcl_Obj *NscgKeyObj(const struct lx_key *key, const struct lx_keyvalue *value);

/* nscgCgroupSetCmd.c: keys and values in turn -> settings, in the pool. */
int NscgSettings(
    Tcl_Interp *interp, struct lx_pool *pool, int objc, Tcl_Obj *const objv[],
    struct lx_settings *settings);
NscgRunProc NscgCgroupSetCmd;
NscgRunProc NscgCgroupGetCmd;

/* nscgCgroupMountCmd.c */
NscgCompileProc NscgCompileCgroupMount;
NscgCompileProc NscgCompileCgroupUmount;
NscgRunProc NscgCgroupUmountCmd;
NscgRunProc NscgReleaseCmd;
NscgRunProc NscgReleaseAgentCmd;

/* nscgCgroupWatchCmd.c */
NscgRunProc NscgCgroupWatchCmd;

/* nscgCgroupWatch.c: the handle becomes the result. */
int NscgWatchCreate(
    NscgState *state, struct lx_group *group, unsigned where,
    enum lx_cgevent event, const struct lx_psi *psi, Tcl_Obj *commandObj);
void NscgWatchesFree(NscgState *state); /* after its handles */

/* nscgCgroupMembersCmd.c */
NscgRunProc NscgCgroupAttachCmd;
NscgRunProc NscgCgroupProcessesCmd;
NscgRunProc NscgCgroupThreadsCmd;
NscgRunProc NscgCgroupListCmd;

/* nscgCgroupLifeCmd.c */
NscgRunProc NscgCgroupFreezeCmd;
NscgRunProc NscgCgroupThawCmd;
NscgRunProc NscgCgroupKillCmd;
NscgRunProc NscgCgroupDeleteCmd;
NscgRunProc NscgCgroupDelegateCmd;

/* nscgCgroupStatsCmd.c */
NscgRunProc NscgCgroupStatsCmd;
void NscgStatsFree(NscgState *state);

#endif /* NSCG_CGROUP_H */
