/*
 * lxPrivilege.c --
 *
 *      What the kernel's "operation not permitted" may be due to: a missing
 *      capability, or one that counts for nothing in a user namespace. Bare
 *      system calls, as a child asks here too.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lx.h"

bool
lx_capable(int capability)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    return syscall(SYS_capget, &header, data) == 0
        && (data[capability / 32].effective & (1u << (capability % 32)));
}

/*
 * The first user namespace maps all ids to themselves. Where /proc is not to
 * be had, the answer is no.
 */
bool
lx_in_userns(void)
{
    static const char first[] = " 0 0 4294967295\n";
    char text[256];
    size_t used = 0;
    bool space = true;
    int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
    ssize_t len = -1;

    if (fd >= 0) {
        len = read(fd, text, sizeof(text));
        close(fd);
    }
    if (len < 0) {
        return false;
    }
    /* Columns are padded: a run of blanks counts as one. */
    for (ssize_t i = 0; i < len; i++) {
        if (text[i] == ' ' && space && used > 0) {
            continue;
        }
        space = text[i] == ' ';
        text[used++] = text[i];
    }
    return used != sizeof(first) - 1 || memcmp(text, first, used) != 0;
}
