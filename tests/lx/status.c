/* Whose word on a program's end is taken: init's, and no other's. */

#include "check.h"
#include "lx.h"
#include "lxMsg.h"

#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
say(int fd, int value)
{
    struct lx_msg message = {LX_MSG_STATUS, value};

    send(fd, &message, sizeof(message), 0);
}

/*
 * How a process has ended that says WORDS, up to a 0, and exits with 9, while
 * this one says that it was 7.
 */
static struct lx_process
ended(const int *words)
{
    struct lx_process child = {.control = -1, .oomFd = -1};
    struct lx_err err;
    int ends[2], on = 1;

    CHECK_INT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
    child.control = ends[0];
    child.child = child.pid = fork();
    if (child.pid == 0) {
        for (; *words != 0; words++) {
            say(ends[1], *words);
        }
        _exit(9);
    }
    say(ends[1], 7);
    close(ends[1]);
    child.pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
    CHECK_INT(lx_reap_add(&child, &err), 0);
    CHECK_INT(lx_process_wait(&child, 10000, &err), 1);
    lx_process_close(&child);
    return child;
}

static void
sender(void)
{
    struct lx_process process = ended((const int[]){0});

    CHECK_INT(process.state, LX_EXITED);
    CHECK_INT(process.code, 9);
    process = ended((const int[]){5, 0});
    CHECK_INT(process.state, LX_EXITED);
    CHECK_INT(process.code, 5);
    process = ended((const int[]){-SIGTERM, 0});
    CHECK_INT(process.state, LX_SIGNALED);
    CHECK_INT(process.code, SIGTERM);
}

static void
nonsense(void)
{
    struct lx_process process = ended((const int[]){INT_MIN, 256, -65, 0});

    CHECK_INT(process.state, LX_EXITED);
    CHECK_INT(process.code, 9);
}

int
main(void)
{
    alarm(60);
    RUN(sender);
    RUN(nonsense);
    return check_done();
}
