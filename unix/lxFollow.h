/*
 * lxFollow.h --
 *
 *      The parent's side of a launch, shared by lxLaunch.c and lxFollow.c.
 */

#ifndef LX_FOLLOW_H
#define LX_FOLLOW_H

#include "lxChild.h"

struct lx_parent {
    const struct lx_launch *launch;
    struct lx_process *process;
    struct lx_child *child;
    int control;   /* our end of the socket; -1: none */
    int childEnd;  /* the other one */
    long deadline; /* of lx_now_ms(); negative: none */
};

/* Until the program runs. */
int lx_follow(struct lx_parent *parent, struct lx_err *err);
/* Ends what there is; false: something may still be there. */
bool lx_follow_giveup(struct lx_parent *parent);

#endif /* LX_FOLLOW_H */
