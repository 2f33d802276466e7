/*
 * lxNetPlan.h --
 *
 *      What changes the network: requests that were put together before, sent
 *      one after another; and what takes them back. A part of lx.h.
 */

#ifndef LX_NETPLAN_H
#define LX_NETPLAN_H

#include "lxNetlink.h"

/* ------------------------------------------------------------------------
 * lxNetPlan.c
 */

/* A net namespace in which a plan works. */
struct lx_netplace {
    int fd;           /* a socket there; -1: this process's own namespace */
    int ns;           /* the namespace; -1: this process's own */
    const char *name; /* "the net namespace of pid 4711" */
};

/* The answer to RTM_GETLINK, kept to put back what was there. */
#define LX_NETOLD 16384
struct lx_netold {
    size_t len; /* 0: none */
    bool whole; /* with its other names */
    _Alignas(8) char data[LX_NETOLD];
};

#define LX_NETINDEX 3

/*
 * A request, what is only known when it is sent (numbers of links), and what
 * explains its refusal.
 */
struct lx_netpart {
    struct lx_netpart *next, *prev;
    const char *what;             /* "cannot ...", for people */
    int where;                    /* which of the plan's places */
    bool undo;                    /* sent only when a later one has failed */
    struct lx_nlrequest *request; /* NULL: tun */
    struct lx_nlrequest *other;   /* sent if it is refused by EEXIST, with the
                                   * same numbers; NULL: none */
    const struct lx_tun *tun;     /* made instead */
    bool settle;                  /* instead: what is known of `link` is told
                                   * to all that go by it, see lxLinkSettle.c */
    struct lx_netold *old;        /* not NULL: what it changes is put back */
    struct {
        const char *name; /* NULL: none */
        size_t at;        /* where its number goes, in request->data; 0: it
                           * only has to be there */
        int where;
    } index[LX_NETINDEX];
    size_t home;          /* where the pid of this thread goes; 0: nowhere */
    const char *link;     /* that it is about; NULL: none that is there */
    const char *must;     /* of this kind alone; NULL: any */
    const char *moves;    /* to the other place, under this name; NULL: no */
    const char *taken[2]; /* names that it wants, by place */
    const char *kind;     /* what it makes, if links */
    const char *cannot;   /* what EOPNOTSUPP means, but of a kind */
    const char *master;   /* that it gives a member, if it means that */
    const char *invalid;  /* EINVAL, where the kernel says nothing */
    const char *exists;   /* what EEXIST means otherwise */
    const char *missing;  /* what ENOENT, ESRCH and EADDRNOTAVAIL mean */
};

struct lx_netplan {
    struct lx_netpart *first, *last;
    struct lx_netplace place[2];
};
lx_run lx_netplan_run;

/* The number of the link of that name; -1 and ENODEV: there is none. */
int lx_net_index(
    struct lx_netlink *netlink, const char *name, int *index,
    struct lx_err *err);

/* 0, or a refusal: NSCG NET NAME. */
int lx_net_name(const char *name, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxNetWhy.c: what a refusal means.
 */

/* The link that has a name; index 0: none. -1 and errno: so the kernel says. */
struct lx_netholder {
    int index;
    char kind[32]; /* "physical", where the kernel names none */
};
int lx_net_holder(
    struct lx_netlink *netlink, const char *name, struct lx_netholder *holder);
/* A part's, with sockets of both places, of which one may not be open. */
void lx_net_why(
    const struct lx_netplan *plan, const struct lx_netpart *part,
    struct lx_netlink netlinks[2], struct lx_err *err);
/* There is no such link; where: as in struct lx_netplace. */
void lx_net_why_absent(
    struct lx_netlink *netlink, const char *name, const char *where,
    struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxNetOld.c: what a link was like before it was changed.
 */

/* Of the link of that number; nothing is kept where that is refused. */
void
lx_netold_keep(struct lx_netlink *netlink, int index, struct lx_netold *old);
/* A request for what `change` changed; false: there is nothing to put back. */
bool lx_netold_request(
    const struct lx_netold *old, const struct lx_nlrequest *change,
    struct lx_nlrequest *request);

/* ------------------------------------------------------------------------
 * lxLinkReturn.c: a link that is lent to a process.
 */

enum { LX_RETURN_HOME, LX_RETURN_THERE };
#define LX_RETURN_PARTS 8

struct lx_linkreturn {
    struct lx_kernel kernel;
    struct lx_netlink at[2]; /* of both net namespaces, which they hold */
    uint64_t inodes[2];      /* theirs */
    int homeNs, pidfd;
    pid_t pid; /* to whom it is lent, and (owner) who lends */
    pid_t owner;
    int index;              /* there */
    char name[LX_NET_NAME]; /* that it had at home, and (now) has again */
    char now[LX_NET_NAME];
    struct lx_netold old, is;
};

int lx_linkreturn_lend(
    struct lx_linkreturn *lent, const struct lx_target *home,
    const struct lx_target *process, const char *name, const char *where,
    struct lx_err *err);
int lx_linkreturn_lent(
    struct lx_linkreturn *lent, const char *name, struct lx_err *err);
bool lx_linkreturn_again(
    struct lx_linkreturn *old, const struct lx_linkreturn *lent);
int lx_linkreturn_bring(struct lx_linkreturn *lent, struct lx_err *err);
void lx_linkreturn_close(struct lx_linkreturn *lent);

/* ------------------------------------------------------------------------
 * lxTun.c: links that a process sends and receives for.
 */

#define LX_TUN_NOBODY (-1)

struct lx_tun {
    const char *name;
    int fd; /* of the device, opened where it is to be; -1: it is opened */
    bool tap, packetInfo, vnetHeader, multiQueue;
    int64_t uid, gid; /* who may use it; LX_TUN_NOBODY: root */
};

int lx_tun_make(
    struct lx_kernel *kernel, const struct lx_tun *tun, struct lx_err *err);

/* ------------------------------------------------------------------------
 * lxNetShow.c: how they read when they are recorded. Letters of lx_sys: N a
 * request, I the number of an ioctl, E struct ifreq.
 */

size_t lx_net_show(char *buf, size_t size, char letter, const long *arg);

#endif /* LX_NETPLAN_H */
