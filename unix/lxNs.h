/*
 * lxNs.h --
 *
 *      Namespaces: getting hold of them, what they are, moving to them. A part
 * of lx.h.
 */

#ifndef LX_NS_H
#define LX_NS_H

#include "lx.h"

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
#define LX_KINDS_ALL (LX_KIND_BIT(LX_KINDS) - 1)

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
#define LX_TARGET_NONE \
    { \
        .pidfd = -1, .fd = -1 \
    }
#define LX_TARGET_SELF \
    { \
        .self = true, .pidfd = -1, .fd = -1 \
    }

bool lx_kind_known(enum lx_kind kind); /* to this kernel */
/* *held: closed by the caller; until then the pid is this process's. */
int lx_target_hold(struct lx_target *target, int *held, struct lx_err *err);
bool lx_pidfd_ended(int pidfd); /* false for -1 */
unsigned lx_ns_own(uint64_t inodes[LX_KINDS]);
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
 * lxUts.c: host and domain name. The steps' argument is the name itself.
 */

#define LX_UTS_SIZE 65 /* with the final 0 */

lx_run lx_hostname_run;
lx_run lx_domainname_run;
void lx_uts_names(char host[LX_UTS_SIZE], char domain[LX_UTS_SIZE]);

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
    int folder; /* the working folder, and the root: of mnt */
    int root;
};

int lx_home_open(struct lx_home *home, unsigned kinds);
unsigned lx_home_return(const struct lx_home *home, unsigned kinds);
void lx_home_lost(struct lx_err *err, unsigned kinds);
void lx_home_close(struct lx_home *home);
int lx_folder_part(struct lx_err *err);

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
 * lxScope.c: there and back again.
 *
 * A scope lies on the stack of the thread that moves, and is ended by the one
 * that began it, the innermost first.
 */

/* The kinds in which a thread can come back in place. */
#define LX_KINDS_BACK \
    (LX_KIND_BIT(LX_CGROUP) | LX_KIND_BIT(LX_IPC) | LX_KIND_BIT(LX_MNT) \
     | LX_KIND_BIT(LX_NET) | LX_KIND_BIT(LX_UTS))

struct lx_scope {
    unsigned kinds;
    struct lx_home home;
    struct lx_scope *outer;
};

/* On failure the thread is home and there is no scope. kinds as for
 * lx_setns_prepare. */
int lx_scope_setns(
    struct lx_scope *scope, const struct lx_target *target, unsigned kinds,
    struct lx_err *err);
int lx_scope_unshare(
    struct lx_scope *scope, const struct lx_unshare *move, struct lx_err *err);
int lx_scope_end(struct lx_scope *scope, struct lx_err *err);
bool lx_scope_inner(const struct lx_scope *scope); /* is it the innermost? */

/* Out of all scopes of this thread for a while. */
struct lx_away {
    unsigned kinds;
    struct lx_home there;
    struct lx_scope *scopes;
};

int lx_away_begin(struct lx_away *away, struct lx_err *err);
int lx_away_end(struct lx_away *away, struct lx_err *err);

/* 0: this thread is where it should be, as far as nscg has moved it. */
int lx_thread_home(struct lx_err *err);
bool lx_thread_lost(void);
/* Out of all scopes for good: the process ends. */
void lx_thread_leave(void);
/* Nothing is kept of where this thread is. */
void lx_thread_forget(unsigned kinds);

#endif /* LX_NS_H */
