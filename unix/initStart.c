/*
 * initStart.c --
 *
 *      How nscg-init starts, and what of the C library is used by the files
 *      that it has in common with the rest of unix/, where it is linked
 *      without one.
 */

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "initStart.h"
#include "lx.h"

/*
 * Nothing is recorded here.
 */
long
lx_sys(
    struct lx_kernel *kernel, long number, const char *shape, long a, long b,
    long c, long d, long e, long f)
{
    (void)kernel, (void)shape;
    return syscall(number, a, b, c, d, e, f);
}

#ifdef INIT_WITH_LIBC

int
main(int argc, char **argv, char **envp)
{
    return InitMain(argc, argv, envp);
}

#else

#if defined(__x86_64__)
__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n" /* argc, then argv */
        "    and $-16, %rsp\n"
        "    call Begin\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    mov x30, #0\n"
        "    mov x0, sp\n"
        "    bl Begin\n");
#endif

void Begin(long *stack);

/*
 * On the stack the kernel has put argc, then argv, then envp.
 */
void
Begin(long *stack)
{
    char **argv = (char **)(stack + 1);
    int status = InitMain((int)stack[0], argv, argv + stack[0] + 1);

    for (;;) {
        Call(SYS_exit_group, status, 0, 0, 0, 0, 0);
    }
}

static int errorNumber;

int *
__errno_location(void)
{
    return &errorNumber;
}

long
syscall(long number, ...)
{
    va_list args;
    long a[6], result;

    va_start(args, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(args, long);
    }
    va_end(args);
    result = Call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result < 0 && result > -4096) {
        errorNumber = (int)-result;
        return -1;
    }
    return result;
}

void *
memcpy(void *restrict to, const void *restrict from, size_t size)
{
    char *t = to;
    const char *f = from;

    while (size-- > 0) {
        *t++ = *f++;
    }
    return to;
}

void *
memset(void *to, int byte, size_t size)
{
    char *t = to;

    while (size-- > 0) {
        *t++ = (char)byte;
    }
    return to;
}

int
memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *l = left, *r = right;

    for (; size > 0; size--, l++, r++) {
        if (*l != *r) {
            return *l - *r;
        }
    }
    return 0;
}

size_t
strlen(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0') {
        len++;
    }
    return len;
}

char *
strchr(const char *text, int c)
{
    for (; *text != (char)c; text++) {
        if (*text == '\0') {
            return NULL;
        }
    }
    return (char *)text;
}

size_t
strspn(const char *text, const char *set)
{
    size_t len = 0;

    while (text[len] != '\0' && strchr(set, text[len]) != NULL) {
        len++;
    }
    return len;
}

size_t
strcspn(const char *text, const char *set)
{
    size_t len = 0;

    while (text[len] != '\0' && strchr(set, text[len]) == NULL) {
        len++;
    }
    return len;
}

#endif
