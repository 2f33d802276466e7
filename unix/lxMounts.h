/*
 * lxMounts.h --
 *
 *      Mounts: what is mounted, and the steps that change it. A part of lx.h.
 */

#ifndef LX_MOUNTS_H
#define LX_MOUNTS_H

#include "lx.h"

/* ------------------------------------------------------------------------
 * lxMountinfo.c: what is mounted, proc_pid_mountinfo(5).
 */

#define LX_MOUNT_LINE 16384

struct lx_mount {
    unsigned long id, parent;
    const char *device; /* major:minor */
    const char *root;   /* which folder of the file system is shown */
    const char *target;
    char *options; /* of this mount; still with the kernel's escapes */
    unsigned long shared, master, from; /* peer groups; 0: none */
    bool unbindable;
    const char *fstype, *source;
    char *superOptions; /* of the file system; still with escapes */
};

/* Takes a line apart, in place. */
bool lx_mount_parse(char *line, struct lx_mount *mount);
/* What this thread sees mounted, one after another, each for as long as the
 * next is not asked for; then lx_lines_close. -1: errno; false: no more. */
int lx_mounts_open(struct lx_lines *lines, char buf[LX_MOUNT_LINE]);
bool lx_mounts_next(struct lx_lines *lines, struct lx_mount *mount);
bool lx_has_option(const char *options, const char *option);
char *lx_unescape(char *text); /* \040 -> blank, in place */

/* The number of the mount that a descriptor is in. */
bool lx_mount_id(int fd, unsigned long *id);

/* The mount that a path lies in, of this thread's namespace. */
struct lx_where {
    struct lx_mount mount; /* its texts are in line */
    bool top;              /* the path is that mount's own top */
    char path[4096];       /* the path as the kernel writes it */
    char line[LX_MOUNT_LINE];
};

int lx_where_fd(struct lx_where *where, int fd); /* -1: errno */
int lx_where_path(struct lx_where *where, const char *path);
int lx_where_id(struct lx_where *where, unsigned long id);

/* Refuses where the numbers in /proc are not this process's numbers. */
int lx_proc_check(struct lx_err *err);
/* All of /proc/PID/FILE, of this thread or of a process; to be freed. */
char *lx_proc_text(
    const struct lx_target *target, const char *file, struct lx_err *err);
/* Of /proc/PID/status (pid 0: of this thread), what stands behind NAME; false:
 * the process is gone, there is no such line, or too much in it. */
bool lx_proc_status(pid_t pid, const char *name, char *value, size_t size);

/* A line of /proc/PID/mountstats: a mount, or more on the one before. */
struct lx_mountstat {
    const char *source; /* NULL: none */
    const char *target, *fstype;
    const char *version; /* of the statistics that follow; or NULL */
};
bool lx_mountstat_parse(char *line, struct lx_mountstat *stat);

/* ------------------------------------------------------------------------
 * lxMount.c, lxBind.c, lxMountNew.c, lxOverlay.c, lxMountAttr.c,
 * lxPropagation.c, lxPivot.c: changing what is mounted.
 */

/* Where to mount: a path, resolved inside a root that is not trusted. */
struct lx_place {
    const char *path;
    const char *root; /* NULL: as it stands */
};

/* The mount at a place, which must be a mount point. */
int lx_where_mount(
    struct lx_where *where, const struct lx_place *place, struct lx_err *err);

/* The kernel's MOUNT_ATTR_..., and a bit for relatime, which there is 0. */
enum {
    LX_ATTR_READONLY = 0x1,
    LX_ATTR_NOSUID = 0x2,
    LX_ATTR_NODEV = 0x4,
    LX_ATTR_NOEXEC = 0x8,
    LX_ATTR_NOATIME = 0x10,
    LX_ATTR_STRICTATIME = 0x20,
    LX_ATTR_RELATIME = 0x40,
    LX_ATTR_ATIME = 0x70, /* these three exclude each other */
    LX_ATTR_NODIRATIME = 0x80,
    LX_ATTR_NOSYMFOLLOW = 0x200000
};

struct lx_attrinfo {
    const char *name;
    const char *option; /* in mountinfo */
    unsigned bit;
    unsigned long ms; /* MS_... */
    unsigned long st; /* ST_..., as statfs tells it */
};

extern const struct lx_attrinfo lx_attrs[]; /* ends with a NULL name */

struct lx_bind {
    const char *source;
    struct lx_place target;
    unsigned attrs;
    bool recursive;
    int usernsFd; /* whose ids to show; -1: as they are */
};
lx_run lx_bind_run;

struct lx_mountoption {
    const char *key;
    const char *value; /* NULL: a flag */
};
struct lx_mountnew {
    const char *fstype;
    struct lx_place target;
    const char *source;
    unsigned attrs;
    const struct lx_mountoption *options; /* ends with a NULL key */
};
lx_run lx_mountnew_run;

struct lx_overlay {
    const char *const *lower; /* the topmost first; ends with NULL */
    const char *upper, *work; /* NULL: nothing can be changed */
    struct lx_place target;
    unsigned attrs;
    int userxattr; /* 0 or 1; -1: if in a user namespace */
    const struct lx_mountoption *options;
};
lx_run lx_overlay_run;

struct lx_mountattr {
    struct lx_place target;
    unsigned set, clear;
    bool recursive;
};
lx_run lx_mountattr_run;

struct lx_mountmove {
    const char *from;
    struct lx_place to;
};
lx_run lx_mountmove_run;

struct lx_umount {
    struct lx_place target;
    bool detach;
};
lx_run lx_umount_run;

enum { LX_SHARED = 1, LX_SLAVE = 2, LX_PRIVATE = 4, LX_UNBINDABLE = 8 };

struct lx_propagate {
    struct lx_place target;
    unsigned types; /* one of them, or LX_SLAVE | LX_SHARED */
    bool recursive;
};
lx_run lx_propagate_run;

struct lx_pivot {
    const char *path;
    bool move; /* upon an initramfs, which cannot be pivoted away */
};
lx_run lx_pivot_run;

/* ------------------------------------------------------------------------
 * lxLayer.c: the upper folder of an overlay, read.
 */

enum lx_layertype {
    LX_LAYER_FILE,
    LX_LAYER_FOLDER,
    LX_LAYER_LINK,
    LX_LAYER_WHITEOUT, /* the name is taken away */
    LX_LAYER_OTHER
};

struct lx_layerentry {
    const char *path; /* from "/", which is the layer */
    enum lx_layertype type;
    bool opaque; /* a folder that hides what is below it in other layers */
    bool deep;   /* a folder in which something is too deep: it is left out */
};

/* Called for each entry, a folder before what is in it. -1 ends the walk. */
typedef int lx_layer_found(
    void *arg, const struct lx_layerentry *entry, struct lx_err *err);
int lx_layer_walk(
    const char *layer, lx_layer_found *found, void *arg, struct lx_err *err);

#endif /* LX_MOUNTS_H */
