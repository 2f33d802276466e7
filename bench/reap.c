/*
 * reap.c --
 *
 *      The least that can be process 1 above a program: it waits for whatever
 *      ends, until PID, its argument, has, and ends with the same status.
 *
 *      It has no C library, whose start costs more than all that it does.
 */

#include <stddef.h>
#include <sys/syscall.h>

#if defined(__x86_64__)

__asm__(".globl _start\n"
        "_start:\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call Start\n");

static long
Call(long number, long a, long b, long c, long d)
{
    register long r10 __asm__("r10") = d;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}

#elif defined(__aarch64__)

__asm__(".globl _start\n"
        "_start:\n"
        "    mov x0, sp\n"
        "    bl Start\n");

static long
Call(long number, long a, long b, long c, long d)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;

    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
    return x0;
}

#else
#error "the system call instruction of this machine is missing here"
#endif

/*
 * The stack as the kernel leaves it: argc, argv[0], argv[1].
 */
void __attribute__((noreturn, used)) Start(const long *stack);

void
Start(const long *stack)
{
    long program = 0;
    long pid;
    int status = 0;

    for (const char *digit = (const char *)stack[2]; *digit != '\0'; digit++) {
        program = program * 10 + (*digit - '0');
    }
    do {
        pid = Call(SYS_wait4, -1, (long)&status, 0, 0);
    } while (pid > 0 && pid != program);
    for (;;) {
        Call(
            SYS_exit_group,
            (status & 0x7f) != 0 ? 128 + (status & 0x7f) : status >> 8, 0, 0,
            0);
    }
}
