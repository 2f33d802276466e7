/*
 * lxCgMount.h --
 *
 *      Hierarchies of version 1 as objects: made by mounting, gone after
 *      unmounting. A part of lx.h.
 */

#ifndef LX_CG_MOUNT_H
#define LX_CG_MOUNT_H

#include "lxCgroup.h"
#include "lxMounts.h"

/* ------------------------------------------------------------------------
 * lxCgMount.c
 */

#define LX_HIERARCHY_NAME 63 /* bytes that a name can have */

struct lx_cgmount {
    unsigned controllers;
    const char *name;  /* NULL: none */
    const char *label; /* as /proc/PID/cgroup will have it */
    const char *path;
    bool mkdir; /* the folder is made, and removed again on failure */
};

/* "net_cls,net_prio", "name=x", "cpu,name=x" -> buf. */
char *lx_hierarchy_label(
    unsigned controllers, const char *name, char *buf, size_t size);
bool lx_hierarchy_isname(const char *name);

lx_run lx_cgmount_run;

/* The options that stand for a hierarchy, into a context of fsopen(2). */
int lx_cgmount_options(
    struct lx_kernel *kernel, int fsFd, unsigned controllers, const char *name,
    struct lx_err *err);

/* Of a hierarchy only; struct lx_umount. */
lx_run lx_cgumount_run;
/* Where one is mounted, opened; else a refusal to unmount. */
int lx_hierarchy_open(const char *path, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxCgEnd.c: what becomes of a hierarchy when a mount of it is taken away.
 */

struct lx_cgremains {
    unsigned long device;
    unsigned long id;     /* in /proc/PID/cgroup; 0: version 2 */
    unsigned long groups; /* without the topmost */
    unsigned controllers;
    char name[LX_HIERARCHY_NAME + 1]; /* or empty */
};
/* To be asked before. */
int lx_cgremains(
    const char *path, struct lx_cgremains *remains, struct lx_err *err);
/* And after: where else it is mounted; found is called with each path. */
void lx_cgremains_mounts(
    const struct lx_cgremains *remains,
    void (*found)(void *arg, const char *path), void *arg);
/* Waits for its end; false: it lives on, or is not done after so many ms. */
bool lx_cgremains_end(const struct lx_cgremains *remains, int ms);

/* ------------------------------------------------------------------------
 * lxCgMountWhy.c: what the kernel's refusal means.
 */

/* err is of the option that names this controller. */
void lx_why_controller(struct lx_err *err, int controller);
void lx_why_cgmount(struct lx_err *err, const struct lx_cgmount *mount);

/* ------------------------------------------------------------------------
 * lxCgRelease.c: notify_on_release and release_agent, of version 1.
 */

/* 0 or 1 for each hierarchy of `where` that has it, else -1. How many do. */
int lx_release_get(
    struct lx_group *group, unsigned where, int values[LX_HIERARCHIES],
    struct lx_err *err);
/* In all of them, or in none. */
int lx_release_set(
    struct lx_group *group, unsigned where, bool value, struct lx_err *err);

#define LX_AGENT_SIZE 4096 /* of its path, with the final 0 */

int lx_agent_get(
    const struct lx_hierarchy *hierarchy, char agent[LX_AGENT_SIZE],
    struct lx_err *err);
/* An empty path: none. */
int lx_agent_set(
    const struct lx_hierarchy *hierarchy, const char *agent,
    struct lx_err *err);

#endif /* LX_CG_MOUNT_H */
