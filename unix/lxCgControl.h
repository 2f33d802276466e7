/*
 * lxCgControl.h --
 *
 *      The life of a group: who is in it, how it is stopped, ended and
 *      removed. A part of lx.h.
 *
 *      `where` has a bit for each hierarchy, as lx_group_need gives it.
 */

#ifndef LX_CG_CONTROL_H
#define LX_CG_CONTROL_H

#include "lxCgroup.h"

/* ------------------------------------------------------------------------
 * lxCgTree.c: a group in one hierarchy, and those below it.
 */

struct lx_cgtree {
    int fd;       /* the group's folder */
    int version;  /* of the hierarchy */
    char **names; /* below that folder; the first is "", and each comes after
                     the one that it is in */
    size_t count, size;
};

/* -1: errno. A group that goes away meanwhile may be in it or not. */
int lx_cgtree_open(
    struct lx_cgtree *tree, struct lx_group *group, int index, bool recursive);
void lx_cgtree_free(struct lx_cgtree *tree);
/* "NAME/FILE" into a buffer, or "." for the folder itself. */
const char *lx_cgtree_path(
    const struct lx_cgtree *tree, size_t item, const char *file, char *buf,
    size_t size);

/* ------------------------------------------------------------------------
 * lxCgMembers.c: who is in a group.
 */

struct lx_cgmembers {
    struct lx_pids pids; /* sorted, each once */
    size_t unseen;       /* that have no pid in this pid namespace */
};

/* In any of these hierarchies; processes, or threads. To be freed also after
 * a failure. */
int lx_group_members(
    struct lx_group *group, unsigned where, bool recursive, bool threads,
    struct lx_cgmembers *members, struct lx_err *err);
void lx_cgmembers_free(struct lx_cgmembers *members);
bool lx_cgmembers_has(const struct lx_cgmembers *members, pid_t pid);
/* "pid 17 (sleep), pid 18 (sh) and 3 more"; of no one: "". -> buf */
char *
lx_cgmembers_text(const struct lx_cgmembers *members, char *buf, size_t size);
/* Refuses when this process is in it, or in one below it. */
int lx_group_noself(
    struct lx_group *group, unsigned where, const char *action,
    struct lx_err *err);

/* Called for each group below, the name as seen from the group; other than 0
 * ends it. A name may come more than once, from several hierarchies. */
typedef int lx_eachgroup(void *arg, const char *name);
int lx_group_below(
    struct lx_group *group, unsigned where, bool recursive, lx_eachgroup *each,
    void *arg, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgAttach.c: processes, or single threads, come into a group.
 */

/* In all hierarchies in which the group is; on failure all are where they
 * were. */
int lx_group_attach(
    struct lx_group *group, const struct lx_target *targets, size_t count,
    bool thread, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgFreeze.c: a group stands still. -1 as timeout: no limit.
 */

int lx_group_freeze(
    struct lx_group *group, unsigned where, int timeoutMs, struct lx_err *err);
int lx_group_thaw(struct lx_group *group, unsigned where, struct lx_err *err);
/* The hierarchy that freezes it; -1: there is none. */
int lx_group_freezer(struct lx_group *group, unsigned where);
bool lx_group_isfrozen(struct lx_group *group, int index); /* by itself */
/* 0: it stands still; -1: errno, ETIMEDOUT when the time is over. */
int lx_group_stop(struct lx_group *group, int index, int timeoutMs);
int lx_group_go(struct lx_group *group, int index);

/* ------------------------------------------------------------------------
 * lxCgKill.c: a signal for all in a group and in those below it.
 */

struct lx_cgkill {
    int signal;
    bool self;     /* also when this process is in it */
    int timeoutMs; /* SIGKILL: until all are gone */
};

int lx_group_kill(
    struct lx_group *group, unsigned where, const struct lx_cgkill *kill,
    struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgDelete.c: a group goes, in all hierarchies.
 */

#define LX_GROUP_TIMEOUT 2000 /* ms, unless another is asked for */

struct lx_cgdelete {
    bool recursive; /* those below it go first */
    bool kill;      /* who is in it is killed */
    int timeoutMs;  /* for those who are just leaving */
};

int lx_group_delete(
    struct lx_group *group, unsigned where, const struct lx_cgdelete *delete,
    struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgDelegate.c: room for children, and a group for another user.
 */

#define LX_GROUP_LEAF "nscg-leaf"

/* Version 2: who is in the group itself goes to a leaf below it, made where it
 * is missing. 1: it is so; 0: nothing needs it, version 2 is not mounted. */
int lx_group_leaf(
    struct lx_group *group, struct lx_group *leaf, int timeoutMs,
    struct lx_err *err);
/* A user may do below it as he likes; gid -1: his group stays as it is. */
int lx_group_give(
    struct lx_group *group, unsigned where, uint32_t uid, uint32_t gid,
    struct lx_err *err);

#endif /* LX_CG_CONTROL_H */
