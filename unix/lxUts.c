/*
 * lxUts.c --
 *
 *      Host and domain name.
 */

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "lx.h"

int
lx_hostname_run(struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const char *name = args;

    if (LX_SYS(kernel, sethostname, "sd", name, strlen(name)) != 0) {
        return lx_fail(err, errno, "cannot set the host name to %q", name);
    }
    return 0;
}

int
lx_domainname_run(
    struct lx_kernel *kernel, const void *args, struct lx_err *err)
{
    const char *name = args;

    if (LX_SYS(kernel, setdomainname, "sd", name, strlen(name)) != 0) {
        return lx_fail(err, errno, "cannot set the domain name to %q", name);
    }
    return 0;
}

void
lx_uts_names(char host[LX_UTS_SIZE], char domain[LX_UTS_SIZE])
{
    struct utsname names;

    uname(&names);
    lx_format(host, LX_UTS_SIZE, "%s", names.nodename);
    lx_format(domain, LX_UTS_SIZE, "%s", names.domainname);
}
