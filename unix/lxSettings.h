/*
 * lxSettings.h --
 *
 *      What a process is, and the files that it finds: the other steps. A part
 * of lx.h.
 */

#ifndef LX_SETTINGS_H
#define LX_SETTINGS_H

#include "lx.h"

/* ------------------------------------------------------------------------
 * lxUser.c, lxSetting.c, lxRlimit.c, lxSysctl.c: settings of a process. The
 * argument of lx_chdir_run is the path, that of lx_umask_run a mode_t;
 * lx_nonewprivs_run and lx_setsid_run have none.
 */

struct lx_user {
    uint32_t uid, gid;
    const uint32_t *groups;
    size_t groupCount;
    bool groupsGiven; /* the user named them: they are what it must be */
    bool keepGroups;
    bool keepCaps;
};

lx_run lx_user_run;
lx_run lx_chdir_run;
lx_run lx_umask_run;
lx_run lx_nonewprivs_run;
lx_run lx_setsid_run;

/* lxLogin.c: the same by name. */

#define LX_HOME_SIZE 512

struct lx_login {
    const char *user; /* NULL: by number */
    uint32_t uid;
    const char *group; /* NULL: by number, if it is given */
    uint32_t gid;
    bool gidGiven; /* he has no other groups */
    char *home;    /* LX_HOME_SIZE for HOME=... of the program; or NULL */
};

lx_run lx_login_run;

struct lx_resource {
    const char *name; /* as in prlimit(1) */
    int number;       /* RLIMIT_... */
    bool bytes;       /* what it counts */
};

struct lx_rlimit {
    const struct lx_resource *resource;
    struct {
        uint64_t soft, hard; /* LX_UNLIMITED */
    } limits;                /* as the kernel takes them */
};

#define LX_UNLIMITED UINT64_MAX

extern const struct lx_resource lx_resources[]; /* ends with a NULL name */
lx_run lx_rlimit_run;

struct lx_sysctl {
    const char *name;
    const char *path; /* below /proc/sys */
    const char *value;
};

/*
 * The path of a setting's file, from either of the ways to write its name:
 * net.ipv4.conf.eth0/1.forwarding or net/ipv4/conf/eth0.1/forwarding.
 */
int
lx_sysctl_path(char *path, size_t size, const char *name, struct lx_err *err);
/* Which kind of namespace has the setting for its own; -1: the machine. */
int lx_sysctl_kind(const char *path);
lx_run lx_sysctl_run;

/* ------------------------------------------------------------------------
 * lxFiles.c: files that a root file system needs. With a root, a path is
 * looked up within it, and no symbolic link leads out.
 */

#define LX_MODE_UNSET (~0u) /* the usual mode, less what umask takes */

struct lx_mkdir {
    const char *root, *path; /* root may be NULL, here and below */
    unsigned mode;
    bool parents; /* what is there already is as good */
};

struct lx_symlink {
    const char *root, *path;
    const char *target;
};

struct lx_device {
    const char *root, *path;
    bool block;
    unsigned major, minor, mode;
};

#define LX_MAJOR_MAX 0xfff
#define LX_MINOR_MAX 0xfffff

struct lx_write {
    const char *root, *path;
    const char *data;
    size_t len;
    bool append, create;
    unsigned mode; /* of a new file */
};

lx_run lx_mkdir_run;
lx_run lx_symlink_run;
lx_run lx_device_run;
lx_run lx_write_run;

/* ------------------------------------------------------------------------
 * lxRemove.c: a folder and all that is in it. The argument is its path.
 */

lx_run lx_remove_run;

/* ------------------------------------------------------------------------
 * lxCaps.c (what libcap knows), lxCapsRun.c (what the kernel does):
 * capabilities. A set of them is a bit mask.
 */

struct lx_caps {
    uint64_t effective, permitted, inheritable;
};

struct lx_capset {
    struct lx_caps caps;      /* to be set */
    uint64_t mask;            /* to be dropped, limited to, or raised */
    const char *const *names; /* of all 64, for a child's messages */
};

uint64_t lx_caps_all(void);         /* that the running kernel knows */
int lx_caps_find(const char *name); /* any case, cap_ or not; -1: none */
const char *lx_caps_name(int capability, char buf[32]);
const char *const *lx_caps_names(struct lx_pool *pool);
/* libcap's text form. -1: not understood, and errno. */
int lx_caps_parse(const char *text, struct lx_caps *caps);
int lx_caps_text(pid_t pid, char *buf, size_t size, struct lx_err *err);
uint64_t lx_caps_bound(void);
uint64_t lx_caps_ambient(void);
lx_run lx_caps_set_run;
lx_run lx_caps_drop_run;
lx_run lx_caps_bound_run;
lx_run lx_caps_ambient_run;

#endif /* LX_SETTINGS_H */
