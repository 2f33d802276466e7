/*
 * lxChild.h --
 *
 *      A new process until its program runs: what lxLaunch.c gives it, and
 *      what the files that are its code (lxChild.c, lxTie.c, lxEnter.c,
 *      lxProgram.c, lxExec.c) share. All of it runs in memory that is the
 * parent's too: see lxChild.c.
 */

#ifndef LX_CHILD_H
#define LX_CHILD_H

#include "lx.h"
#include "lxMsg.h"

#define LX_STACK_SIZE (128 * 1024)
#define LX_STACKS 4

#define LX_KEEP_MAX 256

struct lx_child {
    const struct lx_launch *launch;
    struct lx_kernel *kernel;
    int control;    /* socket to the parent; -1: none */
    int self;       /* a pidfd of the parent */
    char *stackTop; /* of the next process; they grow down, side by side */
    bool shared;    /* has the parent's memory */
    bool quiet;     /* says how it fares in this memory; see lxFollow.c */
    bool stranger;  /* its root is not ours: nscg-init executes the program */
    bool handlersReset;    /* of signals, by the kernel */
    bool bornThere;        /* in its group of version 2, by the kernel */
    char **initArgv;       /* stranger: the words for nscg-init */
    char controlText[16];  /* one of them */
    int keep[LX_KEEP_MAX]; /* the descriptors that it needs, in order */
    size_t keepCount;

    /* What the child writes, and a quiet one's parent reads. */
    bool executing; /* it has come as far as that */
    bool failed;    /* the program could not be started, and err says why */
    int settingUp;  /* cleared by the kernel at exec, and at the end */
    struct lx_err err;
};

int lx_child_main(void *child); /* does not return, but in a recording */
int lx_clone(struct lx_child *child, unsigned flags, int *pidfd);

/* lxTie.c: what all of it needs. */
void lx_child_begin(const struct lx_child *child);
void lx_child_say(const struct lx_child *child, int kind, int value);
void lx_child_sayerror(struct lx_child *child, const struct lx_err *err);
void lx_child_leave(int status);
void lx_child_tie(const struct lx_child *child);
bool lx_child_orphaned(const struct lx_child *child);
void lx_child_unblock(void);

/* lxChildGroup.c */
int lx_child_groups(struct lx_child *child, bool joins, struct lx_err *err);

/* lxEnter.c */
int lx_child_join(const struct lx_child *child, struct lx_err *err);
int lx_child_prepare(const struct lx_child *child, struct lx_err *err);

/* lxProgram.c, lxExec.c: do not return when they succeed. */
int lx_child_run(struct lx_child *child, struct lx_err *err);
int lx_exec(
    struct lx_kernel *kernel, const struct lx_launch *launch,
    struct lx_err *err);

#endif /* LX_CHILD_H */
