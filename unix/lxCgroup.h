/*
 * lxCgroup.h --
 *
 *      Control groups: the hierarchies that are mounted, and groups by name.
 *      A part of lx.h.
 *
 *      A machine has the controllers on version 1 (some hierarchies, each with
 *      some of the controllers), on version 2 (one hierarchy with all of them),
 *      or some here and some there. So a group is a name, and the same name
 *      stands in each hierarchy that its controllers need; nothing below asks
 *      which "mode" the machine is in, only where one controller is.
 */

#ifndef LX_CGROUP_H
#define LX_CGROUP_H

#include "lx.h"

/* ------------------------------------------------------------------------
 * lxCgController.c: the controllers by name.
 */

enum lx_controller {
    LX_CG_CPU,
    LX_CG_CPUACCT, /* version 1; on version 2 a part of cpu */
    LX_CG_CPUSET,
    LX_CG_DEVICES, /* version 1; on version 2 a BPF program */
    LX_CG_FREEZER, /* version 1; on version 2 every group has it */
    LX_CG_HUGETLB,
    LX_CG_IO, /* "blkio" on version 1 */
    LX_CG_MEMORY,
    LX_CG_MISC,
    LX_CG_NET_CLS,  /* version 1 */
    LX_CG_NET_PRIO, /* version 1 */
    LX_CG_PERF,     /* on version 2 every group has it */
    LX_CG_PIDS,
    LX_CG_RDMA,
    LX_CONTROLLERS
};

struct lx_controllerinfo {
    const char *name1; /* on version 1; NULL: not there */
    const char *name2; /* on version 2; NULL: not there as a controller */
    bool threaded;     /* can part the threads of one process */
};

extern const struct lx_controllerinfo lx_controllers[LX_CONTROLLERS];

#define LX_CG_BIT(controller) (1u << (controller))
#define LX_CG_ALL ((1u << LX_CONTROLLERS) - 1)

int lx_controller_find(const char *name); /* either name; -1: none */
#define LX_CONTROLLER_NAMES 160           /* room for all of them */
/* Joined by sep, as the version calls them. -> buf */
char *lx_controller_names(
    unsigned controllers, int version, char sep, char *buf, size_t size);
/* The controllers among words parted by blanks, commas or newlines. */
unsigned lx_controllers_parse(const char *text);

/* ------------------------------------------------------------------------
 * lxCgProc.c: what /proc says.
 */

/* One line of /proc/PID/cgroup, taken apart in place. */
struct lx_cgline {
    unsigned long id;  /* 0: version 2 */
    const char *label; /* "cpu,cpuacct", "name=systemd"; "unified" for 2 */
    const char *path;
};
bool lx_cgline_parse(char *line, struct lx_cgline *parsed);
/* The next one of the whole file's text, which is taken apart; false: there is
 * none. */
bool lx_cgline_next(char **text, struct lx_cgline *parsed);
/* Of the whole file's TEXT, the path in the hierarchy LABEL, in buf; NULL. */
const char *
lx_cgline_path(const char *text, const char *label, char *buf, size_t size);

/* One line of /proc/cgroups; false: a comment, or not one. */
struct lx_cgenabled {
    const char *name;
    unsigned long id, groups;
    bool enabled;
};
bool lx_cgenabled_parse(char *line, struct lx_cgenabled *parsed);

/* ------------------------------------------------------------------------
 * lxCgroups.c, lxCgHierarchy.c: the hierarchies that this thread sees mounted.
 */

#define LX_HIERARCHIES 32
#define LX_GROUP_PATH 4096 /* of a file in a group, with the final 0 */

struct lx_hierarchy {
    int version;          /* 1 or 2 */
    unsigned long id;     /* in /proc/PID/cgroup */
    unsigned controllers; /* bits; of version 2: those it can hand out */
    const char *label;    /* as in struct lx_cgline */
    const char *path;     /* where it is mounted */
    const char *root;     /* the group that is seen there */
    bool readonly;
    const char *own; /* this process's group, below what is mounted, without
                        a "/" before it; NULL: it is not to be seen there */
};

