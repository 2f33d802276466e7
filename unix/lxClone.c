/*
 * lxClone.c --
 *
 *      A process on a stack of its own, by clone3(2) where there is one: it
 *      has the kernel reset all signal handlers at once (CLONE_CLEAR_SIGHAND),
 *      which takes 64 calls otherwise. glibc 2.36 does not have it.
 */

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lxChild.h"

/* <sched.h> defines the flags again, alike; of it only this is needed. */
extern int clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/*
 * The system call, of which the child returns on an empty stack: so it must
 * call its function from what it has in registers. Returns a negative errno.
 */
static long
Clone3(struct clone_args *args, int (*function)(void *), void *arg)
{
#if defined(__x86_64__)
    register long r8 __asm__("r8") = (long)function;
    register long r9 __asm__("r9") = (long)arg;
    long result;

    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r9, %%rdi\n\t"
                     "call *%%r8\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(result)
                     : "a"(SYS_clone3), "D"(args), "S"(sizeof(*args)), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = SYS_clone3;
    register long x0 __asm__("x0") = (long)args;
    register long x1 __asm__("x1") = sizeof(*args);
    register long x9 __asm__("x9") = (long)function;
    register long x10 __asm__("x10") = (long)arg;

    __asm__ volatile("svc 0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, #0\n\t"
                     "mov x0, x10\n\t"
                     "blr x9\n\t"
                     "brk #0\n"
                     "1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x9), "r"(x10)
                     : "memory");
    return x0;
#else
    (void)args, (void)function, (void)arg;
    return -ENOSYS;
#endif
}

/*
 * As clone(2), with lx_child_main on the stack below child->stackTop; flags
 * have no signal in them, SIGCHLD comes at the end. Says in the child whether
 * the handlers are reset: those that ignore a signal stay as they are.
 */
int
lx_clone(struct lx_child *child, unsigned flags, int *pidfd)
{
    struct clone_args args = {
        .flags = flags | CLONE_CLEAR_SIGHAND,
        .pidfd = (uintptr_t)pidfd,
        .child_tid = (uintptr_t)&child->settingUp,
        .exit_signal = SIGCHLD,
        .stack = (uintptr_t)child->stackTop,
        .stack_size = LX_STACK_SIZE};
    const struct lx_births *births = child->launch->births;
    char *top = child->stackTop + LX_STACK_SIZE;
    long result;

    child->handlersReset = true;
    if (births != NULL && births->into >= 0) {
        child->bornThere = true;
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)births->list[births->into].fd;
    }
    result = Clone3(&args, lx_child_main, child);
    if (child->bornThere && (result == -E2BIG || result == -EINVAL)) {
        /* Linux 5.5 and 5.6: it goes there itself. */
        child->bornThere = false;
        args.flags &= ~CLONE_INTO_CGROUP;
        args.cgroup = 0;
        result = Clone3(&args, lx_child_main, child);
    }
    if (result == -ENOSYS || result == -EINVAL) {
        /* Older than Linux 5.5, or a filter that knows no clone3. */
        child->handlersReset = child->bornThere = false;
        return clone(
            lx_child_main, top, (int)(flags | SIGCHLD), child, pidfd, NULL,
            &child->settingUp);
    }
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return (int)result;
}
