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
 * The formats know %s, %q (in double quotes; a null pointer is NULL), %p (what
 * others have chosen: control characters and what is not UTF-8 are ?), %c, %d
 * %u (int), %l (long), %L (uint64_t), %o %x (unsigned long) and %%.
 */

size_t lx_format(char *buf, size_t size, const char *fmt, ...);
/* After the len characters that are there; what does not fit is left out.
 * Returns the new length, which is below size. */
size_t lx_append(char *buf, size_t size, size_t len, const char *fmt, ...);
size_t lx_vformat(char *buf, size_t size, const char *fmt, va_list args);
size_t
lx_vappend(char *buf, size_t size, size_t len, const char *fmt, va_list args);
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
    char detail[64]; /* a last word of the errorCode; or empty */
    char what[1024]; /* "cannot mount proc on \"/proc\"" */
    char hint[1024]; /* which gate refused and what opens it; or empty */
    unsigned gates;  /* kinds of namespaces, or LX_GATE_FORK, whose gates the
                      * parent is to look at for a hint; 0: none */
    int birth;       /* which group of a launch the same goes for, from 1 */
};

#define LX_GATE_FORK (1u << 31)

int lx_fail(struct lx_err *err, int errnum, const char *fmt, ...);
int lx_refuse(
    struct lx_err *err, const char *area, const char *reason, const char *fmt,
    ...);
/* Puts what the caller attempted before the message: "attempt: message". */
int lx_context(struct lx_err *err, const char *fmt, ...);
void lx_hint(struct lx_err *err, const char *fmt, ...);
void lx_detail(struct lx_err *err, const char *detail);

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
void lx_pool_close(struct lx_pool *pool); /* its descriptors only */
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
/* These end in -1 and errno; those with a folder's descriptor take a path in
 * it, and AT_FDCWD. */
int lx_read_file(const char *path, char *buf, size_t size);
int lx_read_at(int folder, const char *path, char *buf, size_t size);
char *lx_read_all(int fd); /* what it has left, to be freed; NULL: errno */
int lx_write_file(const char *path, const char *data);
int lx_write_at(int folder, const char *path, const char *data);
bool lx_file_number(const char *path, unsigned long *value);

/* ------------------------------------------------------------------------
 * lxTime.c: what time it is, and waiting for what nothing tells of.
 */

long lx_now_ms(void); /* monotonic */

/* A wait that ends: false when the time is over; naps get longer. */
struct lx_wait {
    long end; /* lx_now_ms */
    int nap;  /* ms */
};
struct lx_wait lx_wait_begin(int timeoutMs); /* -1: no end */
bool lx_wait_nap(struct lx_wait *wait);

/* ------------------------------------------------------------------------
 * lxLock.c: returns a descriptor that holds the lock.
 */

int lx_lock(const char *path, int timeoutMs, struct lx_err *err);
void lx_unlock(int *fd);

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

/* Of a descriptor, which lx_lines_close closes; -1: errno is kept. */
int lx_lines_take(struct lx_lines *lines, int fd, char *buf, size_t size);
int lx_lines_open(
    struct lx_lines *lines, const char *path, char *buf,
    size_t size);                            /* -1: errno */
char *lx_lines_next(struct lx_lines *lines); /* valid until the next one */
void lx_lines_close(struct lx_lines *lines);

/* ------------------------------------------------------------------------
 * lxPrivilege.c: what the kernel's refusal may be due to. For failing paths:
 * these calls are made, never recorded, also in a child.
 */

bool lx_capable(int capability); /* of linux/capability.h; effective now */
bool lx_in_userns(void);         /* in another user namespace than the first */

/* ------------------------------------------------------------------------
 * lxPoll.c: epoll.
 */

struct lx_poll {
    int fd;
    pid_t owner; /* the process that made it */
};

int lx_poll_open(struct lx_poll *poll, struct lx_err *err);
bool lx_poll_renew(struct lx_poll *poll); /* in a copy of the process */
/* urgent: for POLLPRI, as of files that tell when they change. */
int lx_poll_add(
    const struct lx_poll *poll, int fd, bool urgent, struct lx_err *err);
void lx_poll_remove(const struct lx_poll *poll, int fd);
int lx_poll_ready(const struct lx_poll *poll, int *fds, int max);

/* ------------------------------------------------------------------------
 * lxSignal.c: signals by name.
 */

int lx_signal_find(const char *name); /* SIGTERM, TERM or 15; -1: none */
const char *lx_signal_name(int signal, char buf[16]);

/* The rest, by what it is about. */
#include "lxNs.h"
#include "lxMounts.h"
#include "lxSettings.h"
#include "lxCgroup.h"
#include "lxLaunch.h"
#include "lxNetlink.h"
#include "lxAddress.h"
#include "lxLink.h"
#include "lxNetPlan.h"
#include "lxQdisc.h"

#endif /* LX_H */