struct lx_cgtrees;
struct lx_statcache;
struct lx_cgroups {
    struct lx_pool pool;
    struct lx_hierarchy list[LX_HIERARCHIES];
    int count;
    int unified;      /* index of version 2; -1: not mounted */
    unsigned enabled; /* controllers that the kernel has, by /proc/cgroups */
    const char *base; /* set by the user: as `own`, of every hierarchy */
    char *self;       /* /proc/self/cgroup, when it was first asked for */
    int watch;        /* mountinfo of this thread; says when mounts change */
    pid_t owner;      /* who opened it: not a copy of this process (fork) */
    struct lx_cgtrees *trees;   /* lxCgAt.c; NULL: none */
    struct lx_statcache *stats; /* NULL until lx_group_stats was called */
};

void lx_cgroups_init(struct lx_cgroups *cgroups);
/* What is mounted now; costs next to nothing when nothing has changed. */
int lx_cgroups_fresh(struct lx_cgroups *cgroups, struct lx_err *err);
/* This thread sees other mounts or groups now: all is looked up anew. */
void lx_cgroups_stale(struct lx_cgroups *cgroups);
/* Nothing here keeps a hierarchy from being unmounted now. */
void lx_cgroups_letgo(struct lx_cgroups *cgroups);
void lx_cgroups_free(struct lx_cgroups *cgroups);

/* Base for relative names; NULL: this process's own group, as it is now. */
int lx_cgroups_base(
    struct lx_cgroups *cgroups, const char *base, struct lx_err *err);

/* What relative names are below in a hierarchy, without a "/" before it; NULL:
 * it is not to be seen there. */
const char *lx_cgroups_below(const struct lx_cgroups *cgroups, int index);

/* The hierarchy that a controller is in; -1: none that is mounted. */
int
lx_cgroups_of(const struct lx_cgroups *cgroups, enum lx_controller controller);
/* The same, or a refusal that says where the controller is instead. */
int lx_cgroups_need(
    const struct lx_cgroups *cgroups, enum lx_controller controller,
    struct lx_err *err);
/* The one of version 1 that has this name, or a refusal. */
int lx_cgroups_named(
    const struct lx_cgroups *cgroups, const char *name, struct lx_err *err);
/* PATH, of /proc/PID/cgroup, below the mount, without a "/" before it; NULL:
 * it is not to be seen there. */
const char *
lx_hierarchy_below(const struct lx_hierarchy *hierarchy, const char *path);

/* Of the options of a mount of version 1, or a label: what stands after
 * "name=", which comes last; or NULL. */
const char *lx_hierarchy_name(const char *options);
/* Does a label mean the hierarchy whose mounts have this version and, of
 * version 1, these options? */
bool lx_cglabel_is(const char *label, int version, const char *options);
/* By label, by the name of a controller, by mount point; -1: none. */
int lx_cgroups_find(const struct lx_cgroups *cgroups, const char *text);

/* ------------------------------------------------------------------------
 * lxCgGroup.c: a group by name, and its files.
 *
 * What follows takes the index of a hierarchy. A group need not be there in
 * all of them, nor at all: files then fail with ENOENT.
 */

#define LX_GROUP_DEPTH 64

struct lx_group {
    const struct lx_cgroups *cgroups;
    char name[LX_GROUP_PATH]; /* "/web/db"; relative: "web/db" */
    bool relative;            /* below the base */
    unsigned leaves; /* bits: lx_group_need has just seen it there, and no
                        groups in it; good for one look */
    char buf[2 * LX_GROUP_PATH]; /* the path last asked for */
};

int lx_group_name(
    struct lx_group *group, const struct lx_cgroups *cgroups, const char *name,
    struct lx_err *err);
/* What relative names are below, itself. */
void lx_group_base(struct lx_group *group, const struct lx_cgroups *cgroups);
/* The group that this one is in; false: it is the topmost. */
bool lx_group_parent(const struct lx_group *group, struct lx_group *parent);
/* Its path, with "/FILE" unless file is NULL; in group->buf. NULL (EXDEV): the
 * base is not to be seen in that hierarchy. */
