/*
 * lx.h --
 *
 *      What unix/ offers: Linux, without Tcl.
 *
 *      A function that can fail returns 0 (or a descriptor, or a count) and
 *      -1 with *err filled in. What may run in a child that shares memory
 *      with the interpreter (every lx_..._run, and all of lxChild.c) takes no
 *      lock, allocates nothing, prints nothing, and makes its system calls
 *      through lx_sys(): that is also how it can be recorded instead of run.
 */

#ifndef LX_H
#define LX_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* ------------------------------------------------------------------------
 * lxText.c: text into fixed buffers.
 *
 * The formats know %s, %q (in double quotes; a null pointer is NULL), %c, %d
 * %u (int), %l (long), %o %x (unsigned long) and %%.
 */

size_t lx_format(char *buf, size_t size, const char *fmt, ...);
size_t lx_vformat(char *buf, size_t size, const char *fmt, va_list args);
bool lx_number(const char *text, unsigned long *value);

/* ------------------------------------------------------------------------
 * lxErr.c: what went wrong.
 *
 * Either the kernel refused (errnum is its errno), or nscg itself did, before
 * asking the kernel (errnum is 0; area and reason make the errorCode). The
 * record holds no pointers, so it can be sent from child to parent.
 */

struct lx_err {
    int errnum;
    int step;        /* which step of -setup, from 1; 0: none */
    char area[16];   /* "NS", "MOUNT", ... */
    char reason[24]; /* "THREADED", "NOTNS", ... */
    char what[1024]; /* "cannot mount proc on \"/proc\"" */
    char hint[1024]; /* which gate refused and what opens it; or empty */
    unsigned gates;  /* kinds of namespaces, or LX_GATE_FORK, whose gates the
                      * parent is to look at for a hint; 0: none */
};

#define LX_GATE_FORK (1u << 31)

int lx_fail(struct lx_err *err, int errnum, const char *fmt, ...);
int lx_refuse(
    struct lx_err *err, const char *area, const char *reason, const char *fmt,
    ...);
/* Puts what the caller attempted before the message: "attempt: message". */
int lx_context(struct lx_err *err, const char *fmt, ...);
void lx_hint(struct lx_err *err, const char *fmt, ...);

/* ------------------------------------------------------------------------
 * lxPool.c: memory and descriptors with one lifetime.
 *
 * Everything that a compiled step needs is taken from a pool before the step
 * runs, and given back in one go. lx_pool_alloc gives zeroed memory; it and
 * lx_pool_string return NULL only when memory is out.
 */

struct lx_pool {
    struct lx_chunk *chunks;
    struct lx_heldfd *fds;
};

void *lx_pool_alloc(struct lx_pool *pool, size_t size);
char *lx_pool_string(struct lx_pool *pool, const char *text, size_t len);
int lx_pool_fd(struct lx_pool *pool, int fd); /* owns fd, also on failure */
/* Up to max of its descriptors, and how many there are. */
size_t lx_pool_fds(const struct lx_pool *pool, int *fds, size_t max);
void lx_pool_close(struct lx_pool *pool);     /* its descriptors only */
void lx_pool_free(struct lx_pool *pool);

/* ------------------------------------------------------------------------
 * lxSys.c: system calls that can be made or recorded.
 *
 * The shape names the call and has one letter for each argument, saying how
 * it reads: s string, d int, f descriptor, o octal, x hexadecimal, p address;
 * m MS_..., a MOUNT_ATTR_..., n CLONE_NEW..., u MNT_... (umount2), O O_...,
 * t AT_..., v MOVE_MOUNT_..., c FSCONFIG_..., A struct mount_attr, H struct
 * open_how; lxShow.c has more. A final '=' says that the result is a
 * descriptor: a recording returns an invented one, so that the calls which
 * follow can name it (and LX_AUTOCLOSE must not close it).
 */

struct lx_kernel {
    void (*record)(void *arg, const char *line); /* NULL: make the call */
    void *arg;
    int lastFd;
};

