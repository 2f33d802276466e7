/*
 * lxCgStatSizes.c --
 *
 *      The sizes of huge pages that this kernel has, as groups' files are
 *      called after them.
 */

#include <dirent.h>
#include <string.h>

#include "lx.h"

#define HUGEPAGES "/sys/kernel/mm/hugepages"

/*
 * "hugepages-2048kB" -> "2MB", as the files are called.
 */
static bool
SizeName(const char *entry, char *buf, size_t size)
{
    static const char prefix[] = "hugepages-";
    static const char *const units[] = {"KB", "MB", "GB"};
    size_t len = sizeof(prefix) - 1, unit = 0;
    char number[24];
    unsigned long value;

    if (strncmp(entry, prefix, len) != 0) {
        return false;
    }
    lx_format(number, sizeof(number), "%s", entry + len);
    number[strspn(number, "0123456789")] = '\0';
    if (!lx_number(number, &value)) {
        return false;
    }
    while (unit < 2 && value >= 1024) {
        value /= 1024;
        unit++;
    }
    return lx_format(buf, size, "%L%s", (uint64_t)value, units[unit]) < size;
}

void
lx_statcache_sizes(struct lx_statcache *cache)
{
    DIR *folder = opendir(HUGEPAGES);
    struct dirent *entry;
    int count = 0;

    while (folder != NULL && count < LX_HUGE_SIZES
           && (entry = readdir(folder)) != NULL) {
        count += SizeName(
            entry->d_name, cache->size[count], sizeof(cache->size[count]));
    }
    if (folder != NULL) {
        closedir(folder);
    }
    cache->sizes = count > 0 ? count : -1;
}
