/*
 * lxMount.h --
 *
 *      What the files on mounts share. All of it may run in a child.
 *
 *      Most of them first try the calls of Linux 5.2 and later, which work on
 *      mounts that nobody sees yet; err->errnum is ENOSYS where there are no
 *      such calls, and then mount(2) does what it can.
 */

#ifndef LX_MOUNT_H
#define LX_MOUNT_H

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

/* <sys/mount.h> and <linux/mount.h> cannot both be included (glibc 2.36). */
#ifndef MNT_DETACH
#define MNT_DETACH 2
#define UMOUNT_NOFOLLOW 8
#endif

/* lxMount.c */

#define LX_PLACE_TEXT 1024

/* For messages: "/proc" inside "/srv/image" */
const char *
lx_place_text(const struct lx_place *place, char buf[LX_PLACE_TEXT]);

/* Makes a detached mount visible. On failure err->what is empty. */
int lx_attach(
    struct lx_kernel *kernel, int mountFd, const struct lx_place *place,
    struct lx_err *err);

/* A place by a name that mount(2) can be given. */
struct lx_spot {
    int fd; /* LX_AUTOCLOSE does not reach it: close by lx_fd_close */
    const char *name;
    char buf[40];
};
int lx_spot_open(
    struct lx_kernel *kernel, const struct lx_place *place,
    struct lx_spot *spot, struct lx_err *err);

/* lxMountAttr.c */

void lx_attr_kernel(unsigned set, unsigned clear, struct mount_attr *attr);
unsigned long lx_attr_ms(unsigned attrs);
/* mount_setattr(2) on a place. -1: errno, or err->area is set. */
int lx_attr_apply(
    struct lx_kernel *kernel, const struct lx_place *place,
    const struct mount_attr *attr, bool recursive, struct lx_err *err);
/* The same by remounting; what the mount has already is said again. */
int lx_attr_remount(
    struct lx_kernel *kernel, const struct lx_place *place, unsigned set,
    unsigned clear, bool recursive, struct lx_err *err);

/* lxMountNew.c */

#define LX_DATA_SIZE 4096    /* options for mount(2), with the final 0 */
#define LX_FSCONFIG_SIZE 256 /* a value for fsconfig(2), with the final 0 */

int lx_fsconfig(
    struct lx_kernel *kernel, int fsFd, const char *key, const char *value,
    struct lx_err *err);
void lx_fslog(int fsFd, struct lx_err *err);
int lx_fsfinish(
    struct lx_kernel *kernel, int fsFd, unsigned attrs,
    const struct lx_place *target, struct lx_err *err);
int lx_mount_by_name(
    struct lx_kernel *kernel, const char *fstype, const char *source,
    const struct lx_place *target, unsigned attrs, const char *data,
    struct lx_err *err);

/* lxMountWhy.c: what a refusal means; each may add a hint to err. */

bool lx_why_not_allowed(struct lx_err *err); /* true: it was that */
void lx_why_bind(struct lx_err *err, const struct lx_bind *bind);
void lx_why_idmap(struct lx_err *err, const struct lx_bind *bind);
void lx_why_new(struct lx_err *err, const struct lx_mountnew *new);
void lx_why_overlay(struct lx_err *err, const struct lx_overlay *overlay);
void lx_why_attr(struct lx_err *err, const struct lx_mountattr *change);
void lx_why_move(struct lx_err *err, const struct lx_mountmove *move);
void lx_why_umount(struct lx_err *err, const char *path);
void lx_why_propagate(struct lx_err *err, const struct lx_propagate *propagate);

/* lxOverlayWhy.c */

void lx_why_layers(struct lx_err *err, const struct lx_overlay *overlay);

/* lxMountBusy.c: names a few into a text; returns how many there are. */

unsigned
lx_mounts_below(const char *top, unsigned long parent, char *buf, size_t size);
unsigned lx_mount_users(const char *top, char *buf, size_t size);
bool lx_path_below(const char *path, const char *top);

#endif /* LX_MOUNT_H */