long lx_sys(
    struct lx_kernel *kernel, long number, const char *shape, long a, long b,
    long c, long d, long e, long f);

#define LX_SYS(kernel, name, shape, ...) \
    LX_SYS_PADDED( \
        kernel, SYS_##name, #name " " shape, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define LX_SYS_PADDED(kernel, number, shape, a, b, c, d, e, f, ...) \
    lx_sys( \
        kernel, number, shape, (long)(a), (long)(b), (long)(c), (long)(d), \
        (long)(e), (long)(f))

/* lxShow.c: the letters for what is more than a number or a name. */
size_t lx_show(char *buf, size_t size, char letter, const long *value);

static inline bool
lx_recording(const struct lx_kernel *kernel)
{
    return kernel->record != NULL;
}

/*
 * Such a descriptor, closed at the end of its block by a call that is
 * recorded as well: LX_SYSFD(fd) = {kernel, ...}; errno is kept.
 */
struct lx_sysfd {
    struct lx_kernel *kernel;
    int fd; /* -1 is let be */
};
void lx_sysfd_close(struct lx_sysfd *held);
#define LX_SYSFD(name) \
    struct lx_sysfd name __attribute__((cleanup(lx_sysfd_close)))

/* ------------------------------------------------------------------------
 * lxFd.c: descriptors and small files.
 */

void lx_fd_close(int *fd); /* *fd becomes -1; -1 is let be; errno is kept */
#define LX_AUTOCLOSE __attribute__((cleanup(lx_fd_close)))

int lx_fd_park(int fd); /* moves fd out of the way; the same */
int lx_fd_high(int fd); /* moves fd above 2; owns it, also on failure */
void lx_fd_path(int fd, char *buf, size_t size);
bool lx_fd_isopen(int fd);
int lx_fd_copy(int fd, struct lx_err *err);
int lx_pipe(bool toProcess, int *ours, int *theirs, struct lx_err *err);
int lx_open_stream(const char *path, bool writing, struct lx_err *err);
int lx_read_file(const char *path, char *buf, size_t size); /* -1: errno */
int lx_write_file(const char *path, const char *data);      /* -1: errno */
bool lx_file_number(const char *path, unsigned long *value);
long lx_now_ms(void); /* monotonic */

/* ------------------------------------------------------------------------
 * lxPath.c: paths inside a root that is not trusted. ROOT is taken for "/",
 * and nothing found there leads out; a null ROOT is no root of its own.
 */

#define LX_NAME_SIZE 256 /* of a name in a folder, with the final 0 */

int lx_open_beneath(
    struct lx_kernel *kernel, const char *root, const char *path, int flags,
    unsigned mode, struct lx_err *err);
/* The folder of PATH's last name; the name itself goes to `name`. */
int lx_open_parent(
    struct lx_kernel *kernel, const char *root, const char *path,
    char name[LX_NAME_SIZE], struct lx_err *err);

/* ------------------------------------------------------------------------
 * Steps.
 *
 * A compiled step: a function and its arguments, which live in a pool. Run,
 * it says 0, or -1 with *err filled in.
 */

typedef int
lx_run(struct lx_kernel *kernel, const void *args, struct lx_err *err);

struct lx_step {
    lx_run *run;
    const void *args;
    const char *words; /* as the user wrote it, for -explain */
};

/* ------------------------------------------------------------------------
 * lxNs.c, lxTarget.c: namespaces.
 */

enum lx_kind {
    LX_CGROUP,
    LX_IPC,
    LX_MNT,
    LX_NET,
    LX_PID,
    LX_TIME,
    LX_USER,
    LX_UTS,
    LX_KINDS
};

struct lx_kindinfo {
    const char *name;  /* in /proc/PID/ns */
    const char *alias; /* also accepted; or NULL */
    const char *limit; /* in /proc/sys/user */
    unsigned flag;     /* CLONE_NEW... */
};

extern const struct lx_kindinfo lx_kinds[LX_KINDS];

#define LX_KIND_BIT(kind) (1u << (kind))

unsigned lx_kind_flags(unsigned kinds); /* set of kinds -> CLONE_NEW... */
int lx_kind_find(const char *name);     /* -> enum lx_kind, or -1 */
#define LX_KIND_NAMES 64                /* room for all of them */
char *lx_kind_names(unsigned kinds, char *buf, size_t size); /* -> buf */

/*
 * What a TARGET is once its words are understood: this thread (self), a
 * process (pid, and a pidfd that proves it is still the same one, or -1), a
 * namespace file, or a descriptor that holds a namespace.
 */
struct lx_target {
    bool self;
    pid_t pid;        /* 0: not a process */
    int pidfd;        /* borrowed; -1: none */
    const char *path; /* NULL: not a path */
    int fd;           /* borrowed; -1: none */
    bool ended;       /* a process of ours that is no more */
};

bool lx_kind_known(enum lx_kind kind); /* to this kernel */
/* *held: closed by the caller; until then the pid is this process's. */
int lx_target_hold(struct lx_target *target, int *held, struct lx_err *err);
bool lx_pidfd_ended(int pidfd); /* false for -1 */
int lx_target_kinds(
    const struct lx_target *target, unsigned *kinds, struct lx_err *err);
int lx_ns_open(
    const struct lx_target *target, enum lx_kind kind, struct lx_err *err);
/* Is what a path names a namespace? flags: 0 or O_NOFOLLOW. 0: it is. */
int lx_ns_look(const char *path, int flags, struct lx_err *err);
int lx_ns_kind(int fd); /* which kind a descriptor is of; -1: none */
int lx_ns_inode(int fd, uint64_t *inode);
bool lx_ns_mine(int fd, enum lx_kind kind); /* see the function */
int lx_thread_count(void);                  /* of this process */

/*
 * lxGate.c, lxForkGate.c: a refusal (err->errnum) explained by a hint: of a
 * namespace of these kinds, or of a new process; lx_ns_gate does both. Not in
 * a child that shares memory.
 */
void lx_ns_gate(struct lx_err *err, unsigned kinds);
void lx_fork_gate(struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxNsProcs.c: the processes of a pid namespace and of those below it.
 */

struct lx_procinfo {
    pid_t pid, ppid;
    pid_t nspid;       /* in the target's namespace; 0: not to be seen */
    uint32_t uid;      /* effective */
    const char *name;  /* up to 15 bytes */
    const char *words; /* the command line, words ended by 0 */
    size_t wordsLen;   /* 0: a kernel thread, or a process that has ended */
};

/* Called in the order of pids; other than 0 ends the listing. */
typedef int lx_eachproc(void *arg, const struct lx_procinfo *process);

int lx_ns_processes(
    const struct lx_target *target, lx_eachproc *each, void *arg,
    struct lx_err *err);
bool lx_proc_name(pid_t pid, char name[64]);

/* ------------------------------------------------------------------------
 * lxIdmapRead.c: the uid or gid map of a user namespace, as /proc has it.
 */

#define LX_IDMAP_TEXT 16384 /* the kernel takes 340 lines */

int lx_idmap_read(
    const struct lx_target *target, bool group, char *text, size_t size,
    struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxPin.c: namespaces held by a path, as those of ip netns.
 */

int lx_pin(int nsFd, enum lx_kind kind, const char *path, struct lx_err *err);
int lx_unpin(const char *path, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxNsScan.c, lxNsTable.c: every namespace that can be seen.
 */

struct lx_pids {
    pid_t *pids;
    size_t count, size;
};

struct lx_nsinfo {
    enum lx_kind kind;
    uint64_t inode;
    uint64_t owner;  /* the user namespace that owns it; 0: not seen */
    uint64_t parent; /* of pid and user; 0: not seen */
    int64_t uid;     /* who made it, of user; -1: not seen */
    struct lx_pids processes;
    struct lx_pids childrenOf; /* whose future children will be in it */
    char **pins;               /* paths where it is mounted */
    size_t pinCount;
};

struct lx_nsscan {
    unsigned kinds;
    struct lx_nsinfo *items; /* by kind and inode */
    size_t count, size;
    size_t *slots; /* by inode: index + 1, or 0 */
    size_t slotCount;
};

int lx_nsscan_run(struct lx_nsscan *scan, unsigned kinds, struct lx_err *err);
void lx_nsscan_free(struct lx_nsscan *scan);
struct lx_nsinfo *lx_nsscan_find(const struct lx_nsscan *scan, uint64_t inode);

/* Within unix/; no memory: NULL or -1. */
struct lx_nsinfo *
lx_nsscan_insert(struct lx_nsscan *scan, enum lx_kind kind, uint64_t inode);
int lx_nsscan_sort(struct lx_nsscan *scan);
int lx_pids_add(struct lx_pids *list, pid_t pid);
int lx_nsinfo_pin(struct lx_nsinfo *item, const char *path);

/* ------------------------------------------------------------------------
 * lxLines.c: a file line by line, in a buffer of the caller's. A line longer
 * than the buffer is cut: its beginning is returned, its rest left out.
 */

struct lx_lines {
    int fd;
    char *buf;
    size_t size, start, end;
    bool skip;  /* what comes is the rest of a line that was cut */
    bool cut;   /* it happened */
    int errnum; /* why there is no next line; 0: the file ended */
};

int lx_lines_open(
    struct lx_lines *lines, const char *path, char *buf,
    size_t size);                            /* -1: errno */
char *lx_lines_next(struct lx_lines *lines); /* valid until the next one */
void lx_lines_close(struct lx_lines *lines);

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
bool lx_has_option(const char *options, const char *option);
char *lx_unescape(char *text); /* \040 -> blank, in place */

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
 * lxUts.c: host and domain name. The steps' argument is the name itself.
 */

#define LX_UTS_SIZE 65 /* with the final 0 */

lx_run lx_hostname_run;
lx_run lx_domainname_run;
void lx_uts_names(char host[LX_UTS_SIZE], char domain[LX_UTS_SIZE]);

/* ------------------------------------------------------------------------
 * lxPrivilege.c: what the kernel's refusal may be due to. For failing paths:
 * these calls are made, never recorded, also in a child.
 */

bool lx_capable(int capability); /* of linux/capability.h; effective now */
bool lx_in_userns(void);         /* in another user namespace than the first */

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
#define LX_ACCOUNT_GROUPS 256

struct lx_login {
    const char *user; /* NULL: by number */
    uint32_t uid;
    const char *group; /* NULL: by number, if it is given */
    uint32_t gid;
    bool gidGiven; /* he has no other groups */
    char *home;    /* LX_HOME_SIZE for HOME=... of the program; or NULL */
};

struct lx_account {
    uint32_t uid, gid;
    uint32_t groups[LX_ACCOUNT_GROUPS];
    size_t groupCount;
    char name[LX_NAME_SIZE];
    char home[LX_HOME_SIZE - 8];
};

int lx_account_find(
    struct lx_kernel *kernel, const struct lx_login *login,
    struct lx_account *account, struct lx_err *err);
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

/* ------------------------------------------------------------------------
 * lxIdmap.c, lxIdmapHelp.c: uid and gid maps.
 */

struct lx_idrange {
    uint32_t inside, outside, count;
};

struct lx_idmap {
    const struct lx_idrange *ranges;
    size_t count;     /* 0: the map is not written */
    const char *text; /* as the kernel reads it */
    bool byHelper;    /* through newuidmap or newgidmap */
};

#define LX_LAUNCH_TIMEOUT 30000 /* ms, unless another is asked for */
#define LX_IDMAP_MAX 340        /* lines that the kernel takes */

int lx_idmap_make(
    struct lx_idmap *map, struct lx_pool *pool, bool group,
    const struct lx_idrange *ranges, size_t count, struct lx_err *err);
int lx_idmap_self(
    struct lx_idmap *map, struct lx_pool *pool, bool group, struct lx_err *err);
int lx_idmap_auto(
    struct lx_idmap *map, struct lx_pool *pool, bool group, struct lx_err *err);
int lx_idmap_write(
    struct lx_kernel *kernel, pid_t pid, const struct lx_idmap *uids,
    const struct lx_idmap *gids, int timeoutMs, struct lx_err *err);
/* The same by a child of that process: it may be in another pid namespace. */
int lx_idmap_put(
    struct lx_kernel *kernel, pid_t pid, const struct lx_idmap *uids,
    const struct lx_idmap *gids, int timeoutMs, struct lx_err *err);
int lx_idmap_help(
    struct lx_kernel *kernel, pid_t pid, const struct lx_idmap *map,
    const char *program, int timeoutMs, struct lx_err *err);
int lx_become_root(struct lx_kernel *kernel, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxFresh.c: what new namespaces need before they are used.
 */

enum lx_propagation {
    LX_PROPAGATION_PRIVATE,
    LX_PROPAGATION_SLAVE,
    LX_PROPAGATION_SHARED,
    LX_PROPAGATION_UNCHANGED
};

int lx_fresh_net(struct lx_kernel *kernel, struct lx_err *err);
int lx_fresh_mnt(
    struct lx_kernel *kernel, enum lx_propagation propagation,
    struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxHome.c, lxUnshare.c, lxSetns.c: this thread moves.
 */

struct lx_home {
    int fd[LX_KINDS];
    int folder; /* the working folder */
};

void lx_home_open(struct lx_home *home, unsigned kinds);
unsigned lx_home_return(const struct lx_home *home, unsigned kinds);
void lx_home_lost(struct lx_err *err, unsigned kinds);
void lx_home_close(struct lx_home *home);

/* 0 if the process has one thread; what: "cannot ...". */
int
lx_refuse_threads(struct lx_err *err, const char *what, const char *instead);

struct lx_unshare {
    unsigned kinds;
    struct lx_idmap uidmap; /* of a new user namespace */
    struct lx_idmap gidmap;
    enum lx_propagation propagation;
    bool loopback; /* a new net namespace has lo up */
};

int lx_unshare_check(unsigned kinds, bool force, struct lx_err *err);
int lx_unshare_run(const struct lx_unshare *move, struct lx_err *err);

struct lx_setns {
    unsigned kinds;   /* that differ from this thread's */
    int fd[LX_KINDS]; /* -1, or the namespace to enter */
    int pidfd;        /* of whose they are; -1: not a process */
    char whose[300];  /* "pid 4711" */
};

int lx_setns_prepare(
    struct lx_setns *move, const struct lx_target *target, unsigned kinds,
    struct lx_err *err);
int lx_setns_run(struct lx_setns *move, unsigned kinds, struct lx_err *err);
void lx_setns_free(struct lx_setns *move);

/* ------------------------------------------------------------------------
 * lxLaunch.c, lxChild.c, lxExec.c: a new process.
 */

struct lx_launch {
    unsigned newKinds;      /* bits */
    int joinFd[LX_KINDS];   /* -1, or a namespace to enter */
    struct lx_idmap uidmap; /* of a new user namespace */
    struct lx_idmap gidmap;
    enum lx_propagation propagation;
    bool loopback;           /* a new net namespace has lo up */
    const char *timeOffsets; /* text for timens_offsets, or NULL */
    const struct lx_step *steps;
    size_t stepCount;
    const char *program;         /* as the user named it */
    const char *const *programs; /* paths to try, in order, NULL-ended */
    char *const *argv;
    char *const *envp;
    const char *cwd; /* or NULL */
    int stdio[3];    /* -1: the interpreter's own; else a descriptor above 2 */
    bool init;       /* a small process reaps, and passes signals on */
    bool detach;     /* outlives the interpreter */
    bool copy;       /* copy memory even where it could be shared */
    int initFd;      /* the init program's image, or -1 */
    const struct lx_pool *held; /* has every descriptor that it needs */
    int timeout;     /* milliseconds for the set-up; negative: none */
};

enum lx_state { LX_RUNNING, LX_EXITED, LX_SIGNALED, LX_GONE };

struct lx_process {
    pid_t pid;   /* of the program */
    pid_t nspid; /* the same in its own pid namespace */
    pid_t child; /* our child: init, or the program itself */
    int pidfd;   /* of our child; -1: closed */
    int control; /* socket to init; -1: no init */
    bool detached;
    bool foreign; /* no child of ours: we are not told how it ends */
    pid_t owner;  /* the process whose child it is; 0: foreign */
    enum lx_state state;
    enum lx_state reaped; /* of lxReap.c: so state will be */
    int code;             /* exit status, or the signal's number */
    bool hasUsage;
    struct rusage usage;
};

char **lx_environment(void);
char **lx_environ_copy(struct lx_pool *pool);   /* lxEnviron.c */
void lx_launch_start(struct lx_launch *launch); /* the defaults */
int lx_launch_run(
    const struct lx_launch *launch, struct lx_process *process,
    struct lx_err *err);
void
lx_launch_explain(const struct lx_launch *launch, struct lx_kernel *recorder);
int lx_init_open(struct lx_err *err); /* a sealed copy of the init program */

/* ------------------------------------------------------------------------
 * lxProcess.c: a process that was launched.
 */

/* One that others started. */
int lx_process_open(pid_t pid, struct lx_process *process, struct lx_err *err);
/*
 * 1: it has ended, and process->state says how; 0: the time is up. The pidfd
 * stays open: who watches it ends that first.
 */
int
lx_process_wait(struct lx_process *process, int timeoutMs, struct lx_err *err);
int
lx_process_signal(struct lx_process *process, int number, struct lx_err *err);
void lx_process_kill(struct lx_process *process);
/* Kills what still runs, unless it is detached or the child of another. */
int lx_process_end(struct lx_process *process, struct lx_err *err);
void lx_process_close(struct lx_process *process); /* the same; lets go of it */

/* ------------------------------------------------------------------------
 * lxReap.c: the children of this process, of whichever interpreter.
 */

/* What was launched, once it has its place in memory, until it is closed. */
int lx_reap_add(struct lx_process *process, struct lx_err *err);
/* 1: it has ended, process->reaped says how; 0: it runs; -1: errno. */
int lx_reap(struct lx_process *process);
/* Readable while a child is to be reaped; always the same one. */
int lx_reap_fd(struct lx_err *err);
void lx_reap_ready(void);
void lx_reap_letgo(struct lx_process *process);

/* ------------------------------------------------------------------------
 * lxCollect.c: feeds a process and gathers what it says.
 */

struct lx_buffer {
    char *data; /* malloc */
    size_t len, size;
};

struct lx_collect {
    int in, out, err; /* our ends of its pipes, or -1; closed when done */
    const char *input;
    size_t inputLen;
    struct lx_buffer outText, errText;
};

/* 1: all ends are closed; 0: the time is up. */
int
lx_collect_run(struct lx_collect *collect, int timeoutMs, struct lx_err *err);
void lx_collect_free(struct lx_collect *collect);

/* ------------------------------------------------------------------------
 * lxPoll.c: epoll.
 */

struct lx_poll {
    int fd;
    pid_t owner; /* the process that made it */
};

int lx_poll_open(struct lx_poll *poll, struct lx_err *err);
bool lx_poll_renew(struct lx_poll *poll); /* in a copy of the process */
int lx_poll_add(const struct lx_poll *poll, int fd, struct lx_err *err);
void lx_poll_remove(const struct lx_poll *poll, int fd);
int lx_poll_ready(const struct lx_poll *poll, int *fds, int max);

/* ------------------------------------------------------------------------
 * lxSignal.c: signals by name.
 */

int lx_signal_find(const char *name); /* SIGTERM, TERM or 15; -1: none */
const char *lx_signal_name(int signal, char buf[16]);

#endif /* LX_H */