const char *lx_group_path(struct lx_group *group, int index, const char *file);
/* The same for people: its name then. */
const char *lx_group_full(struct lx_group *group, int index, const char *file);

/* -1 and errno, all of them. */
int
lx_group_open(struct lx_group *group, int index, const char *file, int flags);
int lx_group_read(
    struct lx_group *group, int index, const char *file, char *buf,
    size_t size);
int lx_group_write(
    struct lx_group *group, int index, const char *file, const char *text);
bool lx_group_has(struct lx_group *group, int index, const char *file);
/* What a file has: a number, the one that stands after KEY, or controllers.
 * false: it cannot be read (no controllers then), or has something else. */
bool lx_group_number(
    struct lx_group *group, int index, const char *file, unsigned long *number);
bool lx_group_value(
    struct lx_group *group, int index, const char *file, const char *key,
    unsigned long *number);
bool lx_group_controllers(
    struct lx_group *group, int index, const char *file, unsigned *controllers);
/* Bits of the hierarchies in which the group is there; one that is nowhere is
 * refused: ENOENT. */
int lx_group_need(struct lx_group *group, unsigned *where, struct lx_err *err);
/* The topmost group: nothing may be limited, frozen, killed or removed there */
bool lx_group_isroot(struct lx_group *group, int index);
/* Refuses when the group is the topmost in one of the hierarchies. */
int
lx_group_noroot(struct lx_group *group, const char *action, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgAt.c: the same from nearby.
 */

/* A descriptor for the calls that end in "at", and (in group->buf) the path
 * from there; NULL and errno: as lx_group_path. */
int lx_group_at(
    struct lx_group *group, int index, const char *file, const char **path);

struct lx_cgtrees *lx_cgtrees_new(void);
void lx_cgtrees_close(struct lx_cgtrees *trees); /* NULL is let be */
/* The folder of a hierarchy, by a mount of our own; -1: there can be none. */
int lx_cgtrees_fd(const struct lx_cgroups *cgroups, int index);

/* ------------------------------------------------------------------------
 * lxCgCreate.c, lxCgEnable.c: a new group.
 */

struct lx_cgcreate {
    unsigned controllers; /* 0 with all: those that its parent has to give */
    bool all;
    unsigned named; /* bits of hierarchies that were asked for by name */
    bool parents;   /* those that are missing are made too */
    bool threaded;  /* version 2: its processes' threads may be parted */
    const struct lx_settings *settings; /* set before anybody knows of it */
};

/* In the hierarchy of version 1 of that name, too. */
int lx_cgcreate_named(
    struct lx_cgcreate *create, const struct lx_group *group, const char *name,
    struct lx_err *err);
/* On failure nothing is left of it. */
int lx_group_create(
    struct lx_group *group, const struct lx_cgcreate *create,
    struct lx_err *err);

/*
 * Version 2: lets the children of `group` have these controllers, whatever
 * must be enabled above it too when `above` is set. What it enabled is
 * remembered in *undo, and taken back by lx_group_disable.
 */
#define LX_ENABLED 64
struct lx_cgenable {
    struct {
        int fd; /* of the group's folder */
        unsigned controllers;
    } done[LX_ENABLED];
    int count;
};
int lx_group_enable(
    struct lx_group *group, unsigned controllers, bool above,
    struct lx_cgenable *undo, struct lx_err *err);
void lx_group_disable(struct lx_cgenable *undo);
void lx_group_enabled(struct lx_cgenable *undo); /* lets go of it */
/* After a child of it was removed: what is enabled for nobody any more. */
void lx_group_tidy(struct lx_group *group);

/* ------------------------------------------------------------------------
 * lxCgWhy.c: a hint for err, which has the errno of what was tried with a
 * group's file, or (NULL) its folder.
 */

void lx_group_why(
    struct lx_group *group, int index, const char *file, struct lx_err *err);

/* The rest, by what it is about. */
#include "lxCgControl.h"
#include "lxCgDevices.h"
#include "lxCgPerf.h"
#include "lxCgKeys.h"
#include "lxCgMount.h"
#include "lxCgStats.h"
#include "lxCgWatch.h"

#endif /* LX_CGROUP_H */
