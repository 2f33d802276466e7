/* Lines of mountinfo and mountstats, whatever they are. */

#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "lx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *info = Copy(data, size), *stats = Copy(data, size);
    struct lx_mount mount;
    struct lx_mountstat stat;

    if (lx_mount_parse(info, &mount)) {
        lx_has_option(mount.options, "ro");
        lx_unescape(mount.options);
        lx_unescape(mount.superOptions);
    }
    lx_mountstat_parse(stats, &stat);
    free(info);
    free(stats);
    return 0;
}
