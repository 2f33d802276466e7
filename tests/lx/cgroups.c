/* Hierarchies as this machine has them. */

#include "check.h"
#include "lx.h"

#include <stdlib.h>

/* One that was mounted after a process first asked has the label that it would
 * have had before. */
static void
mounted_since(void)
{
    struct lx_cgroups known, later;
    struct lx_err err;

    lx_cgroups_init(&known);
    lx_cgroups_init(&later);
    later.self = strdup("");
    CHECK(later.self != NULL);
    CHECK_INT(lx_cgroups_fresh(&known, &err), 0);
    CHECK_INT(lx_cgroups_fresh(&later, &err), 0);
    CHECK_INT(later.count, known.count);
    for (int i = 0; i < known.count && i < later.count; i++) {
        CHECK_STR(later.list[i].path, known.list[i].path);
        CHECK_STR(later.list[i].label, known.list[i].label);
    }
    lx_cgroups_free(&known);
    lx_cgroups_free(&later);
}

int
main(void)
{
    RUN(mounted_since);
    return check_done();
}
