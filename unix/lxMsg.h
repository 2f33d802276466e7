/*
 * lxMsg.h --
 *
 *      What a new process, or the init above it, and its parent say to each
 *      other, over a socket that keeps messages apart and names their sender.
 */

#ifndef LX_MSG_H
#define LX_MSG_H

#include <sys/types.h>

enum lx_msgkind {
    LX_MSG_CHILD = 1, /* child: I am your child now, the one before me ends */
    LX_MSG_MAPS,      /* child: my user namespace waits for its maps */
    LX_MSG_GO,        /* parent: it has them */
    LX_MSG_PID,       /* program: I am executed now; value: my pid inside */
    LX_MSG_READY,     /* init: the program runs */
    LX_MSG_ERROR,     /* child: an lx_err follows */
    LX_MSG_STATUS     /* init: the program ended; value: status or -signal */
};

struct lx_msg {
    int kind;
    int value;
};

/* lxFollow.c: the interpreter's end, which knows the sender. */
ssize_t
lx_msg_receive(int fd, void *data, size_t size, int flags, pid_t *sender);

#endif /* LX_MSG_H */
