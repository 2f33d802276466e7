/*
 * initStart.h --
 *
 *      How nscg-init starts and calls the kernel: without the C library on
 *      the machines named here, with it on any other.
 *
 *      Call gives a negative errno where the kernel does, but with the C
 *      library -1; nscg-init asks only whether a call succeeded.
 */

#ifndef INIT_START_H
#define INIT_START_H

#include <sys/syscall.h>

int InitMain(int argc, char **argv);

#if defined(__x86_64__)

static inline long
Call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n" /* argc, then argv */
        "    and $-16, %rsp\n"
        "    call Start\n");

#elif defined(__aarch64__)

static inline long
Call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;

    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

__asm__(".globl _start\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    mov x30, #0\n"
        "    mov x0, sp\n"
        "    bl Start\n");

#else

#include <unistd.h>

static inline long
Call(long number, long a, long b, long c, long d, long e, long f)
{
    return syscall(number, a, b, c, d, e, f);
}

int
main(int argc, char **argv)
{
    return InitMain(argc, argv);
}

#define INIT_WITH_LIBC

#endif

#ifndef INIT_WITH_LIBC
void Start(long *stack);

void
Start(long *stack)
{
    int status = InitMain((int)stack[0], (char **)(stack + 1));

    for (;;) {
        Call(SYS_exit_group, status, 0, 0, 0, 0, 0);
    }
}
#endif

#endif /* INIT_START_H */
