/*
 * lxOverlayWhy.c --
 *
 *      What is wrong with the layers of an overlay. The kernel tells most of
 *      it to its own log only, which no program may count on reading.
 */

#include <sys/stat.h>

#include "lxMount.h"

struct layer {
    const char *role;
    const char *path;
};

/*
 * The layers as they come: the lower ones, then upper and work. False: no
 * more.
 */
static bool
LayerAt(const struct lx_overlay *overlay, size_t i, struct layer *layer)
{
    size_t lower = 0;

    while (overlay->lower[lower] != NULL) {
        lower++;
    }
    if (i < lower) {
        *layer = (struct layer){"lower", overlay->lower[i]};
    } else if (i == lower) {
        *layer = (struct layer){"upper", overlay->upper};
    } else if (i == lower + 1) {
        *layer = (struct layer){"work", overlay->work};
    } else {
        return false;
    }
    return layer->path != NULL;
}

static bool
WhyNoFolder(struct lx_err *err, const struct layer *layer)
{
    LX_AUTOCLOSE int fd = open(layer->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        return false;
    }
    lx_hint(
        err, "the %s layer %q %s", layer->role, layer->path,
        errno == ENOENT        ? "does not exist"
            : errno == ENOTDIR ? "is no folder"
                               : "cannot be opened");
    return true;
}

static bool
IsSame(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0
        && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static bool
WhyTwice(struct lx_err *err, const struct lx_overlay *overlay)
{
    struct layer one, other;

    for (size_t i = 0; LayerAt(overlay, i, &one); i++) {
        for (size_t j = i + 1; LayerAt(overlay, j, &other); j++) {
            if (IsSame(one.path, other.path)) {
                lx_hint(
                    err, "the folder %q stands for two layers, %s and %s",
                    one.path, one.role, other.role);
                return true;
            }
        }
    }
    return false;
}

static bool
WhyUpper(struct lx_err *err, const struct lx_overlay *overlay)
{
    struct lx_where upper, work;

    if (overlay->upper == NULL || lx_where_path(&upper, overlay->upper) != 0
        || lx_where_path(&work, overlay->work) != 0) {
        return false;
    }
    if (upper.mount.id != work.mount.id) {
        lx_hint(
            err,
            "-upper %s is in the mount %q and -work %s in %q: both must "
            "be in the same",
            overlay->upper, upper.mount.target, overlay->work,
            work.mount.target);
        return true;
    }
    if (lx_path_below(upper.path, work.path)
        || lx_path_below(work.path, upper.path)) {
        lx_hint(
            err, "-upper %s and -work %s must not be one inside the other",
            overlay->upper, overlay->work);
        return true;
    }
    return false;
}

/*
 * In a user namespace, what covers a part of a folder cannot be taken off by
 * looking at that folder alone.
 */
static void
WhyLocked(struct lx_err *err, const struct lx_overlay *overlay)
{
    char names[512];
    struct lx_where where;

    for (size_t i = 0; overlay->lower[i] != NULL; i++) {
        if (lx_where_path(&where, overlay->lower[i]) == 0
            && lx_mounts_below(where.path, 0, names, sizeof(names)) > 0) {
            lx_hint(
                err,
                "in a user namespace, a folder on which others are "
                "mounted cannot be a layer, and on %q there are %s",
                where.path, names);
            return;
        }
    }
}

void
lx_why_layers(struct lx_err *err, const struct lx_overlay *overlay)
{
    struct layer layer;

    for (size_t i = 0; LayerAt(overlay, i, &layer); i++) {
        if (WhyNoFolder(err, &layer)) {
            return;
        }
    }
    if (WhyTwice(err, overlay) || WhyUpper(err, overlay)) {
        return;
    }
    if (overlay->upper == NULL && overlay->lower[1] == NULL) {
        lx_hint(
            err,
            "one lower layer alone is no overlay: mount bind it with "
            "-readonly 1, or give it an -upper and a -work folder");
    } else if (lx_in_userns()) {
        WhyLocked(err, overlay);
    }
}
