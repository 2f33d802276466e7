/*
 * lxLaunch.h --
 *
 *      A new process, until it is no more. A part of lx.h.
 */

#ifndef LX_LAUNCH_H
#define LX_LAUNCH_H

#include "lx.h"

/* ------------------------------------------------------------------------
 * lxLaunch.c, lxChild.c, lxExec.c: a new process.
 */

/* One of the groups that the program is in from its first instruction on. */
struct lx_birth {
    struct lx_group *group;
    int index;        /* of the hierarchy; one group in each */
    int fd;           /* version 1: cgroup.procs; version 2: the folder */
    const char *path; /* the folder, for people */
};

struct lx_births {
    struct lx_birth list[LX_HIERARCHIES];
    int count;
    int into;     /* which of them is on version 2; -1: none */
    bool bounded; /* memory may run out in one of them, not here */
};

struct lx_launch {
    unsigned newKinds;      /* bits */
    int joinFd[LX_KINDS];   /* -1, or a namespace to enter */
    struct lx_idmap uidmap; /* of a new user namespace */
    struct lx_idmap gidmap;
    enum lx_propagation propagation;
    bool loopback;                  /* a new net namespace has lo up */
    const char *timeOffsets;        /* text for timens_offsets, or NULL */
    const struct lx_births *births; /* or NULL: the interpreter's groups */
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
    int timeout; /* milliseconds for the set-up; negative: none */
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
    int oomFd; /* tells how often the group's memory limit has killed; -1 */
    unsigned long oomBefore; /* how often it had, before the launch */
    bool oom;                /* it killed this one */
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
 * lxCgBirth.c: the groups of a launch, before it.
 */

/* Wherever the group is there; `group` stays in use, and has a pool. What is
 * only to be explained is not opened. */
int lx_births_add(
    struct lx_births *births, struct lx_group *group, bool explain,
    struct lx_pool *pool, struct lx_err *err);
/* The groups of another process, where they are not this one's own. */
int lx_births_like(
    struct lx_births *births, const struct lx_cgroups *cgroups,
    const struct lx_target *target, bool explain, struct lx_pool *pool,
    struct lx_err *err);
void lx_birth_why(const struct lx_birth *birth, struct lx_err *err);
/* A hint, where one of them has refused a process. */
void lx_births_why(const struct lx_births *births, struct lx_err *err);
/* -1: none of the groups counts memory. */
int lx_oom_open(const struct lx_births *births, unsigned long *count);
bool lx_oom_read(int fd, unsigned long *count);

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

#endif /* LX_LAUNCH_H */
